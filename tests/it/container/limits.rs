//! Every limit of a run in a container stops it and names itself.

use super::harness::*;
use crate::docker::harness::{docker_out, eventually};
use crate::harness::me;
use crate::harness::{expect_stdout, report, stdin, stdout, tokio};
use crate::need::needs;
use runcell::limits::LimitKind;
use runcell::outcome::{Ending, Outcome};
use runcell::service::ServiceError;
use runcell::wasm::Stdin;
use std::time::{Duration, Instant};

fn limited(runtime: &str, code: &str, kind: LimitKind, value: u64) -> Outcome {
    let mut request = contained(runtime, code);
    request.limits = request.limits.with(kind, value);
    run(request)
}

#[track_caller]
fn expect_limit(outcome: &Outcome, expected: LimitKind, most: u64) {
    match outcome.ending {
        Ending::Terminated { limit, allowed, used } if limit == expected && allowed == most => {
            assert!(used >= allowed, "{}", report(outcome));
        }
        _ => panic!("expected the limit {expected}, not {}", report(outcome)),
    }
}

#[test]
fn time_is_up_also_for_who_ignores_signals() {
    needs!(ENGINE, LANGUAGES);
    for code in ["sleep 60", "trap '' TERM INT; while :; do :; done", "(sleep 60 &) ; sleep 60"] {
        let began = Instant::now();
        let outcome = limited("bash", code, LimitKind::WallTime, 700);
        assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 700 }, "{}", report(&outcome));
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }
}

#[test]
fn memory_is_bounded() {
    needs!(ENGINE, LANGUAGES);
    let code = "x = []\nwhile True: x.append(bytes([1]) * (8 << 20))";
    expect_limit(&limited("python", code, LimitKind::Memory, 64 << 20), LimitKind::Memory, 64 << 20);
    let mut small = contained("bash", "echo");
    small.limits = small.limits.with(LimitKind::Memory, 1 << 20);
    let error = try_run(small).expect_err("too little");
    assert!(matches!(error, ServiceError::Invalid(_)) && error.to_string().contains("at least 6291456"), "{error}");
}

#[test]
fn a_gigabyte_of_output_is_cut_at_the_limit() {
    needs!(ENGINE, LANGUAGES);
    let outcome = limited("bash", "head -c 1G /dev/zero; echo done", LimitKind::Output, 100_000);
    expect_limit(&outcome, LimitKind::Output, 100_000);
    assert_eq!((outcome.output.stdout.len(), outcome.output.truncated), (100_000, true));
}

#[test]
fn files_are_bounded_in_bytes_and_number() {
    needs!(ENGINE, LANGUAGES);
    let bytes = "head -c 20M /dev/zero > x; sleep 30";
    expect_limit(&limited("bash", bytes, LimitKind::FileBytes, 1 << 20), LimitKind::FileBytes, 1 << 20);
    let quick = "head -c 2M /dev/zero > x";
    expect_limit(&limited("bash", quick, LimitKind::FileBytes, 1 << 20), LimitKind::FileBytes, 1 << 20);
    let many = "for i in {1..300}; do : > f$i; done; sleep 30";
    expect_limit(&limited("bash", many, LimitKind::Files, 100), LimitKind::Files, 100);
    let mut given = contained("bash", "echo");
    given.limits = given.limits.with(LimitKind::FileBytes, 3);
    expect_limit(&run(given), LimitKind::FileBytes, 3);
}

#[test]
fn input_and_code_are_bounded() {
    needs!(ENGINE, LANGUAGES);
    let mut request = contained("bash", "cat > /dev/null; sleep 30");
    request.stdin = stdin(&"x".repeat(5000));
    request.limits = request.limits.with(LimitKind::Stdin, 4000);
    expect_limit(&run(request), LimitKind::Stdin, 4000);
    expect_limit(&limited("bash", "echo too long", LimitKind::Code, 5), LimitKind::Code, 5);
}

#[test]
fn processes_are_bounded_and_none_is_left() {
    needs!(ENGINE, LANGUAGES);
    let code = "import os, sys, time\nn = 0\ntry:\n  while n < 1000:\n    if os.fork() == 0: time.sleep(60)\n    n += 1\n\
                except OSError as error: print(n < 256, error.errno)\nsys.stdin.read()";
    // Containers of other tests come and go beside this one: a mark of its own tells it apart.
    let mark = format!("mark-{}", std::process::id());
    let there =
        || docker_out(&["ps", "--no-trunc", "--format", "{{.Command}}"]).lines().any(|line| line.contains(&mark));
    let (hold, pieces) = tokio::sync::mpsc::channel(1);
    let mut request = contained("python", code);
    request.args = vec![mark.clone()];
    request.stdin = Stdin::Stream(pieces);
    let _tokio = tokio().enter();
    let running = tokio::spawn(service().runs(me()).run(request));
    eventually("it runs", there);
    drop(hold);
    expect_stdout(&tokio().block_on(running).unwrap().expect("can be run"), "True 11\n");
    assert!(!there(), "none is left");
}

#[test]
fn there_is_no_fuel_in_a_container() {
    needs!(ENGINE, LANGUAGES);
    let outcome = limited("bash", "for i in {1..20000}; do :; done; echo done", LimitKind::Fuel, 1);
    expect_stdout(&outcome, "done\n");
    assert_eq!((outcome.usage.fuel, stdout(&outcome).len()), (0, 5));
}
