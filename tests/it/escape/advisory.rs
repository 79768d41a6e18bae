//! Published advisories of the engine, as modules: each is refused, traps, or computes what it should, and the next run
//! works. The engine in use is younger than all of them but where it is said.
//!
//! Owns only what a guest can express. Advisories of parts that are not in use (components, HTTP, the Winch compiler's own
//! code, wasmtime-wasi's sockets) have no test; those of its file calls are tried on our own.

use super::{expect_limit, expect_next_run_is_well, file, limited, notes, wasi};
use crate::harness::{WatRuntime, binary, expect_exit, expect_stdout, report, request, run, run_code};
use runcell::limits::LimitKind;
use runcell::outcome::{CrashKind, Ending, Outcome};
use std::fmt::Write;
use std::fs;
use std::process::Stdio;

fn start(fields: &str, body: &str) -> Outcome {
    let wat =
        format!("(module (memory (export \"memory\") 1) {fields} (func (export \"_start\") (local $i i32) {body}))");
    WatRuntime::new(&wat).run(|_| ())
}

#[track_caller]
fn expect_crash(outcome: &Outcome, kind: CrashKind) {
    assert!(matches!(outcome.ending, Ending::Crashed { kind: found, .. } if found == kind), "{}", report(outcome));
}

/// Runs a module in a process of its own, so that an abort of the host is seen, and returns its exit code.
fn run_apart(wat: &str) -> Option<i32> {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("runtimes/attack");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("attack.wasm"), wat::parse_str(wat).unwrap()).unwrap();
    let manifest = "name = \"attack\"\ntitle = \"Attack\"\nsummary = \"\"\nmain_file = \"main.wat\"\n\
                    default_version = \"1\"\nversions = [{ version = \"1\" }]\n\
                    modules.attack.file = \"attack.wasm\"\nrun = { module = \"attack\", args = [\"attack\"] }\n";
    fs::write(folder.join("runtime.toml"), manifest).unwrap();
    let mut command = binary();
    command.env("RUNCELL_CACHE_DIR", dir.path().join("cache")).env("RUNCELL_RUNTIMES_DIR", dir.path().join("runtimes"));
    command.args(["run-code", "attack", "-", "--timeout", "5s"]).stdin(Stdio::null()).output().unwrap().status.code()
}

/// GHSA-vc8c-j3xm-xj73 (CVE-2026-24116), GHSA-qqfj-4vcm-26hv: a load of 8 bytes that the compiler widened to 16, past the
/// end of memory.
#[test]
fn loads_at_the_end_of_memory_read_no_further() {
    let last = "(f64.load (i32.const 65528))";
    let uses = [
        format!("(drop (f64.copysign (f64.const 1) {last}))"),
        format!("(drop (f64.copysign {last} {last}))"),
        format!("(if (f64.ne (f64.copysign (f64.const 1) {last}) (f64.const 1)) (then unreachable))"),
        format!("(if (f64.ne (f64x2.extract_lane 1 (f64x2.splat {last})) (f64.const 0)) (then unreachable))"),
        format!("(if (f64.ne (f64.sqrt (f64.abs {last})) (f64.const 0)) (then unreachable))"),
        "(if (f32.ne (f32x4.extract_lane 3 (f32x4.splat (f32.load (i32.const 65532)))) (f32.const 0)) (then unreachable))".into(),
        "(drop (v128.load64_zero (i32.const 65528))) (drop (v128.load32_splat (i32.const 65532)))".into(),
    ];
    for body in uses {
        let outcome = start("", &body);
        assert!(outcome.is_success(), "{body}: {}", report(&outcome));
        expect_crash(
            &start("", &body.replace("65528", "65529").replace("65532", "65533")),
            CrashKind::MemoryOutOfBounds,
        );
    }
}

