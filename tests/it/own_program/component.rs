//! Components of WASI 0.2: the same program, files, limits and ends as a module has, and attacks that only a component can
//! make. They are made of modules of preview1 with the adapter that compilers use.

use super::{PRINT_ALL, program, with_file};
use crate::escape::{Canary, expect_limit, limited, wasi};
use crate::harness::{expect_exit, expect_stdout, report, run, stderr, stdin, stdout};
use runcell::limits::LimitKind;
use runcell::outcome::{CrashKind, Ending};
use runcell::service::RunRequest;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
};
use wit_component::ComponentEncoder;

/// A component that does what a module does.
fn component(wat: &str) -> RunRequest {
    let module = wat::parse_str(wat).unwrap();
    let encoder = ComponentEncoder::default().module(&module).unwrap();
    let adapter = (WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER);
    program(&encoder.adapter(adapter.0, adapter.1).unwrap().encode().unwrap())
}

/// A component by its own text.
fn by_hand(text: &str) -> RunRequest {
    program(&wat::parse_str(text).unwrap())
}

/// A body for [`wasi`] that opens the path at 64 and notes the error number.
fn open(path: &str, flags: u32, rights: u32) -> String {
    let body = format!(
        "(call $note (call $path_open (i32.const 3) (i32.const 1) (i32.const 64) (i32.const {}) (i32.const {flags})
            (i64.const {rights}) (i64.const 0) (i32.const 0) (i32.const 16)))",
        path.len()
    );
    wasi(&format!("(data (i32.const 64) \"{path}\")"), &body)
}

#[test]
fn arguments_variables_and_streams_are_there() {
    let mut request = component(PRINT_ALL);
    request.args = vec!["one".into(), "two words".into()];
    request.env = [("A".to_owned(), "1".to_owned())].into();
    expect_stdout(&run(request), "prog.wasm\0one\0two words\0A=1\0");
    let copy = "(i32.store (i32.const 16) (i32.const 1024)) (i32.store (i32.const 20) (i32.const 100))
                (drop (call $fd_read (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 20)))
                (drop (call $fd_write (i32.const 2) (i32.const 16) (i32.const 1) (i32.const 24)))";
    let mut request = component(&wasi("", copy));
    request.stdin = stdin("from stdin");
    let outcome = run(request);
    assert_eq!(stderr(&outcome), "from stdin", "{}", report(&outcome));
}

#[test]
fn files_go_in_and_come_out() {
    let copy = "(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 6) (i32.const 0)
                    (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))
                (i32.store (i32.const 24) (i32.const 1024)) (i32.store (i32.const 28) (i32.const 100))
                (drop (call $fd_read (i32.load (i32.const 16)) (i32.const 24) (i32.const 1) (i32.const 28)))
                (drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 80) (i32.const 5) (i32.const 1)
                    (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))
                (call $note (call $fd_write (i32.load (i32.const 16)) (i32.const 24) (i32.const 1) (i32.const 32)))";
    let request = component(&wasi("(data (i32.const 64) \"in.txt\") (data (i32.const 80) \"o.txt\")", copy));
    let mut request = with_file(request, "in.txt", b"what goes in");
    request.outputs = vec!["o.txt".into()];
    let outcome = run(request);
    assert_eq!(outcome.files.len(), 1, "{}", report(&outcome));
    assert_eq!(outcome.files[0].bytes, b"what goes in");
}

#[test]
fn nothing_but_its_own_files_can_be_reached() {
    let canary = Canary::new();
    for path in [canary.path(), "/etc/passwd".into(), "../../../../etc/passwd".into(), "/proc/self/environ".into()] {
        let outcome = run(component(&open(&path, 0, 2)));
        let note = u16::from_le_bytes([outcome.output.stdout[0], outcome.output.stdout[1]]);
        assert!([44, 63, 76].contains(&note), "{path} {note}: {}", report(&outcome));
        canary.expect_untouched(&outcome);
    }
    let outcome = run(component(&open(&canary.marker(), 1, 64)));
    canary.expect_untouched(&outcome);
}

