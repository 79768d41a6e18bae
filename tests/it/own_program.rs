//! Programs of the user's own: `run-code wasm`, modules and components.

mod component;
mod module;

use crate::escape::file;
use crate::harness::{request, run};
use runcell::file::GuestPath;
use runcell::outcome::Outcome;
use runcell::service::RunRequest;

/// A request to run these bytes.
pub fn program(wasm: &[u8]) -> RunRequest {
    let mut request = request("wasm", "");
    request.code = wasm.to_vec();
    request.code_name = Some(GuestPath::new("prog.wasm").unwrap());
    request
}

/// A request to run a text.
pub fn text(wat: &str) -> RunRequest {
    program(&wat::parse_str(wat).unwrap())
}

/// Runs a text.
pub fn run_text(wat: &str) -> Outcome {
    run(text(wat))
}

/// A command that prints its arguments and its environment, each string with a NUL behind it.
pub const PRINT_ALL: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 2)
    (func $print (i32.store (i32.const 0) (i32.const 2048)) (i32.store (i32.const 4) (i32.load (i32.const 12)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))
    (func (export "_start")
        (drop (call $args_sizes (i32.const 8) (i32.const 12))) (drop (call $args (i32.const 1024) (i32.const 2048)))
        (call $print)
        (drop (call $env_sizes (i32.const 8) (i32.const 12))) (drop (call $env (i32.const 1024) (i32.const 2048)))
        (call $print)))"#;

/// Adds an input file.
pub fn with_file(mut request: RunRequest, path: &str, bytes: &[u8]) -> RunRequest {
    request.files.push(file(path, bytes));
    request
}
