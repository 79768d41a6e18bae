//! Runs: what goes in arrives, what comes out is whole and in order, and every ending is told from the others.

use super::harness::*;
use crate::harness::tokio;
use runcell::docker::{ContainerEnding, ContainerEvent, ContainerRun, DockerError};
use runcell::run::OutputStream;
use std::time::{Duration, Instant};

#[test]
fn output_and_exit_code_arrive() {
    the_engine!();
    let ended = finish(script("echo one; echo two >&2; echo three; exit 7"));
    expect_exit(&ended, 7);
    assert_eq!(stdout(&ended.1), "one\nthree\n");
    assert_eq!(ended.1.stderr, b"two\n");
    assert!(!ended.0.truncated);
}

#[test]
fn the_shortest_run_loses_no_byte() {
    the_engine!();
    for _ in 0..5 {
        let run = ContainerRun::new(BUSYBOX, &["echo", "here"], labels());
        expect_stdout(&finish(run), "here\n");
    }
}

#[test]
fn stdin_passes_whole() {
    the_engine!();
    let mut run = ContainerRun::new(BUSYBOX, &["md5sum"], labels());
    run.stdin = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
    let expected = {
        let mut child = std::process::Command::new("md5sum")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), &run.stdin).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    expect_stdout(&finish(run), &expected);
}

