//! Every limit, attacked: the outcome names it, with what was allowed and what was used.

use crate::harness::me;
use crate::harness::{
    WatRuntime, cache_dir, eventually, expect_stdout, processor_time, report, request, run, start, stderr, stdin,
};
use runcell::config::Config;
use runcell::limits::{LimitKind, LimitPolicy, LimitsRequest};
use runcell::outcome::{CrashKind, Ending, Outcome};
use runcell::service::WorkerInfo;
use std::time::{Duration, Instant};

const SPIN: &str = r#"(module (memory (export "memory") 1) (func (export "_start") (loop $l br $l)))"#;

/// A program that calls `fd_write` on stdout for ever: 64 KiB of `y` a call.
const FLOOD: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 2)
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 65536))
        (memory.fill (i32.const 1024) (i32.const 121) (i32.const 65536))
        (loop $l (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) br $l)))"#;

#[track_caller]
fn expect_limit(outcome: &Outcome, kind: LimitKind, allowed: u64) -> u64 {
    match outcome.ending {
        Ending::Terminated { limit, allowed: named, used } if limit == kind && named == allowed => used,
        _ => panic!("expected the limit {kind} with {allowed} allowed, not {}", report(outcome)),
    }
}

fn limited(kind: LimitKind, value: u64) -> LimitsRequest {
    LimitsRequest::default().with(kind, value)
}

#[test]
fn fuel_stops_a_loop() {
    let outcome = WatRuntime::new(SPIN).run(|request| request.limits = limited(LimitKind::Fuel, 5_000_000));
    assert_eq!(expect_limit(&outcome, LimitKind::Fuel, 5_000_000), 5_000_000);
    assert_eq!(outcome.usage.fuel, 5_000_000);
}

#[test]
fn time_stops_a_loop_a_sleep_and_a_wait_for_input() {
    let sleep = "import time; time.sleep(100)";
    let wait = "input()";
    let spin = "while True: pass";
    for code in [sleep, wait, spin] {
        let mut request = request("python", code);
        let (_sender, receiver) = tokio::sync::mpsc::channel(1);
        request.stdin = runcell::service::Stdin::Stream(receiver);
        request.limits = limited(LimitKind::WallTime, 150);
        let outcome = run(request);
        assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 150 }, "{code}: {}", report(&outcome));
        assert!(outcome.usage.wall_us >= 150_000, "{}", report(&outcome));
    }
}

#[test]
fn memory_growth_is_refused_and_named_if_the_program_fails() {
    let grow = r#"(module (memory (export "memory") 1)
        (func (export "_start") (loop $l
            (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable)) br $l)))"#;
    let attack = WatRuntime::new(grow);
    let outcome = attack.run(|request| request.limits = limited(LimitKind::Memory, 8 << 20));
    let used = expect_limit(&outcome, LimitKind::Memory, 8 << 20);
    assert!(used > 8 << 20 && outcome.usage.memory_bytes <= 8 << 20, "{}", report(&outcome));
    let handled = r#"(module (memory (export "memory") 1)
        (func (export "_start") (drop (memory.grow (i32.const 60000)))))"#;
    let outcome = WatRuntime::new(handled).run(|request| request.limits = limited(LimitKind::Memory, 8 << 20));
    assert!(outcome.is_success(), "a refusal that the program handles is no failure: {}", report(&outcome));
}

#[test]
fn a_program_that_does_not_fit_at_all_is_stopped_by_memory() {
    let big = r#"(module (memory (export "memory") 1000) (func (export "_start")))"#;
    let outcome = WatRuntime::new(big).run(|request| request.limits = limited(LimitKind::Memory, 1 << 20));
    expect_limit(&outcome, LimitKind::Memory, 1 << 20);
}

#[test]
fn output_is_cut_as_it_is_written() {
    let attack = WatRuntime::new(FLOOD);
    let outcome = attack.run(|request| request.limits = limited(LimitKind::Output, 100_000));
    let used = expect_limit(&outcome, LimitKind::Output, 100_000);
    assert!(used > 100_000 && outcome.output.truncated);
    assert_eq!((outcome.output.stdout.len(), outcome.output.tty.len()), (100_000, 100_000));
    let outcome = attack.run(|request| request.limits = limited(LimitKind::Output, 0));
    expect_limit(&outcome, LimitKind::Output, 0);
}