/// GHSA-jhxm-h53p-jm7w (CVE-2026-34971): addresses whose parts were folded into one instruction the wrong way. Every sum
/// that does not fit is a trap, whatever it is made of.
#[test]
fn addresses_do_not_wrap_around() {
    for index in ["-1", "-8", "0x80000000", "0x7fffffff", "0xffff0000", "65536", "0x20000000"] {
        for shape in [
            "(i32.load offset=0xffffffff (local.get $i))",
            "(i32.load offset=65533 (i32.and (local.get $i) (i32.const -1)))",
            "(i32.load offset=0x7fffffff (i32.shr_u (i32.shl (local.get $i) (i32.const 0)) (i32.const 0)))",
            "(i32.load (i32.or (local.get $i) (i32.const 0x40000000)))",
            "(i32.load offset=65536 (i32.shl (local.get $i) (i32.const 3)))",
            "(i32.wrap_i64 (i64.load32_u offset=0x80000000 (i32.wrap_i64 (i64.extend_i32_u (local.get $i)))))",
        ] {
            let outcome = start("", &format!("(local.set $i (i32.const {index})) (drop {shape})"));
            expect_crash(&outcome, CrashKind::MemoryOutOfBounds);
        }
    }
}

/// GHSA-f984-pcp8-v2p7 (CVE-2026-35186), GHSA-q49f-xg75-m9xw: what `table.grow` says, and `table.fill` out of range.
#[test]
fn tables_answer_with_numbers_of_32_bits_and_trap_out_of_range() {
    let table = "(table $t 4 8 funcref)";
    expect_crash(
        &start(table, "(drop (i32.load8_u (table.grow $t (ref.null func) (i32.const 100))))"),
        CrashKind::MemoryOutOfBounds,
    );
    expect_crash(
        &start(table, "(drop (i32.load8_u (i32.shr_u (table.grow $t (ref.null func) (i32.const 100)) (i32.const 0))))"),
        CrashKind::MemoryOutOfBounds,
    );
    for body in [
        "(table.fill $t (i32.const 2) (ref.null func) (i32.const 3))",
        "(table.fill $t (i32.const -1) (ref.null func) (i32.const 2))",
        "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const -1))",
        "(drop (table.get $t (i32.const 4)))",
        "(table.set $t (i32.const -1) (ref.null func))",
    ] {
        expect_crash(&start(table, body), CrashKind::BadCall);
    }
}

/// GHSA-2hw9-mc66-jc2q (RUSTSEC-2026-0223): a guest that is stopped in the middle of a bulk instruction leaves nothing
/// half done for others.
#[test]
fn what_is_stopped_in_a_bulk_instruction_is_thrown_away() {
    let wat = "(module (memory (export \"memory\") 256) (table $t 1 (ref null func))
        (func (export \"_start\") (local $i i32)
            (loop $l (drop (table.grow $t (ref.null func) (i32.const 5000)))
                (memory.copy (i32.const 1) (i32.const 0) (i32.const 16000000))
                (table.fill $t (i32.const 0) (ref.null func) (table.size $t))
                (br_if $l (i32.lt_u (table.size $t) (i32.const 100000))))))";
    let attack = WatRuntime::new(wat);
    for fuel in (100_000..2_000_000).step_by(190_001) {
        let outcome = attack.run(|request| request.limits = limited(LimitKind::Fuel, fuel));
        expect_limit(&outcome, LimitKind::Fuel, fuel);
    }
    expect_next_run_is_well();
}

/// GHSA-hgjw-h833-99q9 (RUSTSEC-2026-0222): types of two engines in one process. A call through a table with the wrong
/// type is a trap, whichever engine has run before.
#[test]
fn types_of_two_engines_are_not_confused() {
    let fields = "(type $a (func (param i64) (result i64))) (type $b (func (param f64) (result f64)))
        (func $f (type $a) (local.get 0)) (table funcref (elem $f))";
    for runtime in ["php", "quickjs", "php"] {
        assert!(run_code(runtime, if runtime == "php" { "echo 1;" } else { "1" }).is_success());
        expect_crash(
            &start(fields, "(drop (call_indirect (type $b) (f64.const 1) (i32.const 0)))"),
            CrashKind::BadCall,
        );
        assert!(start(fields, "(drop (call_indirect (type $a) (i64.const 1) (i32.const 0)))").is_success());
    }
}

