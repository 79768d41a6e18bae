//! Jobs of an image and a command: the same queue, records, walls and refusals as those of tools; and how far a job says it is.

use super::harness::*;
use crate::docker::harness::{BUSYBOX, build, docker_at, engine, eventually, the_engine};
use crate::docker::registry::Registry;
use crate::harness::{me, tokio};
use crate::need::needs;
use runcell::config::Config;
use runcell::service::{JobSubmit, ServiceError};
use serde_json::json;

/// `job submit` of a shell command in busybox, with flags before it.
#[track_caller]
fn submit(place: &Place, flags: &[&str], script: &str, code: i32) -> (String, String) {
    let command = ["--", "sh", "-c", script];
    place.expect(&[&["job", "submit", "--image", BUSYBOX], flags, &command[..]].concat(), code)
}

#[test]
fn a_command_is_a_job_with_results_and_a_record() {
    the_engine!();
    let place = Place::new();
    let data = format!("table={}", place.file("any name.csv", "1,2\n"));
    let flags =
        ["--follow", "--env", "WORD=a b", "--data", &data, "--timeout", "1m", "--memory", "64MiB", "--priority", "3"];
    let script = "echo \"$WORD\"; echo err >&2; cat /in/table.csv > /out/copy.csv; id -u > /out/user; exit 5";
    let (out, err) = submit(&place, &flags, script, 5);
    assert!(out == "a b\n" && err.contains("err\n") && err.contains("ended with exit code 5"), "{out}{err}");
    assert_eq!(place.expect(&["job", "cat", "1", "copy.csv"], 0).0, "1,2\n");
    assert_ne!(place.expect(&["job", "cat", "1", "user"], 0).0, "0\n", "as root of nothing");
    let job = place.show("1");
    assert_eq!(job["command"], json!(["sh", "-c", script]));
    assert_eq!((job.get("tool"), &job["env"], &job["priority"]), (None, &json!(["WORD"]), &3.into()));
    assert!(!job.to_string().contains("a b"), "values may be secrets: {job}");
    assert!(job["image_id"].as_str().is_some_and(|id| id.starts_with("sha256:")), "{job}");
    assert_eq!((&job["limits"]["wall_ms"], &job["limits"]["memory_bytes"]), (&60_000.into(), &(64 << 20).into()));
    let list = place.expect(&["job", "list"], 0).0;
    assert!(list.contains(&format!("{BUSYBOX} sh -c echo")), "{list}");
    let shown = place.expect(&["job", "show", "1"], 0).0;
    assert!(shown.contains("command      ") && shown.contains("variable     WORD"), "{shown}");
    place.expect(&["job", "remove", "1"], 0);
    place.expect(&["job", "show", "1"], 2);
}

#[test]
fn a_command_is_behind_the_walls_of_jobs() {
    the_engine!();
    let place = Place::new();
    let script =
        "touch /x 2>/dev/null && echo root; ls /sys/class/net; grep CapEff /proc/self/status; touch /out/y && echo out";
    let (out, _) = submit(&place, &["--follow"], script, 0);
    assert_eq!(out, "lo\nCapEff:\t0000000000000000\nout\n");
    let (_, err) = submit(&place, &["--wait", "--timeout", "1s"], "sleep 60", 124);
    assert!(err.contains("stopped after 1000 ms"), "{err}");
    submit(&place, &["--wait", "--limit", "out_bytes=1MiB"], "head -c 2000000 /dev/zero > /out/big", 137);
}

#[test]
fn the_same_command_with_a_key_is_the_same_job_and_it_can_be_cancelled() {
    the_engine!();
    let place = Place::new();
    let (id, _) = submit(&place, &["--key", "k"], "sleep 60", 0);
    let (again, err) = submit(&place, &["--key", "k"], "sleep 60", 0);
    assert!(id == again && err.contains("is job 1 already"), "{err}");
    let (_, err) = submit(&place, &["--key", "k"], "sleep 61", 2);
    assert!(err.contains("was used for another request, which is job 1"), "{err}");
    place.until(id.trim(), "running");
    place.expect(&["job", "cancel", id.trim()], 0);
    place.until(id.trim(), "cancelled");
}

#[test]
fn a_command_whose_process_was_killed_is_taken_over() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|_| ());
    let id = tokio().block_on(async {
        let words = ["sh", "-c", "echo one; sleep 4; echo two; exit 3"].map(str::to_owned).into();
        let jobs = service.jobs(me()).await.unwrap();
        let id = jobs.submit(JobSubmit::command(BUSYBOX, words)).await.unwrap().job.id.to_string();
        service.close().await;
        id
    });
    let mut runner = place.runner();
    eventually("it runs", || place.expect(&["job", "logs", &id], 0).0 == "one\n");
    runner.kill().unwrap();
    runner.wait().unwrap();
    assert!(place.runner().wait().unwrap().success());
    let job = place.show(&id);
    assert_eq!((&job["end"]["exit_code"], &job["attempt"]), (&3.into(), &1.into()), "{job}");
    assert_eq!(place.expect(&["job", "logs", &id], 0).0, "one\ntwo\n");
}