#[test]
fn file_bytes_and_sparse_giants_are_counted() {
    let sparse = "open('/tmp/a', 'w').truncate(1 << 40)";
    let seek = "f = open('/tmp/a', 'w'); f.seek(1 << 40); f.write('x'); f.flush()";
    let many = "f = open('f', 'w')\nwhile True: f.write('x' * 100000)";
    for code in [sparse, seek, many] {
        let mut request = request("python", code);
        request.limits = limited(LimitKind::FileBytes, 1_000_000);
        let outcome = run(request);
        assert!(expect_limit(&outcome, LimitKind::FileBytes, 1_000_000) > 1_000_000);
        assert!(outcome.usage.file_bytes <= 1_000_000, "{}", report(&outcome));
    }
}

#[test]
fn the_number_of_files_is_counted() {
    let flood = "<?php for ($i = 0; ; $i++) { mkdir(\"/tmp/$i\"); touch(\"/tmp/$i/f\"); }";
    let mut request = request("php", flood);
    request.limits = limited(LimitKind::Files, 50);
    let outcome = run(request);
    assert_eq!(expect_limit(&outcome, LimitKind::Files, 50), 51);
}

#[test]
fn table_growth_is_refused_and_named() {
    let grow = r#"(module (memory (export "memory") 1) (table $t 1 funcref)
        (func (export "_start") (if (i32.eq (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1)) (then unreachable))))"#;
    let outcome = WatRuntime::new(grow).run(|request| request.limits = limited(LimitKind::TableElements, 500));
    assert_eq!(expect_limit(&outcome, LimitKind::TableElements, 500), 1001);
}

#[test]
fn deep_recursion_is_stopped_by_the_stack() {
    let deep = r#"(module (memory (export "memory") 1) (func $f (param i64) (result i64)
        (i64.add (call $f (i64.add (local.get 0) (i64.const 1))) (local.get 0)))
        (func (export "_start") (drop (call $f (i64.const 0)))))"#;
    let outcome = WatRuntime::new(deep).run(|_| ());
    expect_limit(&outcome, LimitKind::Stack, LimitPolicy::default().default_of(LimitKind::Stack));
}

#[test]
fn too_much_code_does_not_run() {
    let mut request = request("php", &"x".repeat(2000));
    request.limits = limited(LimitKind::Code, 1000);
    let outcome = run(request);
    assert_eq!(expect_limit(&outcome, LimitKind::Code, 1000), 2000);
    assert_eq!(outcome.usage.fuel, 0);
}

#[test]
fn too_much_input_stops_who_reads_it() {
    let mut reader = request("python", "import sys; print(len(sys.stdin.read()))");
    reader.stdin = stdin(&"x".repeat(5000));
    reader.limits = limited(LimitKind::Stdin, 1000);
    assert!(expect_limit(&run(reader), LimitKind::Stdin, 1000) > 1000);
    let mut other = request("php", "<?php echo 'not read';");
    other.stdin = stdin(&"x".repeat(5000));
    other.limits = limited(LimitKind::Stdin, 1000);
    expect_stdout(&run(other), "not read");
}

#[test]
fn cancelling_takes_effect_at_once_even_among_busy_cells() {
    let attack = WatRuntime::new(SPIN);
    crate::harness::tokio().block_on(async {
        let mut runs = Vec::new();
        for _ in 0..6 {
            let mut request = request("attack", "-");
            request.limits = limited(LimitKind::WallTime, 60_000).with(LimitKind::Fuel, 1_000_000_000_000);
            runs.push(attack.service().runs(me()).open(request).await.unwrap());
        }
        let held = || attack.service().system(me()).workers().unwrap().iter().map(|worker| worker.runs).sum::<usize>();
        eventually("all are in workers", || held() == 6);
        for run in runs {
            let told = Instant::now();
            run.canceller().cancel();
            assert_eq!(run.outcome().await.unwrap().ending, Ending::Cancelled);
            // The bar is 20 ms; machines that run tests are busy, so only a miss by far fails.
            assert!(told.elapsed() < Duration::from_secs(20), "{:?}", told.elapsed());
        }
    });
}

/// A source of a few lines that keeps a compiler busy for minutes: each line makes eight of the one before.
fn macro_bomb() -> String {
    let level =
        |(from, to): (char, char)| format!("#define {to} {from} {from} {from} {from} {from} {from} {from} {from}\n");
    let levels: String = ('A'..'K').zip('B'..='K').map(level).collect();
    format!("#define A + 1\n{levels}int main(void) {{ return 0 K; }}\n")
}

