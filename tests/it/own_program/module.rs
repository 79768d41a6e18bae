//! Modules of WASI preview1: what they find, what they may, and what is said of those that cannot be run.

use super::{PRINT_ALL, program, run_text, text, with_file};
use crate::escape::{expect_limit, limited, notes_of, wasi};
use crate::harness::{binary, expect_exit, expect_stdout, report, run, stderr, stdout};
use runcell::limits::LimitKind;
use runcell::outcome::{CrashKind, Ending};
use std::process::Stdio;

#[test]
fn arguments_arrive_and_no_variables_of_ours() {
    let mut request = text(PRINT_ALL);
    request.args = vec!["one".into(), "two words".into()];
    expect_stdout(&run(request), "prog.wasm\0one\0two words\0");
    let mut request = text(PRINT_ALL);
    request.env = [("A".to_owned(), "1".to_owned())].into();
    expect_stdout(&run(request), "prog.wasm\0A=1\0");
}

#[test]
fn the_shell_runs_a_file_of_the_host() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mine.wasm");
    std::fs::write(&path, wat::parse_str(PRINT_ALL).unwrap()).unwrap();
    let run = |args: &[&str]| {
        let mut command = binary();
        command.args(["run-code", "wasm"]).args(args).stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    // Larger than a source may be: what debug information makes of a module.
    let mut wasm = std::fs::read(&path).unwrap();
    wasm.extend([0, 0x82, 0x80, 0x80, 0x01, 1, b'x']);
    wasm.extend(vec![7; 2 << 20]);
    std::fs::write(&path, wasm).unwrap();
    let path = path.to_str().unwrap();
    let expected = (Some(0), "mine.wasm\0-x\0--y\0".to_owned(), String::new());
    assert_eq!(run(&["-f", path, "--", "-x", "--y"]), expected);
    let (code, out, err) = run(&["-f", "/bin/sh"]);
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.contains("cannot be run: it is no WebAssembly module, but a program for Linux"), "{err}");
}

#[test]
fn code_names_a_module_among_the_files() {
    let wasm = wat::parse_str(PRINT_ALL).unwrap();
    for code in ["a/mine.wasm", "/work/a/mine.wasm", ""] {
        let mut request = with_file(program(code.as_bytes()), "a/mine.wasm", &wasm);
        request.code_name = None;
        let request = with_file(request, "data.txt", b"beside it");
        expect_stdout(&run(request), "a/mine.wasm\0");
    }
}

#[test]
fn what_cannot_be_run_is_told() {
    let cases: [(&[u8], &str); 4] = [
        (b"\x7fELF....", "prog.wasm cannot be run: it is no WebAssembly module, but a program for Linux"),
        (b"(module)", "but its text"),
        (b"\0asm\x01\0\0\0\x01\xff", "it is not valid"),
        (&wat::parse_str("(module (func (export \"run\")))").unwrap(), "no function `_start`"),
    ];
    for (bytes, expected) in cases {
        let outcome = run(program(bytes));
        expect_exit(&outcome, 1);
        assert!(stderr(&outcome).contains(expected), "{expected}: {}", report(&outcome));
    }
    let missing = "(module (import \"env\" \"sbrk\" (func)) (import \"wasi_snapshot_preview1\" \"sched_yield\" (func (result i32)))
                   (func (export \"_start\")))";
    let outcome = run_text(missing);
    expect_exit(&outcome, 1);
    let said = stderr(&outcome);
    assert!(said.contains("it imports what no cell has: env.sbrk"), "{said}");
}

/// Opens the path that lies in memory at 64 and notes the error number; flags of `path_open`, rights, flags of the descriptor.
fn open(path: &str, flags: u32, rights: u64, fd_flags: u32) -> Vec<u16> {
    let fields = format!("(data (i32.const 64) \"{path}\")");
    let body = format!(
        "(call $note (call $path_open (i32.const 3) (i32.const 1) (i32.const 64) (i32.const {}) (i32.const {flags})
            (i64.const {rights}) (i64.const {rights}) (i32.const {fd_flags}) (i32.const 16)))
         (if (i32.eqz (i32.load16_u (i32.const 458768))) (then
            (drop (call $fd_fdstat_get (i32.load (i32.const 16)) (i32.const 24)))
            (call $note (i32.load16_u (i32.const 26))) (call $note (i32.load16_u (i32.const 32)))))",
        path.len()
    );
    notes_of(&run(with_file(text(&wasi(&fields, &body)), "d/in.txt", b"in")))
}

