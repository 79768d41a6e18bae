//! The one engine that all cells of a process share.
//!
//! Owns its configuration: what is metered, which WebAssembly features a guest may use, how stacks and memories are
//! laid out. Everything that is compiled depends on it, so its fingerprint is part of every key in the cache.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use wasmtime::{Config, Engine};

/// Stack that host functions have beyond the guest's own, in bytes.
const HOST_STACK_BYTES: usize = 1 << 20;

/// An engine whose guests have `stack_bytes` of call stack.
///
/// # Errors
/// Where the machine cannot run compiled code at all.
pub(crate) fn new_engine(stack_bytes: u64) -> wasmtime::Result<Engine> {
    let stack = usize::try_from(stack_bytes)?;
    let mut config = Config::new();
    config.consume_fuel(true);
    config.max_wasm_stack(stack);
    config.async_stack_size(stack + HOST_STACK_BYTES);
    // Nobody reads a backtrace of a guest's machine code; without its tables a large runtime loads in half the time.
    config.generate_address_map(false);
    config.native_unwind_info(false);
    config.wasm_backtrace_max_frames(None);
    config.wasm_memory64(false);
    config.wasm_multi_memory(false);
    config.wasm_relaxed_simd(false);
    config.concurrency_support(false);
    Engine::new(&config)
}

/// A number that changes with anything that makes compiled code incompatible: version, configuration, processor.
pub(crate) fn fingerprint(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}