/// GHSA-cfhf-m2cr-62wj, GHSA-p79w-pv2r-29qp: tags that a module imports with a type of its own choice. Nobody offers one.
#[test]
fn tags_cannot_be_imported() {
    for params in ["", "(param i32)", "(param i64 f64 externref)", "(param v128 i32 v128)"] {
        let wat = format!(
            "(module (import \"env\" \"t\" (tag (param i32))) (import \"env\" \"u\" (tag {params})) (memory (export \"memory\") 1)
                (func (export \"_start\") (throw 0 (i32.const 1))))"
        );
        assert_eq!(run_apart(&wat), Some(125), "{params}");
    }
    // Own tags of any shape work.
    let own = "(tag $t (param i32 i64 f64 externref))";
    let throw = "(throw $t (i32.const 1) (i64.const 2) (f64.const 3) (ref.null extern))";
    expect_crash(&start(own, throw), CrashKind::UncaughtException);
    assert!(start(own, &format!("(block $c (try_table (catch_all $c) {throw}))")).is_success());
}

/// GHSA-hw8m-q44c-ggrf: references that live across a call which throws, while the heap is collected.
#[test]
fn references_survive_exceptions_and_collections() {
    let fields = "(tag $box (param i64)) (tag $t)
        (func $make (param i64) (result exnref)
            (block $c (result exnref) (try_table (catch_all_ref $c) (throw $box (local.get 0))) (unreachable)))
        (func $value (param exnref) (result i64)
            (block $c (result i64) (try_table (catch $box $c) (throw_ref (local.get 0))) (unreachable)))
        (func $churn (local $n i32) (loop $l (drop (call $make (i64.const 0xdead)))
            (local.set $n (i32.add (local.get $n) (i32.const 1))) (br_if $l (i32.lt_u (local.get $n) (i32.const 3000)))) (throw $t))
        (func $hold (param $value i64) (local $b exnref) (local $c exnref)
            (local.set $b (call $make (local.get $value)))
            (local.set $c (call $make (i64.add (local.get $value) (i64.const 1))))
            (block $caught (try_table (catch $t $caught) (call $churn)))
            (if (i64.ne (call $value (local.get $b)) (local.get $value)) (then unreachable))
            (if (i64.ne (call $value (local.get $c)) (i64.add (local.get $value) (i64.const 1))) (then unreachable)))";
    let body = "(loop $l (call $hold (i64.extend_i32_u (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 300))))";
    let outcome = start(fields, body);
    assert!(outcome.is_success(), "{}", report(&outcome));
}

/// GHSA-43j2-gcp4-m22g, which the engine in use still has in its list of faults: a heap that moves while code holds its
/// address. What is left of that heap are exceptions. In a process of its own: whatever happens, the host ends by itself
/// and not by a signal.
#[test]
fn a_heap_that_grows_does_not_end_the_host() {
    let wat = "(module (memory (export \"memory\") 1) (tag $link (param exnref i64))
        (func $one (param exnref) (result exnref)
            (block $c (result exnref) (try_table (catch_all_ref $c) (throw $link (local.get 0) (i64.const 7))) (unreachable)))
        (func (export \"_start\") (local $l exnref) (local $i i32)
            (loop $again (local.set $l (call $one (local.get $l)))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $i) (i32.const 200000))))))";
    let code = run_apart(wat);
    // Done, a limit, a trap, or the time.
    assert!([Some(0), Some(137), Some(134), Some(124)].contains(&code), "{code:?}");
}

