//! Limits of jobs: each stops the tool, and is named with what was allowed and used.

use super::harness::*;
use crate::docker::harness::{not_root, the_engine};

#[test]
fn limits_are_named_with_allowed_and_used() {
    the_engine!();
    let cases = [
        ("tail -c 900000000 /dev/zero > /dev/null", "--memory=32MiB", "memory_bytes", 32 << 20),
        (
            "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
            "--limit=output_bytes=100KiB",
            "output_bytes",
            100 << 10,
        ),
        ("head -c 30000000 /dev/zero > /out/big; sleep 30", "--limit=out_bytes=1MiB", "out_bytes", 1 << 20),
        ("i=0; while :; do : > /out/f$i; i=$((i+1)); done", "--limit=out_files=50", "out_files", 50),
    ];
    let place = Place::new();
    for (script, flag, limit, allowed) in cases {
        let (id, err) = place.shell(script, &["--wait", flag], 137);
        let end = place.show(id.trim())["end"].clone();
        assert_eq!((&end["limit"], &end["allowed"]), (&limit.into(), &allowed.into()), "{err}");
        assert!(end["used"].as_u64().unwrap() >= allowed, "{end}");
        assert!(err.contains(&format!("stopped by {limit}: {allowed} allowed")), "{err}");
    }
}

#[test]
fn a_tool_that_forks_or_ignores_sigterm_is_ended() {
    the_engine!();
    let place = Place::new();
    let (id, _) = place.shell("trap '' TERM; while :; do sleep 1; done", &["--wait", "--timeout", "1s"], 124);
    assert_eq!(place.show(id.trim())["status"], "timed_out");
    let script =
        "i=0; while [ $i -lt 100 ]; do sleep 20 2>/dev/null & i=$((i+1)); done; echo forked; kill $(jobs -p); true";
    let output = place.shell(script, &["--wait", "--limit=pids=16", "--timeout=30s"], 2);
    assert!(output.1.contains("exit code 2"), "the shell cannot fork: {output:?}");
}

#[test]
fn a_tool_has_no_network_no_root_and_only_its_folders() {
    the_engine!();
    let place = Place::new();
    let script = "id -u; ls /sys/class/net; touch /x 2>/dev/null || echo read-only; touch /tmp/x && echo tmp";
    let (out, _) = place.shell(script, &["--follow"], 0);
    assert_eq!(out, format!("{}\nlo\nread-only\ntmp\n", not_root().0));
}
