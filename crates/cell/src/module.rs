//! Compiled modules: from WebAssembly to machine code, and from a file of the cache back into the process.
//!
//! Owns one of the three unsafe places: loading machine code that this program compiled earlier.

use std::path::Path;
use wasmtime::{Engine, Module};

/// Loads a module that was compiled by [`Engine::precompile_module`] with an equal engine.
///
/// The caller vouches for the file: it lies in an entry of the cache whose digest was checked. The engine itself
/// refuses files of another version or configuration.
///
/// # Errors
/// Where the file cannot be read or was compiled for another engine.
pub fn load(engine: &Engine, path: &Path) -> wasmtime::Result<Module> {
    #[expect(unsafe_code, reason = "machine code cannot be verified by reading it")]
    // SAFETY: only files of the cache get here, and only after the cache compared them with the digest that was
    // recorded when this program compiled them, and saw that the folder and its files are ours and nobody else's to write.
    unsafe {
        Module::deserialize_file(engine, path)
    }
}