/// Several faults of 2026 are in objects of the collector, which guests do not have.
#[test]
fn objects_of_the_collector_are_refused() {
    let types =
        ["(type $t (struct (field i64)))", "(type $t (array (mut i64)))", "(rec (type $t (struct (field i31ref))))"];
    for declared in types {
        let wat = format!("(module (memory (export \"memory\") 1) {declared} (func (export \"_start\")))");
        assert_eq!(run_apart(&wat), Some(125), "{declared}");
    }
    let wat = "(module (memory (export \"memory\") 1) (func (export \"_start\") (drop (ref.i31 (i32.const 1)))))";
    assert_eq!(run_apart(wat), Some(125));
}

/// GHSA-2674-w29h-wqvj: the engine is built without threads. What needs them is refused before it runs.
#[test]
fn threads_and_64_bits_of_memory_are_refused() {
    let refused = [
        "(module (memory (export \"memory\") 1 1 shared) (func (export \"_start\")))",
        "(module (import \"env\" \"memory\" (memory 1 1 shared)) (func (export \"_start\")))",
        "(module (memory (export \"memory\") 1) (func (export \"_start\") (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))))",
        "(module (memory (export \"memory\") 1) (func (export \"_start\") (drop (i32.atomic.load (i32.const 0)))))",
        // GHSA-p8xm-42r7-89xg (RUSTSEC-2026-0114) needs memories of 64 bits.
        "(module (memory (export \"memory\") i64 1) (func (export \"_start\")))",
        "(module (memory (export \"memory\") 1) (memory 1) (func (export \"_start\")))",
        "(module (memory (export \"memory\") 65537) (func (export \"_start\")))",
    ];
    for wat in refused {
        assert_eq!(run_apart(wat), Some(125), "{wat}");
    }
}

/// GHSA-mghf-wjfp-p5xm (CVE-2026-115893): a jump table so large that a jump over it did not fit.
#[test]
fn jumps_over_large_tables_arrive() {
    let labels = "0 1 2 3 ".repeat(10_000);
    let fields = format!(
        "(func $jump (param i32) (result i32)
            (block (block (block (block (br_table {labels} 3 (local.get 0))) (return (i32.const 10))) (return (i32.const 11)))
            (return (i32.const 12))) (i32.const 13))"
    );
    let check = |index: i64, expected: i32| {
        format!("(if (i32.ne (call $jump (i32.const {index})) (i32.const {expected})) (then unreachable))")
    };
    let body: String =
        [(0, 10), (1, 11), (39_998, 12), (39_999, 13), (40_000, 13), (-1, 13)].map(|(at, to)| check(at, to)).concat();
    let outcome = start(&fields, &body);
    assert!(outcome.is_success(), "{}", report(&outcome));
}

/// GHSA-897f-g5gm-fmxm (CVE-2026-115889) and the fault of many data segments: numbers that did not fit their bits in the
/// compiler. GHSA-wjc8-633q-pwxr: a long chain of types, taken apart by recursion.
#[test]
fn modules_with_very_many_parts_are_compiled_or_refused() {
    let mut data = String::new();
    let mut types = String::from("(type $t0 (struct))");
    for n in 0..40_000 {
        write!(data, "(data (i32.const {}) \"x\")", n % 65_536).unwrap();
    }
    for n in 1..20_000 {
        write!(types, "(type $t{n} (struct (field (ref null $t{}))))", n - 1).unwrap();
    }
    let globals: String = (0..20_000).map(|n| format!("(global i32 (i32.const {n}))")).collect();
    let code = "(local.set $i (i32.add (local.get $i) (i32.const 1)))".repeat(20_000);
    let start = |fields: &str, body: &str| {
        format!("(module (memory (export \"memory\") 1) {fields} (func (export \"_start\") (local $i i32) {body}))")
    };
    for (wat, expected) in [
        (start(&data, "(if (i32.ne (i32.load8_u (i32.const 39999)) (i32.const 120)) (then unreachable))"), &[0][..]),
        (start(&types, ""), &[0, 125]),
        (start(&globals, "(if (i32.ne (global.get 19999) (i32.const 19999)) (then unreachable))"), &[0]),
        (start("", &format!("{code} (if (i32.ne (local.get $i) (i32.const 20000)) (then unreachable))")), &[0]),
    ] {
        let ended = run_apart(&wat);
        assert!(ended.is_some_and(|code| expected.contains(&code)), "{ended:?}: {}", &wat[..200]);
    }
    expect_next_run_is_well();
}

