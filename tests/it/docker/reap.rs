//! The remains of a runcell that was killed are found again: kept and waited for, or removed.

use super::harness::*;
use crate::harness::tokio;
use runcell::docker::{CleanUp, ContainerEnding, ContainerEvent, ContainerState, Labels, Resume};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The variable that makes [`child`] a runcell to be killed: owner, id and script.
const CHILD: &str = "RUNCELL_TEST_CHILD";

#[test]
#[ignore = "the other tests of this file start it as a process"]
fn child() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let words: Vec<&str> = order.splitn(3, '|').collect();
    let mut run = script(words[2]);
    run.labels = Labels::new(words[0], "job", words[1]);
    let running = start(run);
    let _ended = tokio().block_on(running.outcome());
}

/// Starts a runcell of its own, waits until its container runs, and kills it with signal 9.
fn run_and_kill(owner: &str, id: &str, script: &str) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "docker::reap::child", "--ignored", "--nocapture"])
        .env(CHILD, format!("{owner}|{id}|{script}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the container runs", || runs(owner, id));
    kill(child);
}

/// Whether a container is running.
fn runs(owner: &str, id: &str) -> bool {
    let filters = [format!("label=runcell.owner={owner}"), format!("label=runcell.id={id}")];
    !docker_out(&["ps", "-q", "--filter", &filters[0], "--filter", &filters[1]]).is_empty()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn what_a_killed_runcell_left_is_adopted_or_reaped() {
    let docker = the_engine!();
    let owner = labels().owner;
    run_and_kill(&owner, "12", "echo before; sleep 4; echo after >&2; exit 5");
    run_and_kill(&owner, "13", "sleep 600");
    tokio().block_on(async {
        let reaped = docker
            .clean_up_owned(&owner, |found| if found.labels.id == "12" { CleanUp::Keep } else { CleanUp::Remove });
        let reaped = reaped.await.unwrap();
        assert!(reaped.failed.is_empty(), "{reaped:?}");
        assert_eq!((reaped.kept.len(), reaped.removed.len()), (1, 1), "{reaped:?}");
        assert_eq!((&reaped.removed[0].labels.id[..], reaped.removed[0].state), ("13", ContainerState::Running));

        let found = docker.find_owned(&Labels::new(&owner, "job", "12")).await.unwrap().expect("there");
        assert_eq!(found, reaped.kept[0]);
        let resume = Resume { container_id: found.container_id, confinement: Default::default() };
        let (outcome, output) = docker.resume(resume).collect().await.unwrap();
        assert_eq!(outcome.ending, ContainerEnding::Exited { code: 5 }, "{outcome:?}");
        assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"before\n"[..], &b"after\n"[..]));
        assert!(docker.find_owned(&Labels::new(&owner, "job", "12")).await.unwrap().is_none());
    });
    assert_eq!(containers_of(&owner), "");
}

#[test]
fn a_run_that_ended_meanwhile_is_recorded() {
    let docker = the_engine!();
    let owner = labels().owner;
    run_and_kill(&owner, "1", "sleep 5; echo last; exit 3");
    eventually("the container ends", || !runs(&owner, "1"));
    tokio().block_on(async {
        let found = docker.owned(&owner).await.unwrap();
        assert_eq!(found[0].state, ContainerState::Exited, "{found:?}");
        let resume = Resume { container_id: found[0].container_id.clone(), confinement: Default::default() };
        let (outcome, output) = docker.resume(resume).collect().await.unwrap();
        assert_eq!((outcome.ending, stdout(&output)), (ContainerEnding::Exited { code: 3 }, "last\n".to_owned()));
    });
    assert_eq!(containers_of(&owner), "");
}

#[test]
fn a_resumed_run_has_its_deadline_and_can_be_cancelled() {
    let docker = the_engine!();
    let owner = labels().owner;
    for (id, cancelled) in [("1", true), ("2", false)] {
        run_and_kill(&owner, id, "echo x; sleep 600");
        let outcome = tokio().block_on(async {
            let found = docker.find_owned(&Labels::new(&owner, "job", id)).await.unwrap().expect("there");
            let mut resume = Resume { container_id: found.container_id, confinement: Default::default() };
            resume.confinement.wall = Duration::from_secs(2);
            resume.confinement.grace = Duration::from_millis(200);
            let mut running = docker.resume(resume);
            assert!(matches!(running.next_event().await, Some(ContainerEvent::Output { .. })));
            if cancelled {
                running.canceller().cancel();
            }
            running.outcome().await.unwrap()
        });
        let expected =
            if cancelled { ContainerEnding::Cancelled } else { ContainerEnding::TimedOut { allowed_ms: 2000 } };
        assert_eq!(outcome.ending, expected);
    }
    assert_eq!(containers_of(&owner), "");
}

#[test]
fn what_is_not_ours_is_not_touched() {
    let docker = the_engine!();
    let (owner, other) = (labels().owner, labels().owner);
    run_and_kill(&other, "1", "sleep 600");
    tokio().block_on(async {
        let reaped = docker.clean_up_owned(&owner, |_| CleanUp::Remove).await.unwrap();
        assert!(reaped.removed.is_empty() && reaped.failed.is_empty());
    });
    assert_ne!(containers_of(&other), "");
    tokio().block_on(docker.clean_up_owned(&other, |_| CleanUp::Remove)).unwrap();
    assert_eq!(containers_of(&other), "");
}
