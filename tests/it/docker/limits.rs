//! Limits: each is exceeded by a program that means it, and says what was allowed and what was used.

use super::harness::*;
use crate::harness::tokio;
use runcell::docker::{ContainerEnding, ContainerEvent, Exceeded};
use runcell::limits::LimitKind;
use std::time::{Duration, Instant};

#[test]
fn memory_is_bounded_and_named() {
    the_engine!();
    let (outcome, _) =
        finish(script_with("tail -c 900000000 /dev/zero | wc -c; exit ${PIPESTATUS:-9}", |confinement| {
            confinement.memory_bytes = 64 << 20;
        }));
    let ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Memory, allowed, used }) = outcome.ending else {
        panic!("{outcome:?}");
    };
    assert_eq!(allowed, 64 << 20);
    assert!(used >= allowed, "{used}");
}

#[test]
fn the_main_program_out_of_memory_is_named_too() {
    the_engine!();
    let mut run = script_with("", |confinement| confinement.memory_bytes = 32 << 20);
    run.command = Some(["tail", "-c", "900000000", "/dev/zero"].map(str::to_owned).to_vec());
    let (outcome, _) = finish(run);
    assert!(
        matches!(outcome.ending, ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Memory, .. })),
        "{outcome:?}"
    );
}

#[test]
fn files_in_tmp_are_bounded() {
    the_engine!();
    let ended =
        finish(script_with("head -c 20000000 /dev/zero > /tmp/big; echo $?; wc -c < /tmp/big", |confinement| {
            confinement.tmpfs_bytes = 8 << 20;
        }));
    expect_stdout(&ended, "1\n8388608\n");
}

#[test]
fn a_flood_of_output_is_stopped_and_kept_nowhere() {
    the_engine!();
    let run = script_with("yes 0123456789012345678901234567890123456789", |confinement| {
        confinement.output_bytes = 1 << 20;
    });
    let owner = run.labels.owner.clone();
    let before = resident();
    let began = Instant::now();
    let mut running = start(run);
    let (mut kept, mut most) = (0, 0);
    let outcome = tokio().block_on(async {
        while let Some(event) = running.next_event().await {
            if let ContainerEvent::Output { bytes, .. } = event {
                kept += bytes.len();
                most = most.max(bytes.len());
            }
        }
        running.outcome().await.unwrap()
    });
    let ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Output, allowed, used }) = outcome.ending else {
        panic!("{outcome:?}");
    };
    assert!(allowed == 1 << 20 && used > allowed && used < 2 << 20, "{used}");
    assert_eq!((kept, outcome.truncated), (1 << 20, true));
    assert!(began.elapsed() < Duration::from_secs(60) && most <= 1 << 16, "{:?} {most}", began.elapsed());
    assert!(resident() < before + (200 << 20), "memory stays");
    assert_eq!(containers_of(&owner), "");
}

#[test]
fn a_gigabyte_within_the_limit_arrives_whole_and_slow_readers_hold_it_back() {
    the_engine!();
    let before = resident();
    let mut running = start(script_with("head -c 1000000000 /dev/zero", |confinement| {
        confinement.output_bytes = 2 << 30;
    }));
    let mut bytes_read = 0_u64;
    tokio().block_on(async {
        while let Some(event) = running.next_event().await {
            if let ContainerEvent::Output { bytes, .. } = event {
                bytes_read += bytes.len() as u64;
            }
        }
    });
    assert_eq!(bytes_read, 1_000_000_000);
    assert!(resident() < before + (200 << 20), "memory stays");
}

#[test]
fn nobody_reading_does_not_stop_the_clock() {
    the_engine!();
    let run = script_with("yes", |confinement| confinement.wall = Duration::from_secs(2));
    let owner = run.labels.owner.clone();
    let running = start(run);
    eventually("it began", || !containers_of(&owner).is_empty());
    // The engine does not let go of a program whose output somebody still waits to hear.
    eventually("it is gone, though nobody took its output", || containers_of(&owner).is_empty());
    let outcome = tokio().block_on(running.outcome()).unwrap();
    assert_eq!((outcome.ending, outcome.truncated), (ContainerEnding::TimedOut { allowed_ms: 2000 }, true));
}

#[test]
fn a_fork_bomb_is_held() {
    the_engine!();
    let began = Instant::now();
    let (outcome, _) = finish(script_with("b() { b | b & }; b; sleep 1; b; while :; do :; done", |confinement| {
        confinement.pids = 50;
        confinement.wall = Duration::from_secs(4);
        confinement.grace = Duration::from_millis(500);
    }));
    let held = matches!(outcome.ending, ContainerEnding::TimedOut { .. } | ContainerEnding::Exited { .. });
    assert!(held && began.elapsed() < Duration::from_secs(20), "{outcome:?} {:?}", began.elapsed());
}

#[test]
fn processes_are_counted() {
    the_engine!();
    let ended = finish(script_with(
        "i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done 2>/dev/null; ps | grep -c 'sleep 5' ",
        |confinement| confinement.pids = 20,
    ));
    let count: u32 = stdout(&ended.1).trim().parse().unwrap_or(0);
    assert!(count <= 20, "{ended:?}");
}

#[test]
fn processors_are_rationed() {
    the_engine!();
    let (outcome, _) = finish(script_with("while :; do :; done", |confinement| {
        confinement.cpu_millis = 200;
        confinement.wall = Duration::from_secs(3);
        confinement.grace = Duration::from_millis(100);
    }));
    let cpu = outcome.usage.cpu_us.expect("known");
    assert!(cpu < 1_500_000, "a fifth of a processor for 3 s: {cpu}");
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}
