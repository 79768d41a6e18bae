//! Users, tokens, tenants and the audit over HTTP.

use super::client::{Answer, ask};
use super::server::{Server, TOKEN};
use crate::harness::prepare;
use serde_json::json;

fn as_(server: &Server, token: &str, method: &str, path: &str) -> Answer {
    ask(method, path).send(&server.address, Some(token))
}

#[test]
fn a_user_logs_in_and_a_refresh_token_is_good_once() {
    let server = Server::start("", |_| {});
    let user = json!({ "name": "ann@example.org", "password": "correct horse battery", "role": "runner" });
    let added = server.post("/api/users", &user);
    assert_eq!((added.status, &added.json()["role"]), (201, &"runner".into()), "{}", added.text());
    server.post("/api/users", &user).problem(409, "conflict");
    server.post("/api/users", &json!({ "name": "b", "role": "king" })).problem(400, "invalid");
    let login = |password: &str| {
        let given = json!({ "email": "ann@example.org", "password": password });
        ask("POST", "/api/auth/login").json(&given).send(&server.address, None)
    };
    assert!(!login("hunter-two").problem(401, "unauthenticated").contains("hunter"));
    let first = login("correct horse battery").json();
    assert_eq!(first["user"]["is_admin"], false);
    let refresh = |token: &serde_json::Value| {
        ask("POST", "/api/auth/refresh").json(&json!({ "refresh_token": token })).send(&server.address, None)
    };
    let second = refresh(&first["refresh_token"]).json();
    refresh(&first["refresh_token"]).problem(401, "unauthenticated");
    // A token that came twice ends the login.
    refresh(&second["refresh_token"]).problem(401, "unauthenticated");
    let again = login("correct horse battery").json();
    let token = again["access_token"].as_str().unwrap();
    as_(&server, token, "GET", "/api/users").problem(403, "forbidden");
    assert_eq!(ask("POST", "/api/auth/logout").json(&json!({})).send(&server.address, Some(token)).status, 204);
    as_(&server, token, "GET", "/api/auth/me").problem(401, "unauthenticated");
}

#[test]
fn the_page_s_cookie_is_strict_and_is_a_login() {
    let server = Server::start("", |command| {
        command.env("RUNCELL_ADMIN_PASSWORD", "a long password");
    });
    let given = json!({ "name": "admin", "password": "a long password" });
    let answer = ask("POST", "/api/auth/page").json(&given).send(&server.address, None);
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["__Host-runcell=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    let me = ask("GET", "/api/auth/me").header("Cookie", pair).send(&server.address, None);
    assert_eq!((me.status, &me.json()["name"]), (200, &"admin".into()));
    let foreign = ask("POST", "/api/auth/logout").header("Cookie", pair).header("Origin", "https://evil.example");
    foreign.json(&json!({})).send(&server.address, None).problem(403, "forbidden");
}

#[test]
fn a_tenant_sees_nothing_of_another_one() {
    prepare("python");
    let server = Server::start("", |_| {});
    let token = |tenant: &str| {
        let made = server.post("/api/tokens", &json!({ "label": tenant, "role": "runner", "tenant": tenant }));
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["token"].as_str().unwrap().to_owned()
    };
    let (one, two) = (token("one"), token("two"));
    let form: &[(&str, Option<&str>, &[u8])] = &[("file", Some("secret.txt"), b"of one")];
    let file = ask("POST", "/api/files").form(form).send(&server.address, Some(&one));
    let code = json!({ "runtime": "python", "code": "print(1)" });
    let run =
        ask("POST", "/api/execute").header("Prefer", "respond-async").json(&code).send(&server.address, Some(&one));
    let (file, run) = (file.header("location").to_owned(), run.header("location").to_owned());
    for path in [&file, &format!("{file}/content"), &run, &format!("{run}/stream"), &format!("{run}/progress")] {
        assert_eq!(as_(&server, &one, "GET", path).status, 200, "{path}");
        as_(&server, &two, "GET", path).problem(404, "not_found");
    }
    for path in [&file, &run] {
        as_(&server, &two, "DELETE", path).problem(404, "not_found");
    }
    for path in ["/api/files", "/api/executions"] {
        assert_eq!(as_(&server, &two, "GET", path).json()["count"], 0, "{path}");
    }
}

#[test]
fn what_changed_is_in_the_audit_with_the_request_s_id() {
    let server = Server::start("", |_| {});
    let form: &[(&str, Option<&str>, &[u8])] = &[("file", Some("a.txt"), b"x")];
    let upload = ask("POST", "/api/files").header("X-Request-Id", "audited-1").form(form);
    assert_eq!(server.send(&upload).status, 201);
    let lines = server.get("/api/audit?operation=uploads.write").json();
    let line = &lines["lines"][0];
    assert_eq!(
        (&line["request_id"], &line["end"], &line["face"]),
        (&"audited-1".into(), &"done".into(), &"http".into()),
        "{lines}"
    );
    assert_eq!(line["address"], "127.0.0.1");
    assert!(!lines.to_string().contains(TOKEN));
}