#[test]
fn its_end_is_told_as_that_of_any_program() {
    let exit = "(module (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32))) (memory (export \"memory\") 1)
                (func (export \"_start\") (call $exit (i32.const 1))))";
    expect_exit(&run(component(exit)), 1);
    let outcome = run(component(&wasi("", "unreachable")));
    assert!(matches!(outcome.ending, Ending::Crashed { kind: CrashKind::Unreachable, .. }), "{}", report(&outcome));
}

#[test]
fn the_limits_hold() {
    let endless = wasi("", "(loop $l (br $l))");
    let mut request = component(&endless);
    request.limits = limited(LimitKind::Fuel, 5_000_000);
    expect_limit(&run(request), LimitKind::Fuel, 5_000_000);
    let mut request = component(&endless);
    request.limits = limited(LimitKind::WallTime, 300).with(LimitKind::Fuel, 1_000_000_000_000);
    let outcome = run(request);
    assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 300 });
    let grow = "(drop (memory.grow (i32.const 4000))) unreachable";
    let mut request = component(&wasi("", grow));
    request.limits = limited(LimitKind::Memory, 64 << 20);
    expect_limit(&run(request), LimitKind::Memory, 64 << 20);
    let write = "(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 1)
                    (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))
                 (i32.store (i32.const 24) (i32.const 1024)) (i32.store (i32.const 28) (i32.const 60000))
                 (loop $l (drop (call $fd_write (i32.load (i32.const 16)) (i32.const 24) (i32.const 1) (i32.const 32)))
                    (br $l))";
    let mut request = component(&wasi("(data (i32.const 64) \"f\")", write));
    request.limits = limited(LimitKind::FileBytes, 1 << 20);
    expect_limit(&run(request), LimitKind::FileBytes, 1 << 20);
    let print = "(i32.store (i32.const 24) (i32.const 1024)) (i32.store (i32.const 28) (i32.const 4000))
                 (loop $l (drop (call $fd_write (i32.const 1) (i32.const 24) (i32.const 1) (i32.const 32))) (br $l))";
    let mut request = component(&wasi("", print));
    request.limits = limited(LimitKind::Output, 10_000);
    let outcome = run(request);
    expect_limit(&outcome, LimitKind::Output, 10_000);
    assert_eq!(outcome.output.stdout.len(), 10_000);
}

#[test]
fn what_cannot_be_run_is_told() {
    let cases = [
        ("(component)", "no exported instance named `wasi:cli/run"),
        ("(component (import \"own:host/door@1.0.0\" (instance (export \"open\" (func)))))", "own:host/door"),
    ];
    for (text, expected) in cases {
        let outcome = run(by_hand(text));
        expect_exit(&outcome, 1);
        assert!(stderr(&outcome).contains(expected), "{expected}: {}", report(&outcome));
    }
    let mut broken = component(PRINT_ALL);
    broken.code.truncate(broken.code.len() / 2);
    let outcome = run(broken);
    expect_exit(&outcome, 1);
    assert!(stderr(&outcome).contains("cannot be run"), "{}", report(&outcome));
}

/// So many components, each in the next one.
fn nested(levels: usize) -> Vec<u8> {
    let head = b"\0asm\x0d\0\x01\0";
    (0..levels).fold(head.to_vec(), |inner, _| {
        let mut outer = head.to_vec();
        outer.push(4);
        let mut len = inner.len();
        while len > 0x7f {
            outer.push(0x80 | u8::try_from(len & 0x7f).unwrap());
            len >>= 7;
        }
        outer.push(u8::try_from(len).unwrap());
        outer.extend(inner);
        outer
    })
}

#[test]
fn bombs_are_stopped() {
    // Many instances of a module with a memory; many memories; a component in a component in a component.
    let run_export = "(core module $r (func (export \"run\") (result i32) (i32.const 0)))
        (core instance $ri (instantiate $r))
        (func $run (result (result)) (canon lift (core func $ri \"run\")))
        (instance $cli (export \"run\" (func $run))) (export \"wasi:cli/run@0.2.0\" (instance $cli))";
    let whole = |fields: &str| run(by_hand(&format!("(component {fields} {run_export})")));
    expect_stdout(&whole(""), "");
    let instances = "(core instance (instantiate $m))".repeat(300);
    let stopped = [
        whole(&format!("(core module $m) {instances}")),
        whole(&format!("(core module $m (memory 1)) {}", "(core instance (instantiate $m))".repeat(40))),
        whole(&format!("(core module $m (memory 60000)) {}", "(core instance (instantiate $m))".repeat(4))),
        run(program(&nested(2_000))),
    ];
    for outcome in &stopped {
        assert!(!outcome.is_success() && outcome.usage.wall_us < 8_000_000, "{}", report(outcome));
        assert!(!matches!(outcome.ending, Ending::Lost { .. }), "{}", report(outcome));
    }
    // A function of 50,000 variables in many copies takes long to compile: the time of the run is kept all the same.
    let function = format!("(func {})", "(local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)".repeat(4_000));
    let mut slow = by_hand(&format!("(component (core module $m {}) {run_export})", function.repeat(40)));
    slow.limits = limited(LimitKind::WallTime, 1_500);
    let outcome = run(slow);
    assert!(outcome.usage.wall_us < 6_000_000, "{}", report(&outcome));
    let next = run(component(PRINT_ALL));
    assert_eq!(stdout(&next), "prog.wasm\0", "{}", report(&next));
}