/// GHSA-vqjp-4c8c-hfgg (RUSTSEC-2026-0269), GHSA-m9f7-9w4p-gv38, GHSA-4ch3-9j33-3pmj (RUSTSEC-2026-0188),
/// GHSA-2r75-cxrj-cmph: trailing slashes, renamed links, links into what is read-only, truncation without the right to write.
#[test]
fn faults_of_file_calls_elsewhere_are_not_ours() {
    let code = "import os
def t(f, *a):
    try: print(f(*a))
    except OSError as e: print(e.errno)
lib = '/usr/local/lib/python315.zip'
size = os.stat(lib).st_size
os.symlink('/etc/passwd', 'l'); os.symlink('/', 'up'); os.symlink('in.txt', 'g')
t(os.open, 'l/', os.O_RDONLY); t(os.open, 'g/', os.O_RDONLY); t(os.listdir, 'up/etc/'); t(os.rename, 'l/', 'm'); t(os.rename, 'up/', 'm/')
t(os.link, 'in.txt', os.path.dirname(lib) + '/x.py'); t(os.rename, 'in.txt', lib); t(os.symlink, 'x', os.path.dirname(lib) + '/y')
t(os.open, lib, os.O_RDONLY | os.O_TRUNC); t(os.open, lib, os.O_WRONLY); t(os.truncate, lib, 0); t(os.utime, lib); t(os.unlink, lib)
print(os.stat(lib).st_size == size, open('in.txt').read())
";
    let mut attacker = request("python", code);
    attacker.files = vec![file("in.txt", b"hello")];
    let outcome = run(attacker);
    expect_exit(&outcome, 0);
    let text = crate::harness::stdout(&outcome);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 14, "{}", report(&outcome));
    // Not there, no folder, a loop, a link where a folder is wanted, a read-only file system.
    assert!(
        lines[..13].iter().all(|line| ["44", "54", "69", "28", "31", "32", "63"].contains(line)),
        "{}",
        report(&outcome)
    );
    assert_eq!(lines[13], "True hello");
}

/// GHSA-j366-h8gg-77pm, CVE-2026-27204, GHSA-96f6-r43r-8c24: waiting costs fuel, calls have bounded lists, and entries of
/// folders carry no bytes of the host between their fields.
#[test]
fn faults_of_other_calls_elsewhere_are_not_ours() {
    let endless = wasi(
        "",
        "(loop $l (drop (call $poll_oneoff (i32.const 0) (i32.const 65536) (i32.const 1024) (i32.const 60000))) (br $l))",
    );
    let outcome = WatRuntime::new(&endless).run(|request| request.limits = limited(LimitKind::Fuel, 20_000_000));
    expect_limit(&outcome, LimitKind::Fuel, 20_000_000);
    let body = "(memory.fill (i32.const 1024) (i32.const 0xaa) (i32.const 1024))
        (call $note (call $fd_readdir (i32.const 3) (i32.const 1024) (i32.const 1024) (i64.const 0) (i32.const 0)))
        (call $note (i32.load8_u (i32.const 1044)))
        (call $note (i32.load8_u (i32.const 1045))) (call $note (i32.load16_u (i32.const 1046)))";
    assert_eq!(notes("", body), [0, 3, 0, 0]);
    expect_stdout(&run_code("php", "echo 6 * 7;"), "42");
}
