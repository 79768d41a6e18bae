//! Results: listed, shown, fetched, zipped; and when they go.

use super::harness::*;
use crate::docker::harness::the_engine;
use std::time::Duration;

const SCRIPT: &str = "mkdir -p /out/a; echo text > /out/a/text.txt; head -c 100000 /dev/zero > /out/zero.bin; \
                      echo hidden > /out/.hidden; ln -s /etc/passwd /out/link; mkfifo /out/pipe; echo log; echo err >&2";

#[test]
fn results_are_listed_printed_fetched_and_zipped() {
    the_engine!();
    let place = Place::new();
    let (id, _) = place.shell(SCRIPT, &["--wait"], 0);
    let id = id.trim();
    let list = place.json(&["job", "results", id, "--json"]);
    let kind = |path: &str| {
        let files = list["files"].as_array().unwrap();
        files.iter().find(|file| file["path"] == path).map(|file| file["kind"].as_str().unwrap().to_owned())
    };
    assert_eq!(kind("a/text.txt").as_deref(), Some("artifact"));
    assert_eq!(kind("STDOUT.log").as_deref(), Some("log"));
    assert_eq!(kind(".hidden").as_deref(), Some("internal"));
    assert_eq!((kind("link"), kind("pipe"), &list["skipped"]), (None, None, &2.into()));
    assert!(!list.to_string().contains(&place.path("data")), "no path of the host: {list}");
    assert_eq!(place.expect(&["job", "cat", id, "a/text.txt"], 0).0, "text\n");
    assert_eq!(place.expect(&["job", "logs", id, "--stderr"], 0).0, "err\n");
    for name in ["../in/inputs.json", "/etc/passwd", "link", "pipe", "none", "a"] {
        place.expect(&["job", "cat", id, name], 2);
    }
    let out = place.path("fetched");
    place.expect(&["job", "get", id, "--all", "--out", &out], 0);
    assert_eq!(std::fs::read_to_string(format!("{out}/a/text.txt")).unwrap(), "text\n");
    assert_eq!(std::fs::metadata(format!("{out}/zero.bin")).unwrap().len(), 100_000);
    assert!(!std::path::Path::new(&format!("{out}/link")).exists());
    let zip = place.path("all.zip");
    place.expect(&["job", "results", id, "--zip", &zip], 0);
    let listed = std::process::Command::new("python3").args(["-m", "zipfile", "-l", &zip]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains("a/text.txt") && listed.contains("zero.bin") && !listed.contains("link"), "{listed}");
}

#[test]
fn gotap_tells_the_exit_code_and_its_record_is_kept() {
    the_engine!();
    let place = Place::new();
    let data = format!("script={}", place.file("script.sh", "echo inner; exit 6"));
    let args = ["job", "submit", "shell", "--image", gotap_image(), "--data", &data, "--follow"];
    let (out, err) = place.expect(&args, 6);
    assert_eq!(out, "inner\n", "{err}");
    let job = place.show("1");
    assert_eq!((&job["gotap_metadata"]["exit_code"], &job["usage"]["read_bytes"]), (&6.into(), &11.into()));
}

#[test]
fn logs_are_followed_while_the_tool_writes() {
    the_engine!();
    let place = Place::new();
    let (id, _) = place.shell("echo early; sleep 3; echo late", &[], 0);
    let mut follower =
        place.command(&["job", "logs", "-f", id.trim()]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut out = follower.stdout.take().unwrap();
    let mut early = [0; 6];
    std::io::Read::read_exact(&mut out, &mut early).unwrap();
    assert_eq!((&early, &place.show(id.trim())["status"]), (b"early\n", &"running".into()));
    let mut late = String::new();
    std::io::Read::read_to_string(&mut out, &mut late).unwrap();
    assert_eq!((late.as_str(), follower.wait().unwrap().code()), ("late\n", Some(0)));
}

#[test]
fn jobs_are_removed_by_name_and_by_rule() {
    the_engine!();
    let place = Place::new();
    for _ in 0..4 {
        place.shell("true", &["--wait"], 0);
    }
    place.expect(&["job", "remove", "2"], 0);
    place.expect(&["job", "show", "2"], 2);
    assert!(!place.dir.path().join("data/jobs/2").exists());
    place.expect(&["job", "prune"], 2);
    assert_eq!(
        place.expect(&["job", "prune", "--keep", "1", "--dry-run"], 0).0,
        "job 1 would be removed\njob 3 would be removed\n"
    );
    assert_eq!(place.expect(&["job", "prune", "--keep", "1"], 0).0, "job 1 removed\njob 3 removed\n");
    assert_eq!(place.json(&["job", "list", "--json"])["total"], 1);
    let waiting = place.enqueue("true");
    let (_, err) = place.expect(&["job", "remove", &waiting], 2);
    assert!(err.contains("cancel it first"), "{err}");
    place.expect(&["job", "cancel", &waiting], 0);
    place.expect(&["job", "remove", &waiting], 0);
}

#[test]
fn the_rules_of_the_site_are_kept_by_whoever_runs_jobs() {
    the_engine!();
    let place = Place::new();
    for _ in 0..3 {
        place.shell("true", &["--wait"], 0);
    }
    let service = place.service(|config| config.jobs.retention.max_jobs = Some(1));
    let left = running(&service, async |jobs| {
        for _ in 0..200 {
            let left = jobs.counts().await.unwrap().values().sum::<u64>();
            if left == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        jobs.counts().await.unwrap().values().sum::<u64>()
    });
    assert_eq!(left, 1);
}