#[test]
fn stdin_that_nobody_reads_holds_nothing_up() {
    the_engine!();
    let mut run = ContainerRun::new(BUSYBOX, &["echo", "done"], labels());
    run.stdin = vec![b'x'; 8 << 20];
    let began = Instant::now();
    expect_stdout(&finish(run), "done\n");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn without_stdin_a_reader_meets_its_end() {
    the_engine!();
    expect_stdout(&finish(ContainerRun::new(BUSYBOX, &["wc", "-c"], labels())), "0\n");
}

#[test]
fn arguments_and_environment_are_no_shell() {
    the_engine!();
    let hostile = ["--help", "-rf", "; echo hi", "$(id)", "`id`", "a\nb", "\"'\\", "*", "", "ä 🦀", "${HOME}", "| cat"];
    let mut command = vec!["sh", "-c", "for word; do printf '%s\\0' \"$word\"; done; printf '%s' \"$HOSTILE\"", "sh"];
    command.extend(hostile);
    let mut run = ContainerRun::new(BUSYBOX, &command, labels());
    run.env.insert("HOSTILE".into(), "$(id);\n--x=\"1\"".into());
    let mut expected: String = hostile.iter().map(|word| format!("{word}\0")).collect();
    expected.push_str("$(id);\n--x=\"1\"");
    expect_stdout(&finish(run), &expected);
}

#[test]
fn a_command_that_looks_like_an_option_of_the_engine_is_a_command() {
    the_engine!();
    let error = try_run(ContainerRun::new(BUSYBOX, &["--privileged"], labels()));
    assert!(matches!(&error, DockerError::CannotStart { message, .. } if message.contains("--privileged")), "{error}");
}

#[test]
fn the_folder_it_starts_in_can_be_chosen() {
    the_engine!();
    let run = ContainerRun { workdir: Some("/etc".into()), ..script("pwd") };
    expect_stdout(&finish(run), "/etc\n");
}

#[test]
fn what_cannot_start_is_a_clear_error() {
    the_engine!();
    let error = try_run(ContainerRun::new(BUSYBOX, &["/no/such/program"], labels()));
    let text = error.to_string();
    assert!(text.contains(BUSYBOX) && text.contains("/no/such/program"), "{text}");
    assert!(!error.is_retryable());
    let error = try_run(ContainerRun::new("runcell-test/nothing:v9", &["x"], labels()));
    assert!(matches!(&error, DockerError::NoImage { image } if image == "runcell-test/nothing:v9"), "{error}");
    let error = try_run(ContainerRun::new("../images/json", &["x"], labels()));
    assert!(matches!(error, DockerError::BadName { .. }), "{error}");
    let mut run = script("true");
    run.mounts = vec![runcell::docker::Mount::read_only("/no/such/folder", "/in")];
    let error = try_run(run);
    assert!(matches!(&error, DockerError::FolderUnseen { path } if path.ends_with("folder")), "{error}");
}

/// The error of a run that cannot be run, which leaves no container either.
#[track_caller]
fn try_run(run: ContainerRun) -> DockerError {
    let owner = run.labels.owner.clone();
    let error = tokio().block_on(async { engine().start_run(run).outcome().await }).expect_err("cannot be run");
    assert_eq!(containers_of(&owner), "");
    error
}

#[test]
fn events_come_live_and_in_order() {
    the_engine!();
    let folder = tempfile::tempdir().unwrap();
    let mut run =
        start(script_in("echo first; while [ ! -e /out/go ]; do sleep 0.1; done; echo second", folder.path()));
    let mut seen = Vec::new();
    tokio().block_on(async {
        while let Some(event) = run.next_event().await {
            seen.push(match event {
                ContainerEvent::Created { container_id } => format!("created {}", container_id.len()),
                ContainerEvent::Started => "started".to_owned(),
                // A machine with much to do.
                ContainerEvent::Usage(_) => continue,
                ContainerEvent::Output { stream, bytes } => {
                    assert_eq!(stream, OutputStream::Stdout);
                    String::from_utf8(bytes).unwrap()
                }
            });
            if seen.len() == 3 {
                // It goes on only when its first line was seen.
                std::fs::write(folder.path().join("go"), "").unwrap();
            }
        }
        let outcome = run.outcome().await.unwrap();
        assert_eq!(outcome.ending, ContainerEnding::Exited { code: 0 });
    });
    assert_eq!(seen, ["created 64", "started", "first\n", "second\n"]);
}

#[test]
fn a_deadline_ends_a_run_that_ignores_sigterm() {
    the_engine!();
    let began = Instant::now();
    let (outcome, output) = finish(script_with("trap '' TERM; echo up; while :; do sleep 1; done", |confinement| {
        confinement.wall = Duration::from_secs(2);
        confinement.grace = Duration::from_secs(1);
    }));
    assert_eq!(outcome.ending, ContainerEnding::TimedOut { allowed_ms: 2000 });
    assert_eq!(stdout(&output), "up\n");
    let taken = began.elapsed();
    assert!(taken > Duration::from_secs(3) && taken < Duration::from_secs(60), "{taken:?}");
}

#[test]
fn who_heeds_sigterm_gets_to_say_goodbye() {
    the_engine!();
    let (outcome, output) =
        finish(script_with("trap 'echo bye; exit 0' TERM; while :; do sleep 0.1; done", |confinement| {
            confinement.wall = Duration::from_secs(1);
            confinement.grace = Duration::from_secs(10);
        }));
    assert_eq!(outcome.ending, ContainerEnding::TimedOut { allowed_ms: 1000 });
    assert_eq!(stdout(&output), "bye\n");
}

#[test]
fn cancelling_works_in_every_phase() {
    the_engine!();
    // From before the container is made to after the program has ended.
    for delay in [0, 5, 20, 50, 100, 150, 200, 300, 500, 800] {
        let run = script_with("sleep 0.4; echo end", |confinement| confinement.grace = Duration::from_millis(100));
        let owner = run.labels.owner.clone();
        let run = start(run);
        let cancel = run.canceller();
        let outcome = tokio().block_on(async {
            let waiter = tokio::spawn(run.outcome());
            tokio::time::sleep(Duration::from_millis(delay)).await;
            cancel.cancel();
            let began = Instant::now();
            let outcome = waiter.await.unwrap().expect("no error");
            assert!(began.elapsed() < Duration::from_secs(60), "after {delay} ms: {:?}", began.elapsed());
            outcome
        });
        let good = matches!(outcome.ending, ContainerEnding::Cancelled | ContainerEnding::Exited { code: 0 });
        assert!(good && (delay > 0 || outcome.ending == ContainerEnding::Cancelled), "{delay}: {outcome:?}");
        eventually("the container is gone", || containers_of(&owner).is_empty());
    }
}

#[test]
fn a_dropped_run_leaves_no_container() {
    the_engine!();
    let dropped = [0, 10, 60, 400].map(|delay| {
        let run = script("sleep 60");
        let owner = run.labels.owner.clone();
        let run = start(run);
        // In each phase of its life.
        std::thread::sleep(Duration::from_millis(delay));
        drop(run);
        owner
    });
    // A whole run takes longer than the engine takes for what was asked of it before.
    finish(script("true"));
    for owner in dropped {
        eventually("the container is gone", || containers_of(&owner).is_empty());
    }
}

#[test]
fn fifty_runs_at_once_end_well() {
    the_engine!();
    let owner = labels().owner;
    tokio().block_on(async {
        let runs: Vec<_> = (0..50)
            .map(|number| {
                let mut run = script(&format!("echo {number}"));
                run.labels.owner.clone_from(&owner);
                (number, tokio::spawn(engine().start_run(run).collect()))
            })
            .collect();
        for (number, run) in runs {
            let ended = run.await.unwrap().expect("can be run");
            expect_stdout(&ended, &format!("{number}\n"));
        }
    });
    assert_eq!(containers_of(&owner), "");
}

#[test]
fn usage_is_measured() {
    the_engine!();
    let (outcome, _) = finish(script(
        "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; head -c 60000000 /dev/zero | tail -c 50000000 | wc -c",
    ));
    let usage = outcome.usage;
    let (cpu, memory) = (usage.cpu_us.expect("known"), usage.memory_bytes.expect("known"));
    assert!(cpu > 50_000 && cpu < 60_000_000, "{usage:?}");
    assert!(memory > 50_000_000 && memory <= 512 << 20, "{usage:?}");
    assert!(usage.wall_us > 50_000 && usage.output_bytes == 9, "{usage:?}");
    // A run of milliseconds is measured as well, where counters outlive it.
    let (outcome, _) = finish(script("true"));
    if usage.exact {
        assert!(outcome.usage.exact && outcome.usage.cpu_us.unwrap() > 0, "{outcome:?}");
    }
}
