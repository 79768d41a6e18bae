//! Fuzz targets: modules that a user adds, and files that go into a run.

use super::codegen::Codegen;
use super::fs::{BaseBuilder, FileTree, Quota};
use super::{engine, instrument, library, meter};
use runcell_fuzzing::attack;
use runcell_model::file::GuestPath;
use std::sync::Arc;

/// Modules of the kinds that the preparation takes apart.
const MODULES: [&str; 4] = [
    r#"(module (memory (export "memory") 1) (data (i32.const 8) "abc") (func (export "_start")))"#,
    r#"(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
        (memory 2) (global (mut i32) (i32.const 5)) (table 3 funcref) (elem (i32.const 0) 0 1)
        (func $f (param i64) (result f64) (f64.convert_i64_s (local.get 0))) (start 2) (func)
        (data "passive") (export "f" (func $f)))"#,
    r#"(module (type $t (func (param i32))) (tag (type $t)) (memory 1) (func (param v128) (result v128)
        (i8x16.add (local.get 0) (local.get 0))) (func (throw 0 (i32.const 1))))"#,
    r#"(module (import "env" "memory" (memory 1)) (import "std" "puts" (func (param i32) (result i32)))
        (import "env" "__stack_pointer" (global (mut i32))) (func (export "_start") (drop (call 0 (i32.const 8))))
        (data (i32.const 1024) "hi\00"))"#,
];

#[test]
fn fuzz_modules() {
    let modules = MODULES.map(|text| wat::parse_str(text).expect("a module"));
    let seeds: Vec<&[u8]> = modules.iter().map(Vec::as_slice).collect();
    let hosts = std::panic::AssertUnwindSafe(engine::Hosts::new(1 << 20, Codegen::Standard).expect("an engine"));
    attack("fuzz_modules", &seeds, move |input| {
        let hosts = &hosts;
        // A change makes a valid module of a valid module.
        let valid = wasmtime::Module::validate(&hosts.plain.engine, input).is_ok();
        let stripped = instrument::strip(input);
        let placed = meter::place(input);
        let instrumented = instrument::instrument(input).map(|made| made.wasm);
        let attached = library::needs_library(input).then(|| library::attach(input, 1 << 16));
        if valid {
            let stripped = stripped.expect("a module can be stripped");
            wasmtime::Module::validate(&hosts.plain.engine, &stripped).expect("still a module");
            let placed = placed.expect("a module can be made to pay");
            wasmtime::Module::validate(&hosts.plain.engine, &placed).expect("still a module");
            if let Ok(instrumented) = instrumented {
                wasmtime::Module::validate(&hosts.image.engine, &instrumented).expect("still a module");
            }
            // Other modules than those that the linker makes may be refused, not broken.
            drop(attached);
        }
    });
}

#[test]
fn fuzz_files_of_a_run() {
    let seeds = ["a.txt\na/b\n../up\n/work/x\n/etc/passwd", "a\na\na/b\n./a//b\n/work\n\u{0}", "tmp\n/tmp/a\ndev/null"];
    let seeds = seeds.map(str::as_bytes);
    attack("fuzz_files_of_a_run", &seeds, |input| {
        let mut base = BaseBuilder::default();
        base.bytes("/usr/kept", *b"kept");
        let mut tree = FileTree::new(base.build(), Quota::of(1000, 50));
        for name in String::from_utf8_lossy(input).split('\n') {
            let Ok(path) = GuestPath::new(name) else { continue };
            let absolute = path.absolute();
            assert!(absolute.starts_with("/work/") && !absolute.split('/').any(|part| part == ".." || part == "."));
            assert_eq!(GuestPath::new(path.as_str()).as_ref(), Ok(&path), "a checked path stays what it is");
            // Clashes and full quotas are refused; nothing is put anywhere else.
            let _ = tree.put(&absolute, Arc::new(name.as_bytes().to_vec()), 0);
        }
        tree.visit_work_files(|path, node| {
            assert!(tree.read_all(node).is_ok(), "{path:?}");
        });
        assert!(tree.quota().peak_entries() <= 50 && tree.quota().peak_bytes() <= 1000);
    });
}
