//! The general half of the Server Manager, as its scripts ask for it.

use super::client::{Answer, Ask, ask, has};
use super::server::{Server, TOKEN};
use serde_json::{Value, json};

/// Sends to the Server Manager's paths.
fn as_(server: &Server, token: &str, ask: Ask) -> Answer {
    ask.send(&server.address, Some(token))
}

#[test]
fn tokens_and_the_system_are_as_the_server_manager_has_them() {
    let server = Server::start("", |command| {
        command.env_remove("RUNCELL_TOKENS").env("MANAGER_TOKENS", format!("{TOKEN},deployer:a-long-token-of-deploys"));
        command.env("MANAGER_BEARER_TOKEN", "the-one-token-of-before-0123456789");
    });
    assert_eq!(ask("GET", "/health").send(&server.address, None).status, 200);
    for token in [TOKEN, "the-one-token-of-before-0123456789"] {
        let made = as_(&server, token, ask("POST", "/api/tokens").json(&json!({ "label": "ci", "role": "viewer" })));
        assert_eq!(made.status, 201, "{}", made.text());
        let secret = made.json()["token"].as_str().unwrap().to_owned();
        let system = as_(&server, &secret, ask("GET", "/api/system")).json();
        has(
            &system["machine"],
            &[("processors", Value::is_u64), ("memory_bytes", Value::is_u64), ("disks", Value::is_array)],
        );
        has(&system["engine"], &[("docker_available", Value::is_boolean), ("available_images", Value::is_u64)]);
        as_(&server, &secret, ask("POST", "/api/tokens").json(&json!({ "label": "x", "role": "admin" })))
            .problem(403, "forbidden");
        let list = as_(&server, token, ask("GET", "/api/tokens")).json();
        assert!(!list.to_string().contains(&secret), "a secret is shown once");
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(as_(&server, token, ask("DELETE", &format!("/api/tokens/{id}"))).status, 204);
        as_(&server, &secret, ask("GET", "/api/system")).problem(401, "unauthenticated");
    }
    as_(&server, "a-long-token-of-deploys", ask("GET", "/api/tokens")).problem(403, "forbidden");
    let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "script", "version": "1" } });
    let hello = ask("POST", "/mcp").header("Accept", "application/json, text/event-stream");
    let hello = hello.json(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }));
    let answer = as_(&server, "a-long-token-of-deploys", hello);
    assert!(answer.status == 200 && answer.text().contains("\"serverInfo\""), "{}", answer.text());
}
