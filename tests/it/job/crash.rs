//! Whatever dies in mid-job: the next process that runs jobs records the end, or runs the job again.

use super::harness::*;
use crate::docker::engine::OwnEngine;
use crate::docker::harness::{BUSYBOX, docker_at, docker_out, eventually, import_busybox, the_engine};
use crate::harness::me;
use crate::need::needs;
use std::process::{Child, Command};

/// Starts a process that runs a job, and ends it with a signal while the job runs.
fn run_and_kill(place: &Place, id: &str, signal: &str) {
    let mut runner = place.runner();
    eventually("the tool runs", || !running_containers(place).is_empty());
    kill(&mut runner, signal);
    assert_eq!(place.show(id)["status"], "running");
}

fn running_containers(place: &Place) -> String {
    let owner = std::fs::read_to_string(place.dir.path().join("data/installation")).unwrap();
    docker_out(&["ps", "-q", "--filter", &format!("label=runcell.owner={owner}")])
}

fn kill(child: &mut Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap();
}

fn run_to_the_end(place: &Place) {
    assert!(place.runner().wait().unwrap().success());
}

#[test]
fn the_end_of_a_job_is_recorded_whose_process_was_killed() {
    the_engine!();
    for signal in ["-KILL", "-TERM"] {
        let place = Place::new();
        let id = place.enqueue("echo one; sleep 3; echo two; echo done > /out/done; exit 4");
        run_and_kill(&place, &id, signal);
        // It ends while nobody watches.
        eventually("the tool has ended", || running_containers(&place).is_empty());
        assert_eq!(place.show(&id)["status"], "running");
        run_to_the_end(&place);
        let job = place.show(&id);
        assert_eq!(
            (&job["status"], &job["end"]["exit_code"], &job["attempt"]),
            (&"errored".into(), &4.into(), &1.into())
        );
        assert_eq!(place.expect(&["job", "logs", &id], 0).0, "one\ntwo\n", "{signal}");
        assert_eq!(place.expect(&["job", "cat", &id, "done"], 0).0, "done\n");
    }
}

#[test]
fn a_job_that_still_runs_is_watched_again() {
    the_engine!();
    let place = Place::new();
    let id = place.enqueue("echo one; sleep 6; echo two");
    run_and_kill(&place, &id, "-KILL");
    let mut next = place.runner();
    assert_eq!(place.expect(&["job", "logs", "-f", &id], 0).0, "one\ntwo\n");
    assert!(next.wait().unwrap().success());
    let job = place.show(&id);
    assert_eq!((&job["status"], &job["attempt"]), (&"finished".into(), &1.into()));
}

#[test]
fn the_times_of_a_log_outlive_a_crash() {
    the_engine!();
    let place = Place::new();
    let id = place.enqueue("echo early; while [ ! -e /out/go ]; do sleep 0.1; done; echo late");
    let mut runner = place.runner();
    eventually("it writes", || place.expect(&["job", "logs", &id], 0).0 == "early\n");
    let mut between = String::new();
    eventually("what it wrote lies before a time", || {
        between = jiff::Timestamp::now().to_string();
        place.expect(&["job", "logs", &id, "--since", &between], 0).0.is_empty()
    });
    kill(&mut runner, "-KILL");
    std::fs::write(place.path(&format!("data/jobs/{id}/out/go")), "").unwrap();
    run_to_the_end(&place);
    for (args, expected) in [
        (&["--since", &*between][..], "late\n"),
        (&["--since", "1h"], "early\nlate\n"),
        (&["--tail", "1"], "late\n"),
        (&["--since", "2"], "rly\nlate\n"),
    ] {
        assert_eq!(place.expect(&[&["job", "logs", &id], args].concat(), 0).0, expected, "{args:?}");
    }
    let refused = place.expect(&["job", "logs", &id, "--since", "soon"], 2).1;
    assert!(refused.contains("since: \"soon\" is no position in bytes"), "{refused}");
}