const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 6;
const SEEK: u64 = 1 << 2;

#[test]
fn it_starts_in_work_and_cannot_leave_it_by_paths() {
    let (perm, not_dir) = (63, 54);
    assert_eq!(open("d/in.txt", 0, READ, 0)[0], 0);
    assert_eq!(open("d/../d/./in.txt", 0, READ, 0)[0], 0);
    assert_eq!(open("new.txt", 1, WRITE, 0)[0], 0, "it may write there");
    for path in ["/work/d/in.txt", "/", "..", "d/../../work", "../work/d/in.txt"] {
        assert_eq!(open(path, 0, READ, 0), [perm], "{path}");
    }
    assert_eq!(open("d/in.txt/", 0, READ, 0), [not_dir]);
}

#[test]
fn descriptors_keep_their_flags_and_rights() {
    let (is_dir, inval) = (31, 28);
    let append_and_sync = 1 | 16;
    assert_eq!(open("f", 1, READ | SEEK, append_and_sync), [0, 17, u16::try_from(READ | SEEK).unwrap()]);
    assert_eq!(open("d", 2, READ | SEEK, 0), [0, 0, 0], "a directory has no contents to read or to seek in");
    assert_eq!(open("d", 2, READ | WRITE, 0), [is_dir]);
    assert_eq!(open("d", 0, WRITE, 0), [is_dir]);
    assert_eq!(open("d", 1, READ, 0), [is_dir], "creating what is a directory");
    assert_eq!(open("no", 1 | 2, READ, 0), [inval]);
}

#[test]
fn the_limits_are_those_of_every_run() {
    let endless = "(module (memory (export \"memory\") 1) (func (export \"_start\") (loop $l (br $l))))";
    let mut request = text(endless);
    request.limits = limited(LimitKind::Fuel, 1_000_000);
    expect_limit(&run(request), LimitKind::Fuel, 1_000_000);
    let mut request = text(endless);
    request.limits = limited(LimitKind::WallTime, 200).with(LimitKind::Fuel, 1_000_000_000_000);
    assert_eq!(run(request).ending, Ending::TimedOut { allowed_ms: 200 });
    let big = "(module (memory (export \"memory\") 2000) (func (export \"_start\")))";
    let mut request = text(big);
    request.limits = limited(LimitKind::Memory, 64 << 20);
    assert_eq!(expect_limit(&run(request), LimitKind::Memory, 64 << 20), 2000 << 16);
    let trap = run_text("(module (memory (export \"memory\") 1) (func (export \"_start\") unreachable))");
    assert!(matches!(trap.ending, Ending::Crashed { kind: CrashKind::Unreachable, .. }), "{}", report(&trap));
}

#[test]
fn a_second_run_of_a_module_is_like_the_first() {
    let runs = [0, 1].map(|_| run_text(PRINT_ALL));
    assert_eq!(stdout(&runs[0]), stdout(&runs[1]));
    assert_eq!(runs[0].usage.fuel, runs[1].usage.fuel);
    assert_eq!(runs[0].usage.files, 0, "the module is no file of its own");
}

#[test]
fn what_it_writes_comes_back_or_is_named() {
    let body = "(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 5) (i32.const 1)
                (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))
                (i32.store (i32.const 24) (i32.const 64)) (i32.store (i32.const 28) (i32.const 5))
                (drop (call $fd_write (i32.load (i32.const 16)) (i32.const 24) (i32.const 1) (i32.const 16)))";
    let wat = wasi("(data (i32.const 64) \"o.txt\")", body);
    let outcome = run_text(&wat);
    let left: Vec<_> = outcome.left_files.iter().map(|file| (&*file.path, file.bytes)).collect();
    assert_eq!(left, [("o.txt", 5)], "{}", report(&outcome));
    let mut request = text(&wat);
    request.outputs = vec!["*".into()];
    let outcome = run(request);
    assert_eq!((outcome.files.len(), outcome.left_files.len()), (1, 0), "{}", report(&outcome));
    assert_eq!(outcome.files[0].bytes, b"o.txt");
}