#[test]
fn what_is_no_job_is_refused_in_clear_words() {
    the_engine!();
    let place = Place::new();
    let cases: [(&[&str], &str); 8] = [
        (&["--image", BUSYBOX], "<TOOL"),
        (&["--", "echo"], "--image"),
        (&["shell", "--image", BUSYBOX, "--", "echo"], "cannot be used with"),
        (&["--image", "a/../b", "--", "echo"], "is no name of image"),
        (&["--image", BUSYBOX, "-p", "a=1", "--", "echo"], "parameters are of tools"),
        (&["--image", BUSYBOX, "--env", "A", "--", "echo"], "is not NAME=VALUE"),
        (&["--image", BUSYBOX, "--", ""], "the first of which names a program"),
        (&["--image", "registry.invalid/a:1", "--", "echo"], "is not a registry to pull from"),
    ];
    for (args, words) in cases {
        let (_, err) = place.expect(&[&["job", "submit"], args].concat(), 2);
        assert!(err.contains(words), "{args:?}: {err}");
    }
    let refused = |change: fn(&mut Config)| {
        let service = place.service(change);
        tokio().block_on(async {
            let submit = JobSubmit::command(BUSYBOX, vec!["true".to_owned()]);
            let refused = service.jobs(me()).await.unwrap().submit(submit).await.expect_err("refused");
            service.close().await;
            refused
        })
    };
    let changes: [fn(&mut Config); 2] = [
        |config| config.containers.allow_images = false,
        |config| config.containers.policy = runcell::config::ContainerPolicy::Never,
    ];
    for change in changes {
        let error = refused(change);
        assert!(
            matches!(error, ServiceError::Invalid(_)) && error.to_string().contains("cannot be a command"),
            "{error}"
        );
    }
    assert_eq!(place.json(&["job", "list", "--json"])["total"], 0, "nothing was kept");
}

#[test]
fn a_job_says_how_far_it_is() {
    the_engine!();
    let place = Place::new();
    let script = "echo 0.25 counting > $RUNCELL_PROGRESS; until [ -e /out/go ]; do sleep 0.1; done; \
                  echo '{\"progress\": 1, \"text\": \"counted\"}' > /out/_progress";
    let (id, _) = submit(&place, &[], script, 0);
    let id = id.trim();
    eventually("it is told", || place.show(id)["progress"] == json!({ "fraction": 0.25, "text": "counting" }));
    let shown = place.expect(&["job", "show", id], 0).0;
    assert!(shown.contains("progress     25 %, counting\n"), "{shown}");
    std::fs::write(place.dir.path().join(format!("data/jobs/{id}/out/go")), "").unwrap();
    let job = place.until(id, "finished");
    assert_eq!(job["progress"], json!({ "fraction": 1.0, "text": "counted" }));
    let hostile =
        "ln -s /etc/passwd /out/_progress; sleep 1.5; rm /out/_progress; head -c 9999 /dev/zero > /out/_progress";
    let (id, _) = submit(&place, &["--wait"], hostile, 0);
    assert_eq!(place.show(id.trim()).get("progress"), None, "neither a link nor a giant is read");
}

/// A place whose jobs may pull from a registry.
fn beside(registry: &Registry) -> Place {
    let place = Place::new();
    let config = format!("[containers]\nregistries = [\"{}\"]", registry.address());
    std::fs::write(place.path("config.toml"), config).unwrap();
    place
}

/// `job` with the configuration of [`beside`].
#[track_caller]
fn job(place: &Place, args: &[&str], code: i32) -> (String, String) {
    place.expect(&[&["--config", &place.path("config.toml"), "job"], args].concat(), code)
}

#[test]
fn a_missing_image_is_pulled_by_the_job_that_names_it() {
    needs!(ENGINE, REGISTRY);
    let registry = Registry::start();
    // A layer of its own, so that there is something to fetch.
    let own = build("job-pulled", &format!("RUN head -c 3000000 /dev/urandom > /own-{}", std::process::id()), &[]);
    let name = registry.hold(&own, "team/pulled:v1");
    docker_at(engine().address(), &["rmi", "-f", &own]).unwrap();
    let place = beside(&registry);
    let script = "echo begun; ls / | grep -c ^own-; echo err >&2";
    let (out, err) = job(&place, &["submit", "--image", &name, "--follow", "--", "sh", "-c", script], 0);
    assert!(out == "begun\n1\n" && err.contains("err\n"), "{out}{err}");
    assert_eq!(job(&place, &["logs", "1"], 0).0, "begun\n1\n");
    let shown = place.show("1");
    assert!(shown["image_id"].as_str().is_some_and(|id| id.starts_with("sha256:")), "{shown}");
    assert_eq!(shown.get("progress"), None, "what was told of the pull is over: {shown}");
    docker_at(engine().address(), &["rmi", "-f", &name]).unwrap();
    let missing = name.replace(":v1", ":v2");
    let (_, err) = job(&place, &["submit", "--image", &missing, "--wait", "--", "true"], 125);
    assert!(err.contains(&missing), "{err}");
    assert_eq!(place.show("2")["status"], "errored");
}

#[test]
fn a_job_that_pulls_says_so_and_can_be_cancelled() {
    needs!(ENGINE);
    // A registry that takes the connection and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let holding = std::thread::spawn(move || silent.incoming().take(1).flatten().collect::<Vec<_>>());
    let place = Place::new();
    std::fs::write(place.path("config.toml"), format!("[containers]\nregistries = [\"{address}\"]")).unwrap();
    let image = format!("{address}/team/slow:v1");
    let (id, _) = job(&place, &["submit", "--image", &image, "--", "true"], 0);
    let id = id.trim();
    eventually("it says that it pulls", || place.show(id)["progress"]["text"] == format!("pulling the image {image}"));
    assert_eq!(job(&place, &["logs", id], 0).0, "", "nothing is written yet");
    job(&place, &["cancel", id], 0);
    let ended = place.until(id, "cancelled");
    assert_eq!((ended.get("progress"), &ended["end"]["exit_code"]), (None, &serde_json::Value::Null), "{ended}");
    drop(holding);
}
