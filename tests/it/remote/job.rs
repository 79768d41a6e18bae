//! Jobs, here and there.

use super::harness::*;
use crate::docker::harness::{BUSYBOX, the_engine};
use std::process::Stdio;

/// `job submit` of a shell command, with flags before it.
fn submit<'a>(flags: &[&'a str], script: &'a str) -> Vec<&'a str> {
    [&["job", "submit", "--image", BUSYBOX], flags, &["--", "sh", "-c", script]].concat()
}

#[test]
fn a_job_is_submitted_followed_read_and_removed() {
    the_engine!();
    let pair = Pair::new("");
    let data = format!("table={}", pair.file("any name.csv", b"1,2\xff\n"));
    let flags = ["--follow", "--env", "WORD=a b", "--data", &data, "--timeout", "1m", "--memory", "64MiB"];
    let script = "echo \"$WORD\"; printf 'e\\377r\\n' >&2; mkdir /out/d; cat /in/table.csv > /out/d/copy.csv; exit 5";
    let (code, out, err) = end(&pair.there(&submit(&flags, script)).output().unwrap());
    assert_eq!((code, &*out), (Some(5), "a b\n"), "{err}");
    assert!(err.starts_with("runcell: job 1\n") && err.ends_with("runcell: job 1 ended with exit code 5\n"), "{err}");
    assert_eq!(end(&pair.there(&["files", "list"]).output().unwrap()).1, "no file was uploaded yet\n", "it was lent");
    let zip = pair.path("all.zip");
    for (args, code) in [
        (&["job", "list"][..], 0),
        (&["job", "list", "--json", "--state", "errored,finished", "--filter", "busybox"], 0),
        (&["job", "list", "--state", "pending"], 0),
        (&["job", "show", "1"], 0),
        (&["job", "show", "1", "--json"], 0),
        (&["job", "logs", "1"], 0),
        (&["job", "logs", "1", "--stderr"], 0),
        (&["job", "logs", "-f", "1", "--stderr"], 0),
        (&["job", "logs", "1", "--since", "1h", "--tail", "5"], 0),
        (&["job", "logs", "1", "--since", "2100-01-01"], 0),
        (&["job", "logs", "1", "--since", "soon"], 2),
        (&["job", "results", "1"], 0),
        (&["job", "results", "1", "--json"], 0),
        (&["job", "results", "1", "--zip", &zip], 0),
        (&["job", "cat", "1", "d/copy.csv"], 0),
        (&["job", "cat", "1", "no"], 2),
        (&["job", "cat", "1", "../../../etc/passwd"], 2),
        (&["job", "get", "1", "--all", "--out", "got"], 0),
        (&["job", "cancel", "1"], 0),
        (&["job", "show", "999"], 2),
        (&["job", "logs", "999"], 2),
        (&["job", "results", "999"], 2),
        (&["job", "cancel", "999"], 2),
        (&["job", "remove", "998", "999"], 2),
        (&submit(&["--limit", "speed=1"], "true"), 2),
        (&["job", "submit", "nothing", "--image", "no/such:image"], 2),
    ] {
        let (ended, out, err) = pair.same(args, b"");
        assert_eq!(ended, Some(code), "{args:?}\n{out}\n{err}");
    }
    assert_eq!(std::fs::read(pair.path("got/d/copy.csv")).unwrap(), b"1,2\xff\n");
    assert!(std::fs::metadata(&zip).unwrap().len() > 100);
    assert_eq!(pair.there(&["job", "remove", "1"]).output().unwrap().status.code(), Some(0));
    assert_eq!(pair.same(&["job", "show", "1"], b"").0, Some(2));
}

#[test]
fn a_key_is_one_job_though_its_dataset_is_uploaded_anew() {
    the_engine!();
    let pair = Pair::new("");
    let id = |name: &str, bytes: &[u8]| {
        let data = format!("table={}", pair.file(name, bytes));
        let mut command = pair.there(&submit(&["--key", "nightly", "--data", &data], "true"));
        end(&command.output().unwrap())
    };
    let (first, again) = (id("t.csv", b"1,2\n"), id("t.csv", b"1,2\n"));
    assert_eq!((first.0, again.0), (Some(0), Some(0)), "{first:?} {again:?}");
    assert_eq!(pair.server.get("/api/jobs").json()["total"], 1, "{first:?} {again:?}");
    for other in [id("t.csv", b"1,3\n"), id("u.csv", b"1,2\n")] {
        assert!(other.0 != Some(0) && other.2.contains("nightly"), "{other:?}");
    }
    assert_eq!(end(&pair.there(&["files", "list"]).output().unwrap()).1, "no file was uploaded yet\n");
}

#[test]
fn ends_of_jobs_are_exit_codes_there_too() {
    the_engine!();
    let pair = Pair::new("");
    for (flags, script, code, words) in [
        (&["--wait"][..], "exit 0", 0, ""),
        (&["--wait", "--timeout", "1s"], "sleep 60", 124, "stopped after 1000 ms"),
        (&["--wait", "--limit", "out_bytes=1MiB"], "head -c 2000000 /dev/zero > /out/big", 137, "stopped by out_bytes"),
    ] {
        let (ended, _, err) = end(&pair.there(&submit(flags, script)).output().unwrap());
        assert!(ended == Some(code) && err.contains(words), "{flags:?} {ended:?} {err}");
    }
    let twice = [0, 1].map(|_| end(&pair.there(&submit(&["--key", "k"], "true")).output().unwrap()));
    assert_eq!(twice[0].1, twice[1].1);
    assert!(twice[1].2.contains("the same request with this key is job"), "{twice:?}");
}

#[test]
fn ctrl_c_cancels_a_job_that_is_followed() {
    the_engine!();
    let pair = Pair::new("");
    let mut child = pair.there(&submit(&["--follow"], "echo first; sleep 300"));
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 6];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    super::life::interrupt(&child);
    let (code, _, err) = end(&child.wait_with_output().unwrap());
    assert!(
        code == Some(130) && err.contains("cancelling job 1") && err.ends_with("job 1 cancelled\n"),
        "{code:?} {err}"
    );
    let shown = end(&pair.there(&["job", "show", "1"]).output().unwrap()).1;
    assert!(shown.starts_with("job 1: cancelled\n"), "{shown}");
}
