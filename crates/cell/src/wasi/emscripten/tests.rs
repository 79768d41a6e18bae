//! Calls of a module that stands for a program of Emscripten's.

use super::*;
use crate::cell::{StepBudget, new_store};
use crate::codegen::Codegen;
use crate::engine::Hosts;
use crate::fs::{BaseBuilder, FileTree, Quota};
use crate::output::OutputBuffer;
use crate::state::memory_of;
use crate::stdin::{Stdin, StdinReader};
use crate::wasi::{Streams, Wasi};
use wasmtime::{Instance, Module as Compiled, Store, Val};

/// Forwards each call, so that a test can make it.
const CALLER: &str = r#"(module
    (import "env" "__syscall_openat" (func $open (param i32 i32 i32 i32) (result i32)))
    (import "env" "__syscall_dup3" (func $dup3 (param i32 i32 i32) (result i32)))
    (import "env" "__syscall_mkdirat" (func $mkdir (param i32 i32 i32) (result i32)))
    (import "env" "__syscall_chdir" (func $chdir (param i32) (result i32)))
    (import "env" "__syscall_getcwd" (func $getcwd (param i32 i32) (result i32)))
    (import "env" "__syscall_stat64" (func $stat (param i32 i32) (result i32)))
    (import "env" "__syscall_getdents64" (func $list (param i32 i32 i32) (result i32)))
    (import "env" "__syscall_faccessat" (func $access (param i32 i32 i32 i32) (result i32)))
    (import "env" "__syscall_socket" (func $socket (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "env" "wasm_setsockopt" (func (param i32 i64) (result i32)))
    (import "env" "swapcontext" (func $swap (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (export "open" (func $open)) (export "dup3" (func $dup3)) (export "mkdir" (func $mkdir)) (export "chdir" (func $chdir))
    (export "getcwd" (func $getcwd)) (export "stat" (func $stat)) (export "list" (func $list)) (export "access" (func $access))
    (export "socket" (func $socket)) (export "swap" (func $swap))
    (data (i32.const 100) "/work/d\00/work/d/f\00f\00/usr/a\00/alias\00"))"#;

const DIR: i32 = 100;
const FILE: i32 = 108;
const F: i32 = 118;
const BASE: i32 = 120;
const ALIAS: i32 = 127;
const HERE: i32 = -100;

struct Guest {
    store: Store<CellState>,
    instance: Instance,
    runtime: tokio::runtime::Runtime,
}

impl Guest {
    fn new() -> Self {
        let engine = Hosts::new(1 << 20, Codegen::Standard).expect("engines").plain;
        let wasm = wat::parse_str(CALLER);
        let module = Compiled::new(&engine.engine, wasm.expect("a module")).expect("compiles");
        let mut base = BaseBuilder::default();
        base.bytes("/usr/a", b"base".to_vec());
        base.device("/alias", crate::fs::Device::Null);
        let tree = FileTree::new(base.build(), Quota::of(1 << 20, 100));
        let mut wasi = Wasi::new(tree, StdinReader::new(Stdin::default(), 0), OutputBuffer::new(100));
        wasi.begin_step(Vec::new(), Vec::new(), Streams::Pipe);
        let budget = StepBudget { fuel: 1 << 30, memory_bytes: 1 << 20, table_elements: 10, stack_bytes: 0 };
        let mut store = new_store(&engine.engine, wasi, budget);
        let mut linker = engine.linker.clone();
        add_to_linker(&mut linker, &module).expect("defines");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let instance = runtime.block_on(linker.instantiate_async(&mut store, &module)).expect("instantiates");
        store.data_mut().memory = memory_of(&instance, &mut store);
        Self { store, instance, runtime }
    }

    fn try_call(&mut self, name: &str, arguments: &[i32]) -> wasmtime::Result<i32> {
        let func = self.instance.get_func(&mut self.store, name).expect(name);
        let arguments: Vec<Val> = arguments.iter().map(|number| Val::I32(*number)).collect();
        let mut results = [Val::I32(0)];
        self.runtime.block_on(func.call_async(&mut self.store, &arguments, &mut results))?;
        Ok(results[0].unwrap_i32())
    }

    fn call(&mut self, name: &str, arguments: &[i32]) -> i32 {
        self.try_call(name, arguments).expect(name)
    }

    fn bytes(&mut self, at: usize, len: usize) -> Vec<u8> {
        let memory = self.store.data().memory.expect("it has one");
        memory.data(&self.store)[at..at + len].to_vec()
    }

    fn word(&mut self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes(at, 4).try_into().expect("four"))
    }
}

#[test]
fn paths_begin_in_the_current_directory() {
    let mut guest = Guest::new();
    assert_eq!(guest.call("getcwd", &[1000, 100]), 6);
    assert_eq!(guest.bytes(1000, 6), b"/work\0");
    assert_eq!(guest.call("mkdir", &[HERE, DIR, 0o700]), 0);
    assert_eq!(guest.call("open", &[HERE, FILE, 0o102, 0]), 4, "created");
    assert_eq!(guest.call("stat", &[F, 2000]), -44);
    assert_eq!(guest.call("chdir", &[DIR]), 0);
    assert_eq!(guest.call("stat", &[F, 2000]), 0);
    assert_eq!((guest.word(2004), guest.word(2024)), (0o100_644, 0));
    assert_eq!(guest.call("stat", &[DIR, 2000]), 0);
    assert_eq!(guest.word(2004), 0o040_700);
    assert_eq!(guest.call("chdir", &[F]), -54);
    assert_eq!(guest.call("getcwd", &[1000, 8]), 8);
    assert_eq!(guest.call("getcwd", &[1000, 7]), -68);
    assert_eq!(guest.call("getcwd", &[1000, 0]), -28);
}

#[test]
fn opening_obeys_its_flags() {
    let mut guest = Guest::new();
    assert_eq!(guest.call("mkdir", &[HERE, DIR, 0o777]), 0);
    let cases = [
        (FILE, 0, -44),
        (DIR, 1, -31),
        (DIR, 0o100, -31),
        (DIR, 0o200_000, 4),
        (FILE, 0o301, 5),
        (FILE, 0o301, -20),
        (FILE, 0o200_000, -54),
        (BASE, 1, -69),
        (BASE, 0, 6),
        (ALIAS, 0o1101, 7),
        (0x7fff_ffff, 0, -21),
    ];
    for (path, flags, expected) in cases {
        assert_eq!(guest.call("open", &[HERE, path, flags, 0]), expected, "{path} {flags:o}");
    }
    let access = [(DIR, 7, 0), (FILE, 6, 0), (FILE, 1, -2), (BASE, 2, -69), (BASE, 4, 0)];
    for (path, mode, expected) in access {
        assert_eq!(guest.call("access", &[HERE, path, mode, 0]), expected, "{path} {mode}");
    }
}

#[test]
fn directories_are_listed_in_parts() {
    let mut guest = Guest::new();
    guest.call("mkdir", &[HERE, DIR, 0o777]);
    guest.call("open", &[HERE, FILE, 0o101, 0]);
    let dir = guest.call("open", &[HERE, DIR, 0, 0]);
    assert_eq!(guest.call("list", &[dir, 3000, 10]), -28, "not even one fits");
    assert_eq!(guest.call("list", &[dir, 3000, 50]), 48, "`.` and `..`");
    assert_eq!(guest.bytes(3018, 2), b"\x04.");
    assert_eq!(guest.call("list", &[dir, 3000, 500]), 24);
    assert_eq!((guest.bytes(3016, 5), guest.call("list", &[dir, 3000, 500])), (b"\x18\0\x08f\0".to_vec(), 0));
}

#[test]
fn a_number_stands_for_something_else() {
    let mut guest = Guest::new();
    let file = guest.call("open", &[HERE, BASE, 0, 0]);
    assert_eq!(guest.call("dup3", &[file, 1, 0]), 1);
    assert_eq!(guest.call("dup3", &[file, 40, 0]), 40);
    assert_eq!(guest.call("dup3", &[file, file, 0]), -28);
    assert_eq!(guest.call("dup3", &[39, 1, 0]), -8);
    assert_eq!(guest.call("dup3", &[file, 5000, 0]), -8);
}

#[test]
fn what_there_is_not_is_refused() {
    let mut guest = Guest::new();
    assert_eq!(guest.call("socket", &[2, 1, 0, 0, 0, 0]), -5);
    let error = guest.try_call("swap", &[0, 0]).expect_err("it ends");
    assert!(format!("{error:#}").contains("fibers"), "{error:#}");
}
