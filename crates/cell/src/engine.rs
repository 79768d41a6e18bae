//! The engines that all cells of a process share.
//!
//! Owns their configuration: which WebAssembly features a guest may use, and how stacks and memories are laid out. Compiled
//! code depends on it, so its fingerprint is part of the key of every compiled module. The two engines differ only in where
//! memories come from, so that each can load code that was compiled for the other.

use super::codegen::{Codegen, charges};
use super::slot::{Memories, Stacks, be_ready};
use super::state::CellState;
use super::wasi;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use wasmtime::{Config, Engine, Linker};

/// Stack that host functions have beyond the guest's own, in bytes.
const HOST_STACK_BYTES: usize = 1 << 20;

/// An engine and everything that its guests can import.
#[derive(Clone)]
pub struct Host {
    /// Compiles modules and runs their code.
    pub engine: Engine,
    /// Has all of WASI preview1, and nothing else.
    pub linker: Linker<CellState>,
    /// How modules are compiled for this engine.
    pub codegen: Codegen,
}

/// The two hosts of a process.
#[derive(Clone)]
pub struct Hosts {
    /// For modules as they are: the engine lays out their memory from their data.
    pub plain: Host,
    /// For modules without data, whose memory is an image's: see `slot`.
    pub image: Host,
}

impl Hosts {
    /// Hosts whose guests have `stack_bytes` of call stack.
    ///
    /// # Errors
    /// Where the machine cannot run compiled code at all.
    pub fn new(stack_bytes: u64, codegen: Codegen) -> wasmtime::Result<Self> {
        // Now: a process that is locked down cannot do it any more.
        be_ready();
        let stacks = Stacks::default();
        let plain = config(stack_bytes, stacks.clone(), codegen)?;
        let mut image = config(stack_bytes, stacks, codegen)?;
        image.with_host_memory(Arc::new(Memories));
        Ok(Self { plain: Host::new(&plain, codegen)?, image: Host::new(&image, codegen)? })
    }
}

impl Host {
    fn new(config: &Config, codegen: Codegen) -> wasmtime::Result<Self> {
        let engine = Engine::new(config)?;
        assert_eq!(charges(&engine), codegen != Codegen::Uncharged, "no guest goes uncharged by mistake");
        let mut linker = Linker::new(&engine);
        wasi::add_to_linker(&mut linker)?;
        Ok(Self { engine, linker, codegen })
    }
}

fn config(stack_bytes: u64, stacks: Stacks, codegen: Codegen) -> wasmtime::Result<Config> {
    let stack = usize::try_from(stack_bytes)?;
    let mut config = Config::new();
    codegen.configure(&mut config);
    config.max_wasm_stack(stack);
    config.async_stack_size(stack + HOST_STACK_BYTES);
    // Nobody reads a backtrace of a guest's machine code; without its tables a large runtime loads in half the time.
    config.generate_address_map(false);
    config.native_unwind_info(false);
    config.wasm_backtrace_max_frames(None);
    config.wasm_memory64(false);
    config.wasm_multi_memory(false);
    config.wasm_relaxed_simd(false);
    // No runtime has objects of the collector, and the engine had several faults in them. Exceptions stay.
    config.wasm_gc(false);
    config.concurrency_support(false);
    config.wasm_component_model(false);
    config.with_host_stack(Arc::new(stacks));
    Ok(config)
}

/// An engine for components, which shares nothing with those of modules.
///
/// # Errors
/// Where the machine cannot run compiled code at all.
pub fn component_engine(stack_bytes: u64, codegen: Codegen) -> wasmtime::Result<Engine> {
    let mut config = config(stack_bytes, Stacks::default(), codegen)?;
    config.wasm_component_model(true);
    // A component may consist of modules with memories of their own.
    config.wasm_multi_memory(true);
    let engine = Engine::new(&config)?;
    assert!(charges(&engine), "no guest goes uncharged by mistake");
    Ok(engine)
}

/// A number that changes with anything that makes compiled code incompatible: version, configuration, processor.
pub fn fingerprint(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}
