//! The description of the API is that of the API that there is.

use super::client::ask;
use super::server::{Server, TOKEN, shared};
use runcell::caller::{Operation, Role};
use serde_json::Value;
use std::collections::BTreeSet;

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (&**path, &**method, operation))
    })
}

#[test]
fn the_document_is_what_it_was() {
    let document = shared().get("/api/openapi.json").json();
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&document).unwrap());
}

/// A path with values in place of its names.
fn concrete(path: &str, id: &str, name: &str) -> String {
    let values = [("{id}", id), ("{name}", name), ("{path}", "a"), ("{slug}", "a"), ("{stream}", "stdout")];
    let concrete = values.into_iter().fold(path.to_owned(), |path, (place, value)| path.replace(place, value));
    assert!(!concrete.contains('{'), "{concrete}");
    concrete
}

#[test]
fn every_route_names_an_operation_or_is_open_and_refuses_strangers() {
    let document = shared().get("/api/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let known: BTreeSet<&str> = Operation::ALL.iter().map(|operation| operation.name()).collect();
    let (mut ids, mut count) = (BTreeSet::new(), 0);
    for (path, method, operation) in operations(&document) {
        count += 1;
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{operation}");
        assert!(operation["summary"].is_string() && operation["responses"]["default"].is_object(), "{path} {method}");
        let concrete = concrete(path, "1", "python");
        let answer = ask(&method.to_uppercase(), &concrete).send(&shared().address, None);
        match operation["x-runcell-operation"].as_str() {
            Some(name) => {
                assert!(known.contains(name), "{name}");
                answer.problem(401, "unauthenticated");
            }
            None => {
                assert_eq!(operation["x-runcell-access"], "open", "{path} {method}");
                assert_ne!(answer.status, 401, "{path} {method}");
            }
        }
    }
    assert!(count >= 30, "{count}");
}

#[test]
fn every_role_may_do_over_http_what_the_table_says_and_nothing_else() {
    let roles = Role::ALL.map(|role| (role, format!("a-token-of-a-{role}-in-tests")));
    let list: Vec<String> = roles.iter().map(|(role, token)| format!("{role}:team:{token}")).collect();
    let server = Server::start("", |command| {
        command.env("RUNCELL_TOKENS", list.join(","));
    });
    let document = ask("GET", "/api/openapi.json").send(&server.address, None).json();
    for (path, method, operation) in operations(&document) {
        let Some(name) = operation["x-runcell-operation"].as_str() else { continue };
        let right = Operation::ALL.iter().find(|right| right.name() == name).unwrap();
        assert_eq!(operation["x-runcell-role"], right.least_role().name());
        // Things that there are not, so that nothing is changed.
        let concrete = concrete(path, "77", "no-such");
        for (role, token) in &roles {
            // The head is enough: a stream of events goes on for minutes.
            let status = ask(&method.to_uppercase(), &concrete).open(&server.address, Some(token)).head.status;
            assert!(status >= 200 && status != 401, "{role} {method} {path}: {status}");
            assert_eq!(status == 403, *role < right.least_role(), "{role} {method} {path}: {status}");
        }
    }
}

#[test]
fn a_list_is_no_object_in_any_body() {
    let document = shared().get("/api/openapi.json").json();
    let resolved = |schema: &Value| match schema["$ref"].as_str() {
        Some(to) => document.pointer(to.trim_start_matches('#')).unwrap().clone(),
        None => schema.clone(),
    };
    // Where objects are expected in a list.
    let objects = |schema: &Value| resolved(&resolved(schema)["items"])["properties"].is_object();
    let mut refused = 0;
    for (path, method, operation) in operations(&document) {
        let body = resolved(&operation["requestBody"]["content"]["application/json"]["schema"]);
        let Some(properties) = body["properties"].as_object() else { continue };
        let concrete = path.replace("{id}", &"a".repeat(32)).replace("{name}", "python");
        let send = |given: Value| shared().send(&ask(&method.to_uppercase(), &concrete).json(&given));
        let whole = send(serde_json::json!([]));
        assert!(whole.problem(400, "invalid").contains("it is a list, and an object is expected"), "{path}");
        for (name, _) in properties.iter().filter(|(_, schema)| objects(schema)) {
            let detail = send(serde_json::json!({ name.as_str(): [["a", "b"]] })).problem(400, "invalid");
            assert!(
                detail.contains(&format!("{name}[0]: it is a list, and an object is expected")),
                "{path}: {detail}"
            );
            refused += 1;
        }
    }
    assert!(refused >= 4, "{refused}");
}

#[test]
fn references_lead_somewhere() {
    fn check(document: &Value, value: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(to) = members.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to}");
                }
                members.values().for_each(|member| check(document, member));
            }
            Value::Array(items) => items.iter().for_each(|item| check(document, item)),
            _ => {}
        }
    }
    let document = shared().get("/api/openapi.json").json();
    check(&document, &document);
}

#[test]
fn the_page_fetches_nothing_from_elsewhere() {
    let page = ask("GET", "/api/docs").send(&shared().address, None);
    let text = page.text();
    assert!(page.header("content-type").starts_with("text/html") && text.contains("/api/execute"), "{text}");
    for outside in ["<script", "http://", "https://", "src=", "@import", "url("] {
        assert!(!text.contains(outside), "{outside}");
    }
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert!(!text.contains(TOKEN));
}