#[test]
fn a_deadline_and_a_cancel_stop_a_compiler() {
    let bomb = |timeout_ms| {
        let mut request = request("clang", &macro_bomb());
        request.limits = limited(LimitKind::WallTime, timeout_ms).with(LimitKind::Fuel, 1_000_000_000_000);
        request
    };
    let outcome = run(bomb(400));
    assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 400 }, "{}", report(&outcome));
    assert!(outcome.usage.wall_us < 30_000_000, "{}", report(&outcome));
    crate::harness::tokio().block_on(async {
        let service = start(Config::default(), cache_dir(), None);
        let run = service.runs(me()).open(bomb(60_000)).await.unwrap();
        let compiles =
            |worker: &WorkerInfo| worker.runs > 0 && processor_time(worker.pid) >= Duration::from_millis(300);
        eventually("the compiler is at work", || service.system(me()).workers().unwrap().iter().any(compiles));
        let told = Instant::now();
        run.canceller().cancel();
        assert_eq!(run.outcome().await.unwrap().ending, Ending::Cancelled);
        assert!(told.elapsed() < Duration::from_secs(20), "{:?}", told.elapsed());
    });
    let mut request = bomb(60_000);
    request.limits = limited(LimitKind::Fuel, 500_000_000);
    let outcome = run(request);
    assert_eq!(expect_limit(&outcome, LimitKind::Fuel, 500_000_000), 500_000_000);
    assert!(stderr(&outcome).contains("it was the compiler that was stopped"), "{}", report(&outcome));
}

#[test]
fn building_cpp_has_time_of_its_own() {
    let timed = |code: &str, timeout_ms| {
        let mut request = request("clangpp", code);
        request.limits = limited(LimitKind::WallTime, timeout_ms).with(LimitKind::Fuel, 300_000_000_000);
        run(request)
    };
    let outcome = timed(&macro_bomb(), 300);
    assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 900 }, "{}", report(&outcome));
    assert!(stderr(&outcome).contains("it was the compiler that was stopped"), "{}", report(&outcome));
    let outcome = timed("int main() { volatile int n = 0; for (;;) n = 1; }", 3_000);
    assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 3_000 }, "{}", report(&outcome));
    assert!(outcome.usage.wall_us > 3_000_000, "{}", report(&outcome));
}

#[test]
fn the_same_program_uses_the_same_fuel() {
    let programs = [
        ("php", "<?php for ($i = 0, $s = 0; $i < 10000; $i++) $s += $i * $i; echo $s;"),
        ("python", "print(sum(i * i for i in range(10_000)), sorted('hello'), {1: 2})"),
        ("quickjs", "console.log([...Array(1000).keys()].reduce((a, b) => a + b), new Map([[1, {}]]))"),
        ("ruby", "puts (1..1000).sum, 'hello'.chars.sort.join, { a: 1 }"),
        ("clang", "#include <stdio.h>\nint main(void) { for (int i = 0; i < 100; i++) printf(\"%d\\n\", i); }"),
    ];
    for (runtime, code) in programs {
        let first = run(request(runtime, code));
        assert!(first.is_success(), "{}", report(&first));
        for _ in 0..3 {
            assert_eq!(run(request(runtime, code)).usage.fuel, first.usage.fuel, "{runtime}");
        }
    }
}

#[test]
fn traps_are_crashes_with_a_kind() {
    let cases = [
        ("unreachable", CrashKind::Unreachable),
        ("(drop (i32.div_s (i32.const 1) (i32.const 0)))", CrashKind::DivisionByZero),
        ("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", CrashKind::Arithmetic),
        ("(drop (i32.load (i32.const -1)))", CrashKind::MemoryOutOfBounds),
        ("(call_indirect (i32.const 0))", CrashKind::BadCall),
        ("(call $missing)", CrashKind::MissingImport),
    ];
    for (body, kind) in cases {
        let wat = format!(
            r#"(module (import "nowhere" "nothing" (func $missing)) (memory (export "memory") 1) (table 1 funcref)
            (func (export "_start") {body}))"#
        );
        let outcome = WatRuntime::new(&wat).run(|_| ());
        assert!(
            matches!(outcome.ending, Ending::Crashed { kind: found, .. } if found == kind),
            "{body}: {}",
            report(&outcome)
        );
    }
}

#[test]
fn every_exit_status_is_an_exit_code() {
    for code in [0, 1, 125, 126, 127, 128, 134, 137, 255] {
        let wat = format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
            (func (export "_start") (call $exit (i32.const {code}))))"#
        );
        let outcome = WatRuntime::new(&wat).run(|_| ());
        assert_eq!(outcome.ending, Ending::Completed { exit_code: code });
    }
}
