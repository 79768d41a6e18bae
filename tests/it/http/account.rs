//! Users, tokens, tenants and the audit over HTTP.

use super::client::{Answer, ask};
use super::server::{Server, TOKEN, both};
use crate::harness::prepare;
use crate::need::needs;
use serde_json::json;

fn as_(server: &Server, token: &str, method: &str, path: &str) -> Answer {
    ask(method, path).send(&server.address, Some(token))
}

both! {
    fn a_user_logs_in_and_a_refresh_token_is_good_once(on: Database) {
        let server = on.start("", |_| {});
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

    fn the_page_s_cookie_is_strict_and_is_a_login(on: Database) {
        let server = on.start("", |command| {
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

    fn a_tenant_sees_nothing_of_another_one(on: Database) {
        prepare("python");
        let server = on.start("", |_| {});
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

    fn what_changed_is_in_the_audit_with_the_request_s_id(on: Database) {
        let server = on.start("", |_| {});
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

    fn a_token_of_another_tenant_finds_nothing_on_any_route(on: Database) {
        needs!(ENGINE);
        prepare("python");
        let server = on.start("", |_| {});
        let token = |tenant: &str| {
            let made = server.post("/api/tokens", &json!({ "label": tenant, "role": "admin", "tenant": tenant })).json();
            (made["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned())
        };
        let ((own, one), (_, two)) = (token("one"), token("two"));
        let send = |path: &str, given: &serde_json::Value| {
            let answer = ask("POST", path).json(given).send(&server.address, Some(&one));
            assert!(answer.status < 300, "{path}: {}", answer.text());
            answer.json()
        };
        let file = send("/api/files", &json!({ "filename": "a.txt", "content": "secret" }));
        let run = send("/api/execute", &json!({ "runtime": "python", "code": "open('a', 'w').write('secret')", "outputs": ["a"] }));
        let user = send("/api/users", &json!({ "name": "ann", "password": "correct horse battery", "role": "viewer" }));
        let job = send("/api/jobs", &json!({ "image": crate::job::harness::image(), "command": ["true"] }));
        let text = |value: &serde_json::Value| value.as_str().map_or(value.to_string(), str::to_owned);
        let things = [
            ("/api/files/", text(&file["file_id"]), "0".repeat(32)),
            ("/api/executions/", text(&run["execution_id"]), "0".repeat(32)),
            ("/api/users/", text(&user["id"]), "0".repeat(text(&user["id"]).len())),
            ("/api/tokens/", own, "0".repeat(text(&user["id"]).len())),
            ("/api/jobs/", text(&job["id"]), "9999".to_owned()),
        ];
        let document = ask("GET", "/api/openapi.json").send(&server.address, None).json();
        let mut tried = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            let Some((_, id, none)) = things.iter().find(|(before, ..)| path.starts_with(&format!("{before}{{"))) else { continue };
            for method in methods.as_object().unwrap().keys() {
                let at = |id: &str| path.replace("{id}", id).replace("{path}", "a").replace("{stream}", "stdout");
                let asked = |id: &str| {
                    let answer = ask(&method.to_uppercase(), &at(id)).json(&json!({})).send(&server.address, Some(&two));
                    (answer.status, answer.json()["reason"].clone(), answer.text().replace(id, ""))
                };
                let (theirs, nobodys) = (asked(id), asked(none));
                assert!(theirs.0 >= 400 && !theirs.2.contains("secret"), "{method} {path}: {theirs:?}");
                assert_eq!((theirs.0, &theirs.1), (nobodys.0, &nobodys.1), "{method} {path}: {theirs:?} {nobodys:?}");
                tried += 1;
            }
        }
        assert!(tried >= 20, "{tried}");
    }
}
