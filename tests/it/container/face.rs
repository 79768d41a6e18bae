//! Where a run took place and why, in the shell and over MCP; what is said where there is no engine or no consent.

use super::harness::*;
use crate::docker::harness::{docker_at, engine};
use crate::harness::{binary, cache_dir};
use crate::mcp::connection::{Mcp, command, texts};
use crate::need::needs;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Output, Stdio};

/// A configuration in a folder of its own, with a place for data.
pub fn site(containers: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("config.toml"), config_text(containers)).unwrap();
    dir
}

/// The command with the configuration of a folder.
pub fn shell(dir: &Path, args: &[&str]) -> Output {
    let mut command = binary();
    command.env("RUNCELL_DATA_DIR", dir.join("data")).env("RUNCELL_CACHE_DIR", cache_dir());
    command.arg("--config").arg(dir.join("config.toml")).args(args).stdin(Stdio::null()).output().unwrap()
}

/// A server with the configuration of a folder.
pub fn mcp(dir: &Path) -> Mcp {
    mcp_with(dir, &[])
}

/// The same with flags.
pub fn mcp_with(dir: &Path, flags: &[&str]) -> Mcp {
    let mut command = command(flags);
    command.env("RUNCELL_DATA_DIR", dir.join("data")).env("RUNCELL_CONFIG", dir.join("config.toml"));
    let mut mcp = Mcp::spawn_command(command);
    mcp.greet("2025-11-25");
    mcp
}

#[test]
fn the_shell_says_where_it_ran_and_why() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"");
    let output = shell(dir.path(), &["run-code", "bash", "--backend", "container", "--json", "echo hi; exit 4"]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["stdout"], &json["exit_code"]), (&"hi\n".into(), &4.into()));
    let place = json!({ "backend": "container", "image": image(), "reason": "the caller asked for a container" });
    assert_eq!(json["ran_on"], place);
    let output = shell(dir.path(), &["run-code", "bash", "--backend", "container", "--timeout", "500ms", "sleep 30"]);
    assert_eq!(output.status.code(), Some(124), "{output:?}");
}

#[test]
fn the_shell_lists_and_prunes_images() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"auto\"");
    let none = shell(dir.path(), &["images", "prune"]);
    assert_eq!(String::from_utf8_lossy(&none.stdout), "removed 0 images\n", "{none:?}");
    let installed =
        docker_at(engine().address(), &["images", "-q", "--filter", "label=runcell.content=pip: toml==0.10.0"]);
    for id in installed.unwrap().lines() {
        let _used = docker_at(engine().address(), &["rmi", "-f", id]);
    }
    let run =
        shell(dir.path(), &["run-code", "python", "--package", "toml==0.10.0", "import toml; print(toml.__version__)"]);
    assert_eq!(String::from_utf8_lossy(&run.stdout), "0.10.0\n", "{run:?}");
    let list = shell(dir.path(), &["images", "list"]);
    let text = String::from_utf8_lossy(&list.stdout);
    assert!(
        text.lines().any(|line| line.starts_with("runcell/packages:") && line.ends_with("pip: toml==0.10.0")),
        "{text}"
    );
    for (args, words) in
        [(&["--dry-run"][..], "would remove 1 image\n"), (&[], "removed 1 image\n"), (&[], "removed 0 images\n")]
    {
        let prune = shell(dir.path(), &[&["images", "prune"], args].concat());
        assert!(String::from_utf8_lossy(&prune.stdout).ends_with(words), "{prune:?}");
    }
    let json = shell(dir.path(), &["images", "list", "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(json.as_array().unwrap().iter().all(|image| image["content"] != "pip: toml==0.10.0"), "{json}");
}

#[test]
fn the_shell_passes_input_and_files_both_ways() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"auto\"");
    std::fs::write(dir.path().join("in.txt"), "given").unwrap();
    let (input, out) = (dir.path().join("in.txt"), dir.path().join("out"));
    let args = ["run-code", "bash", "--file", input.to_str().unwrap(), "--stdin", input.to_str().unwrap(), "--out"];
    let code = "cat in.txt; cat; echo made > d.txt";
    let output = shell(dir.path(), &[&args[..], &[out.to_str().unwrap(), code]].concat());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "givengiven", "{output:?}");
    assert_eq!(std::fs::read_to_string(out.join("d.txt")).unwrap(), "made\n");
    assert!(!out.join("main.sh").exists() && !out.join("in.txt").exists(), "what did not change is left out");
}