#[test]
fn time_goes_on_while_nobody_watches() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|_| ());
    let id = crate::harness::tokio().block_on(async {
        let jobs = service.jobs(me()).await.unwrap();
        let mut request = place.request("sleep 60");
        request.limits = request.limits.with(runcell::job::JobLimitKind::WallMs, 5000);
        let id = jobs.submit(request).await.unwrap().job.id.to_string();
        service.close().await;
        id
    });
    run_and_kill(&place, &id, "-KILL");
    run_to_the_end(&place);
    let job = place.show(&id);
    assert_eq!((&job["status"], &job["end"]["allowed"]), (&"timed_out".into(), &5000.into()));
}

#[test]
fn a_job_whose_container_is_gone_is_run_again_from_the_start() {
    the_engine!();
    let place = Place::new();
    let id = place.enqueue("[ -e /out/mark ] && exit 7; touch /out/mark; sleep 2");
    run_and_kill(&place, &id, "-KILL");
    docker_out(&["rm", "-f", &place.containers()]);
    run_to_the_end(&place);
    let job = place.show(&id);
    assert_eq!((&job["status"], &job["attempt"]), (&"finished".into(), &2.into()), "{job:#}");
}

#[test]
fn a_cancel_reaches_a_job_whose_process_is_dead() {
    the_engine!();
    let place = Place::new();
    let id = place.enqueue("sleep 60");
    run_and_kill(&place, &id, "-KILL");
    place.expect(&["job", "cancel", &id], 0);
    place.until(&id, "cancelled");
}

#[test]
fn containers_that_no_job_knows_are_removed() {
    the_engine!();
    let place = Place::new();
    let id = place.enqueue("true");
    let owner = std::fs::read_to_string(place.dir.path().join("data/installation")).unwrap();
    let labels = [format!("runcell.owner={owner}"), "runcell.kind=job".to_owned(), "runcell.id=99.1".to_owned()];
    let flags: Vec<&str> = labels.iter().flat_map(|label| ["--label", label]).collect();
    docker_out(&[&["run", "-d", "--network", "none"], &flags[..], &[BUSYBOX, "sleep", "600"]].concat());
    run_to_the_end(&place);
    assert_eq!((place.containers(), &place.show(&id)["status"]), (String::new(), &"finished".into()));
}

#[test]
fn an_engine_that_is_stopped_in_mid_job_costs_a_try_and_not_the_job() {
    needs!(ENGINE, OWN_ENGINE);
    let mut engine = OwnEngine::start();
    let at = engine.place();
    import_busybox(&at);
    let context = tempfile::tempdir().unwrap();
    let dockerfile =
        format!("FROM {BUSYBOX}\nCOPY tool.yml /src/\nCMD [\"sh\", \"-c\", \"echo up; sleep 13; echo down\"]\n");
    std::fs::write(context.path().join("Dockerfile"), dockerfile).unwrap();
    std::fs::write(context.path().join("tool.yml"), "tools: {slow: {title: Slow}}").unwrap();
    docker_at(&at, &["build", "-t", "slow:1", &context.path().display().to_string()]).unwrap();
    let place = Place::new();
    let output =
        place.command(&["job", "submit", "slow", "--image", "slow:1"]).env("DOCKER_HOST", &at).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    eventually("the tool runs", || docker_at(&at, &["ps", "-q"]).is_ok_and(|ids| !ids.is_empty()));
    // It waits ten seconds for what it runs, then kills it.
    engine.stop("-TERM");
    place.until("1", "pending");
    engine.again();
    let job = place.until("1", "finished");
    assert_eq!(job["attempt"], 2, "{job:#}");
    assert_eq!(place.expect(&["job", "logs", "1"], 0).0, "up\ndown\n");
    eventually("no container is left", || docker_at(&at, &["ps", "-aq"]).is_ok_and(|ids| ids.is_empty()));
}
