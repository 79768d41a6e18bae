//! Host folders that a run in a container asks for by name; and advice about the code of a run, wherever it runs.

use super::face::{mcp, shell, site};
use crate::docker::harness::BUSYBOX;
use crate::mcp::connection::texts;
use crate::need::needs;
use serde_json::{Value, json};

/// A shell in busybox as a language, and a folder to mount.
fn config(folder: &std::path::Path) -> String {
    format!(
        "[containers]\npolicy = \"auto\"\npull = false\n[containers.languages.bash]\nimage = \"{BUSYBOX}\"\n\
         command = [\"sh\", \"{{file}}\"]\n[mounts.data]\npath = \"{}\"\n",
        folder.display()
    )
}

#[test]
fn a_run_sees_a_named_folder_and_only_reads_it() {
    needs!(ENGINE);
    crate::docker::harness::engine();
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().canonicalize().unwrap().join("host");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.txt"), "given\n").unwrap();
    std::fs::write(dir.path().join("config.toml"), config(&folder)).unwrap();
    let code = "cat /mnt/data/a.txt; touch /mnt/data/b 2>/dev/null || echo no";
    let output = shell(dir.path(), &["run-code", "bash", "--mount", "data", "--json", code]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    assert_eq!(
        (&json["stdout"], &json["ran_on"]["reason"]),
        (&"given\nno\n".into(), &"the mount data was asked for".into())
    );
    let refused = shell(dir.path(), &["run-code", "bash", "--mount", "other", "true"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("there is no mount \"other\""), "{said}");
    let refused = shell(dir.path(), &["run-code", "python", "--backend", "wasm", "--mount", "data", "1"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("the mount data was asked for, which a cell cannot have"), "{said}");
    let mut mcp = mcp(dir.path());
    let run = mcp.call("run_code", json!({ "runtime": "bash", "code": code, "mounts": ["data:/x"], "check": true }));
    assert_eq!(run["structuredContent"]["stdout"], "no\n", "{run}");
    std::fs::remove_dir_all(&folder).unwrap();
    let gone = mcp.call("run_code", json!({ "runtime": "bash", "code": code, "mounts": ["data"] }));
    assert!(gone["isError"] == true && texts(&gone)[0].contains("its folder is not there"), "{gone}");
    assert!(!gone.to_string().contains(&folder.display().to_string()), "no path of the host is told: {gone}");
}

#[test]
fn advice_is_of_the_language_of_a_container_too() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"auto\"");
    let output = shell(dir.path(), &["run-code", "sh", "--check", "--json", "echo hi\nrm -rf /tmp/x"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    assert_eq!(json["advice"], json!([{ "line": 2, "rule": "delete", "message": "removes files" }]));
}
