//! From the shell: what tools there are, what is refused, what a tool gets, how the command ends.

use super::harness::*;
use crate::docker::harness::the_engine;
use crate::harness::me;
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn tools_are_listed_with_those_that_are_broken() {
    the_engine!();
    let place = Place::new();
    let list = place.json(&["tools", "list", image(), "--json"]);
    let slugs = |key: &str| -> Vec<String> {
        list[key].as_array().unwrap().iter().map(|tool| tool["slug"].as_str().unwrap().to_owned()).collect()
    };
    let slug = |tool: &str| format!("{}::{tool}", image());
    assert_eq!(slugs("tools"), ["field", "second", "shell"].map(slug));
    assert_eq!(slugs("broken"), [slug("broken")]);
    assert!(list["broken"][0]["errors"][0].as_str().unwrap().contains("nonsense"), "{list:#}");
    let (shown, _) = place.expect(&["tools", "show", &slug("shell")], 0);
    for words in ["-p count=INTEGER 0 to 9 (optional)", "-p mode=a|b (default a)", "--data script=FILE .sh"] {
        assert!(shown.contains(words), "{shown}");
    }
    let (inspected, _) = place.expect(&["tools", "inspect", image()], 1);
    assert!(inspected.contains("started by the image's command") && inspected.contains("is broken"), "{inspected}");
    place.expect(&["tools", "inspect", "no-such-image:1"], 2);
    place.expect(&["tools", "show", "no-such-tool-at-all"], 2);
}

#[test]
fn tools_of_one_image_are_run_by_name() {
    the_engine!();
    let place = Place::new();
    let (out, err) = place.expect(&["job", "submit", "second", "--image", image(), "--follow"], 0);
    assert!(out.starts_with("second\n") && out.contains("\"parameters\": {}"), "{out}{err}");
    let slug = format!("{}::field", image());
    let (first, second) = (place.file("same.csv", "1\n"), place.dir.path().join("same.csv"));
    std::fs::write(&second, "2\n").unwrap();
    let data = [format!("first={first}"), format!("second={}", second.display())];
    let params = ["-p", "mode=--help; $(id) `id`", "-p", "options={\"a\": [1]}", "-p", "none=0"];
    let args = [&["job", "submit", &slug, "--data", &data[0], "--data", &data[1], "--follow"], &params[..]].concat();
    let (out, _) = place.expect(&args, 0);
    let (tool, inputs) = out.split_once('\n').unwrap();
    let inputs: serde_json::Value = serde_json::from_str(inputs).unwrap();
    let parameters = json!({
        "mode": "--help; $(id) `id`", "options": { "a": [1] }, "when": "1980-01-01T12:00:00", "none": 0
    });
    assert_eq!((tool, &inputs["field"]["parameters"]), ("field", &parameters));
    assert_eq!(inputs["field"]["data"], json!({ "first": "/in/first.csv", "second": "/in/second.csv" }));
}

#[test]
fn datasets_with_equal_names_are_kept_apart() {
    the_engine!();
    let place = Place::new();
    let (left, right) = (place.file("same.csv", "left\n"), place.path("same.csv"));
    std::fs::write(&right, "right\n").unwrap();
    let (left, right) = (format!("left={left}"), format!("right={right}"));
    let script = "cat /in/left.csv /in/right.csv; cmp /in/input.json /in/inputs.json && touch /in/x || exit 3";
    let (out, _) = place.shell(script, &["--data", &left, "--data", &right, "--follow"], 3);
    assert_eq!(out, "left\nright\n");
}

#[test]
fn everything_that_does_not_fit_is_said_at_once() {
    the_engine!();
    let place = Place::new();
    let args = ["-p", "count=10", "-p", "mode=c", "-p", "colour=red", "--data", "nothing=/dev/null"];
    let (_, err) = place.expect(&[&["job", "submit", "shell", "--image", image()], &args[..6]].concat(), 2);
    for words in ["\"count\": 0 to 9", "\"mode\": one of", "\"colour\" is not known", "\"script\" is required"] {
        assert!(err.contains(words), "{words}: {err}");
    }
    let cases: [(&[&str], &str); 7] = [
        (&args, "no plain file"),
        (&["-p", "count"], "not NAME=VALUE"),
        (&["--limit", "colour=1"], "there is no limit"),
        (&["--timeout", "900d"], "wall_ms"),
        (&["--timeout", "soon"], "does not begin with a number"),
        (&["--memory", "1MiB"], "memory_bytes"),
        (&["--key", ""], "idempotency key"),
    ];
    for (args, words) in cases {
        let script = format!("script={}", place.file("script.sh", "true"));
        let all = [&["job", "submit", "shell", "--image", image(), "--data", &script], args].concat();
        let (_, err) = place.expect(&all, 2);
        assert!(err.contains(words), "{args:?}: {err}");
    }
    let (_, err) = place.expect(&["job", "submit", "broken", "--image", image()], 2);
    assert!(err.contains("nonsense"), "{err}");
    place.expect(&["job", "submit", "shell", "--image", "no-such-image:1"], 2);
    assert_eq!(place.json(&["job", "list", "--json"])["total"], 0, "nothing was kept");
}