#[test]
fn what_is_not_allowed_is_refused_in_clear_words() {
    needs!(ENGINE, LANGUAGES);
    for (containers, args, expected) in [
        (
            "policy = \"ask\"",
            vec!["bash", "echo"],
            "bash runs only in containers; to run it in one, name the backend `container`",
        ),
        ("policy = \"never\"", vec!["bash", "--backend", "container", "echo"], "containers.policy = \"never\""),
        ("policy = \"auto\"", vec!["bash", "--network", "echo"], "containers.allow_network = false"),
        ("policy = \"auto\"", vec!["bash", "--backend", "wasm", "echo"], "bash runs only in containers"),
        ("policy = \"auto\"", vec!["bash", "--package", "; id", "echo"], "is no package of apt"),
    ] {
        let dir = site(containers);
        let output = shell(dir.path(), &[&["run-code"], &args[..]].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{args:?}: {said}");
    }
    let dir = site("policy = \"auto\"\n");
    let missing = ["run-code", "bash", "--image", "runcell-test/absent:v1", "echo"];
    let said = String::from_utf8_lossy(&shell(dir.path(), &missing).stderr).into_owned();
    assert!(said.contains("the image runcell-test/absent:v1 is not on this machine"), "{said}");
}

#[test]
fn an_image_of_an_unknown_registry_is_not_pulled() {
    needs!(ENGINE, LANGUAGES);
    // A listener that nobody may ask: an attempt to pull from it would connect.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let image = format!("{}/a", listener.local_addr().unwrap());
    let dir = site("policy = \"auto\"");
    let config = config_text("policy = \"auto\"").replace("pull = false", "pull = true");
    std::fs::write(dir.path().join("config.toml"), config).unwrap();
    let output = shell(dir.path(), &["run-code", "bash", "--image", &image, "echo"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("is not a registry to pull from: "), "{said}");
    assert_eq!(listener.accept().expect_err("nobody connects").kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn without_an_engine_cells_work_and_containers_say_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("config.toml"), "[containers]\npolicy = \"auto\"").unwrap();
    let run = |args: &[&str]| {
        let mut command = binary();
        command.env("DOCKER_HOST", "unix:///nonexistent/docker.sock").env("RUNCELL_DATA_DIR", dir.path().join("data"));
        command.arg("--config").arg(dir.path().join("config.toml")).args(args).stdin(Stdio::null()).output().unwrap()
    };
    crate::harness::prepare("php");
    assert_eq!(run(&["run-code", "php", "echo 1;"]).stdout, b"1");
    let output = run(&["run-code", "bash", "echo"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(125), "{said}");
    assert!(said.contains("no container engine was found at unix:///nonexistent/docker.sock; install one"), "{said}");
}

#[test]
fn an_assistant_is_told_where_it_ran() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"auto\"");
    let mut mcp = mcp(dir.path());
    let result = mcp.call("run_code", json!({ "runtime": "bash", "code": "echo hi" }));
    assert_eq!(result["structuredContent"]["ran_on"]["reason"], "bash runs only in containers", "{result}");
    let sentence = format!(
        "Execution completed with exit code 0. It ran in a container of {}: bash runs only in containers.",
        image()
    );
    assert_eq!(texts(&result)[0], sentence);
    assert_eq!(texts(&result)[2], "hi\n");
    let result = mcp.call("run_code", json!({ "runtime": "python", "code": "", "packages": ["--pre"] }));
    assert_eq!(result["structuredContent"]["reason"], "invalid", "{result}");
    let told = json!({ "runtime": "bash", "code": "for i in 1 2 3; do echo $i; sleep 0.2; done" });
    let id = mcp.begin_told("run_code", told, "token");
    let result = mcp.result(id);
    assert_eq!(texts(&result)[2], "1\n2\n3\n");
    let words: String = mcp.notifications.iter().filter_map(|told| told["params"]["message"].as_str()).collect();
    assert!(words.ends_with("1\n2\n3\n"), "{words:?}");
}
