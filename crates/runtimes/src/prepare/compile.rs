//! Compiling the modules of a runtime to machine code.
//!
//! Owns the way from WebAssembly to machine code: the manifest's patches, what is taken out, what is charged for.

use super::entry::{self, CODE};
use super::error::PartError;
use super::graph::Graph;
use super::part::{CompiledModule, Origin};
use super::patch;
use super::progress::Progress;
use super::workshop::Workshop;
use crate::cache::{Cache, CacheError};
use crate::manifest::Exceptions;
use runcell_cell::{instrument, legacy};
use std::path::{Path, PathBuf};

/// Compiles a module into the folder of its entry.
pub(super) fn make(
    workshop: &Workshop,
    graph: &Graph,
    module: &CompiledModule,
    progress: &Progress,
    dir: &Path,
) -> Result<(), PartError> {
    let wasm = wasm_of(&workshop.cache, graph, module)?;
    let wasm = if module.without_data { instrument::instrument(&wasm)?.wasm } else { instrument::strip(&wasm)? };
    let host = &workshop.hosts.plain;
    let code = {
        let _turn = progress.turn(&workshop.compiling);
        host.engine.precompile_module(&host.codegen.place(&wasm)?)?
    };
    let path = dir.join(CODE);
    Ok(std::fs::write(&path, code).map_err(CacheError::io("write", &path))?)
}

/// The WebAssembly of a module, with the patches of its manifest and exceptions as the engine takes them.
pub(super) fn wasm_of(cache: &Cache, graph: &Graph, module: &CompiledModule) -> Result<Vec<u8>, PartError> {
    let read = |path: &PathBuf| std::fs::read(path).map_err(CacheError::io("read", path));
    let mut wasm = match &module.origin {
        Origin::Asset(asset) => read(&entry::asset_path(cache, graph, *asset)?)?,
        Origin::File(bytes) => bytes.to_vec(),
        Origin::Recipe(part, file) => read(&entry::find(cache, graph, *part)?.path(&entry::output_name(file)))?,
    };
    patch::apply(&module.target, &module.name, &mut wasm)?;
    match module.target.module(&module.name)?.exceptions {
        Exceptions::Standard => Ok(wasm),
        Exceptions::Legacy => Ok(legacy::translate(&wasm)?),
    }
}