#[test]
fn exit_codes_are_those_of_the_tool_and_the_documented_ones() {
    the_engine!();
    let place = Place::new();
    let (out, err) = place.shell("echo out; echo err >&2; exit 9", &["--follow"], 9);
    assert!(out == "out\n" && err.contains("err\n") && err.contains("ended with exit code 9"), "{out}{err}");
    let began = Instant::now();
    let (_, err) = place.shell("sleep 60", &["--wait", "--timeout", "1s"], 124);
    assert!(err.contains("stopped after 1000 ms") && began.elapsed() < Duration::from_secs(20), "{err}");
    for code in ["1", "2", "3"] {
        let (id, _) =
            place.shell("exit $(cat /in/left.csv)", &["--wait", "--data", &left(&place, code)], code.parse().unwrap());
        assert_eq!(place.show(id.trim())["end"]["exit_code"], code.parse::<i64>().unwrap());
    }
}

fn left(place: &Place, text: &str) -> String {
    format!("left={}", place.file("left.csv", text))
}

#[test]
fn an_interrupted_wait_cancels_its_job() {
    the_engine!();
    let place = Place::new();
    let script = format!("script={}", place.file("script.sh", "echo up; sleep 60"));
    let args = ["job", "submit", "shell", "--image", image(), "--data", &script, "--follow"];
    let mut child =
        place.command(&args).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut up = [0; 3];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut up).unwrap();
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(place.show("1")["status"], "cancelled");
}

#[test]
fn the_same_key_is_the_same_job() {
    the_engine!();
    let place = Place::new();
    let (first, _) = place.shell("true", &["--wait", "--key", "k"], 0);
    let (again, err) = place.shell("true", &["--key", "k"], 0);
    assert!(first == again && err.contains("is job 1 already"), "{err}");
    let (_, err) = place.shell("true", &["--key", "k", "-p", "count=1"], 2);
    assert!(err.contains("was used for another request, which is job 1"), "{err}");
    assert_eq!(place.json(&["job", "list", "--json"])["total"], 1);
}

#[test]
fn a_job_in_the_background_ends_by_itself_and_so_does_its_process() {
    the_engine!();
    let place = Place::new();
    let (id, _) = place.shell("echo done > /out/result.txt", &[], 0);
    place.until(id.trim(), "finished");
    assert_eq!(place.expect(&["job", "cat", id.trim(), "result.txt"], 0).0, "done\n");
    let service = place.service(|_| ());
    crate::docker::harness::eventually("the process has ended", || {
        crate::harness::tokio().block_on(async { !service.jobs(me()).await.unwrap().is_scheduled().await.unwrap() })
    });
}

#[test]
fn without_an_engine_it_is_said_what_is_missing_and_the_rest_works() {
    let place = Place::new();
    let run = |args: &[&str]| {
        let output = place.command(args).env("DOCKER_HOST", "unix:///nonexistent/sock").output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&text).into_owned())
    };
    for args in [&["tools", "list"][..], &["tools", "inspect", "x:1"], &["job", "submit", "t", "--image", "x:1"]] {
        let (code, text) = run(args);
        assert!(code == Some(125) && text.contains("no container engine was found"), "{args:?} {code:?} {text}");
    }
    assert_eq!(run(&["job", "list"]).0, Some(0));
    assert_eq!(run(&["job", "show", "1"]), (Some(2), "runcell: there is no job 1\n".to_owned()));
    let (_, doctor) = run(&["doctor"]);
    assert!(doctor.contains("containers") && doctor.contains("everything but containers works without"), "{doctor}");
}
