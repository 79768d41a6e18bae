//! The progress that callers see while an image is on its way, in the shell and over MCP.

use super::face::{mcp_with, shell, site};
use crate::docker::harness::{BUSYBOX, build, docker_at, engine};
use crate::docker::registry::Registry;
use crate::mcp::connection::{Mcp, texts};
use crate::need::needs;
use serde_json::{Value, json};

/// Steps of a build that take some seconds, and are made anew each time.
fn slow(mark: &str) -> Value {
    let dockerfile = format!("FROM {BUSYBOX}\nRUN echo {mark}-{}\nRUN sleep 2\nRUN sleep 2\n", std::process::id());
    json!({ "languages": ["bash"], "custom_dockerfile": dockerfile })
}

fn mcp(dir: &std::path::Path, wait: &str) -> Mcp {
    mcp_with(dir, &["--prepare-wait", wait])
}

#[test]
fn a_build_is_told_step_by_step() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"\nallow_dockerfile = true");
    let mut mcp = mcp(dir.path(), "300s");
    let id = mcp.begin_told("create_image", slow("told"), "tok");
    let result = mcp.result(id);
    assert_eq!(result["structuredContent"]["success"], true, "{result}");
    let told: Vec<&str> = mcp.notifications.iter().filter_map(|note| note["params"]["message"].as_str()).collect();
    assert!(told.iter().any(|text| text.contains(": Step ") && text.contains("RUN sleep 2")), "{told:?}");
}

#[test]
fn who_does_not_wait_is_told_to_call_again() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"\nallow_dockerfile = true");
    let mut mcp = mcp(dir.path(), "1s");
    let first = mcp.call("create_image", slow("again"));
    let report = &first["structuredContent"];
    assert_eq!((&first["isError"], &report["reason"]), (&true.into(), &"preparing".into()), "{first}");
    assert!(texts(&first)[0].contains("is being prepared: call again in a few seconds"), "{first}");
    assert!(report["retry_after_ms"].as_u64().is_some(), "{first}");
    let mut calls = 1;
    let made = loop {
        let next = mcp.call("create_image", slow("again"));
        calls += 1;
        if next["structuredContent"]["reason"] != "preparing" {
            break next;
        }
        assert!(calls < 200, "it is never made: {next}");
    };
    assert_eq!(made["structuredContent"]["success"], true, "{made}");
    let again = mcp.call("create_image", slow("again"));
    assert_eq!(again["structuredContent"]["image_id"], made["structuredContent"]["image_id"], "it was made once");
}

#[test]
fn an_image_that_is_not_here_is_pulled() {
    needs!(ENGINE, REGISTRY);
    let registry = Registry::start();
    let own = build("fetched", &format!("RUN echo {} > /own", std::process::id()), &[]);
    let name = registry.hold(&own, "team/shell:v1");
    let language = "[containers.languages.ash]\ncommand = [\"sh\", \"{file}\"]\nmain_file = \"main.sh\"";
    let dir = tempfile::tempdir().unwrap();
    let text = format!("[containers]\npolicy = \"auto\"\n{language}\nimage = \"{name}\"\n");
    std::fs::write(dir.path().join("config.toml"), &text).unwrap();
    let output = shell(dir.path(), &["run-code", "ash", "echo pulled"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "pulled\n", "{output:?}");
    docker_at(engine().address(), &["rmi", "-f", &name]).unwrap();
    let gone = name.replace(":v1", ":v9");
    std::fs::write(dir.path().join("config.toml"), text.replace(&name, &gone)).unwrap();
    let output = shell(dir.path(), &["run-code", "ash", "echo pulled"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(125) && said.contains(&gone) && said.contains("not found"), "{output:?}");
}
