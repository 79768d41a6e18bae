//! Tokens of an issuer instead of passwords.

mod issuer;

use super::client::{Answer, ask};
use super::server::{Server, TOKEN, command};
use crate::need::needs;
use issuer::{Issuer, Signer, encode, now};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A configuration that trusts an issuer.
fn config(url: &str) -> String {
    format!(
        "[accounts.oidc]\nissuer = \"{url}\"\naudience = [\"runcell\"]\nuser_claim = \"preferred_username\"\n\
         role_claim = \"realm_access.roles\"\nroles = {{ ops = \"admin\", everybody = \"viewer\" }}\n"
    )
}

fn get(server: &Server, token: &str, path: &str) -> Answer {
    ask("GET", path).send(&server.address, Some(token))
}

fn said(server: &Server) -> String {
    server.said.lock().unwrap().join("\n")
}

#[test]
fn tokens_of_the_issuer_say_who_somebody_is() {
    needs!(CERTIFICATES);
    let (issuer, rsa, ec) = (Issuer::start(), Signer::rsa(), Signer::ec());
    issuer.publish(&[rsa.public("a"), ec.public("b")]);
    let server = Server::start(&config(&issuer.url), |_| {});
    assert!(
        said(&server).contains(&format!("tokens of {} are good here", issuer.url))
            && !said(&server).contains("shown once")
    );
    for token in [rsa.token("a", &issuer.claims()), ec.token("b", &issuer.claims())] {
        let me = get(&server, &token, "/api/auth/me").json();
        let expected = json!({ "name": "oidc:ann", "tenant": "local", "role": "viewer", "credential": "issuer" });
        assert_eq!(me, expected);
        get(&server, &token, "/api/users").problem(403, "forbidden");
    }
    let mut claims = issuer.claims();
    claims["realm_access"]["roles"] = json!(["everybody", "ops"]);
    assert_eq!(get(&server, &ec.token("b", &claims), "/api/users").status, 200);
    claims["realm_access"]["roles"] = json!(["others"]);
    let words = get(&server, &ec.token("b", &claims), "/api/users").problem(401, "unauthenticated");
    assert!(words.contains("none of its groups or roles has a role here"), "{words}");
    assert_eq!(issuer.asked("/keys"), 1, "the keys are kept");
    // Clients of the Model Context Protocol are told where tokens are.
    let document = ask("GET", "/.well-known/oauth-protected-resource/mcp").send(&server.address, None).json();
    assert_eq!(document["authorization_servers"], json!([issuer.url]));
    let login = json!({ "name": "admin", "password": "a long password" });
    let refused = ask("POST", "/api/auth/login").json(&login).send(&server.address, None);
    assert!(refused.problem(401, "unauthenticated").contains("passwords are not taken here"));
    assert_eq!(get(&server, TOKEN, "/api/users").json()["count"], 0, "no first admin is made");
}

#[test]
fn forged_and_foreign_tokens_are_refused() {
    needs!(CERTIFICATES);
    let (issuer, rsa, ec, thief) = (Issuer::start(), Signer::rsa(), Signer::ec(), Signer::ec());
    issuer.publish(&[rsa.public("a"), ec.public("b")]);
    let server = Server::start(&config(&issuer.url), |_| {});
    let good = issuer.claims();
    assert_eq!(get(&server, &ec.token("b", &good), "/api/auth/me").status, 200);
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        ec.token("b", &claims)
    };
    let parts: Vec<String> = ec.token("b", &good).split('.').map(str::to_owned).collect();
    let admin = encode(good.to_string().replace("everybody", "ops"));
    // The public key as the secret of an HMAC: the oldest of these attacks.
    let public = rsa.public("a")["n"].as_str().unwrap().to_owned();
    let shared = |alg: &str| {
        format!("{}.{}.{}", encode(json!({ "alg": alg, "kid": "a" }).to_string()), parts[1], encode(&public))
    };
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let url = format!("http://{}/keys", elsewhere.local_addr().unwrap());
    let own = json!({ "alg": "ES256", "kid": "b", "jku": url, "x5u": url, "jwk": thief.public("b") });
    let tokens = [
        ("none", format!("{}.{}.", encode(r#"{"alg":"none"}"#), parts[1])),
        ("none with a signature", format!("{}.{}.{}", encode(r#"{"alg":"none"}"#), parts[1], parts[2])),
        ("HS256", shared("HS256")),
        ("HS512", shared("HS512")),
        ("another key", thief.token("b", &good)),
        ("its own key", thief.sign(&own, &good)),
        ("another algorithm's key", ec.sign(&json!({ "alg": "RS256", "kid": "b" }), &good)),
        ("no key's name", thief.sign(&json!({ "alg": "ES256" }), &good)),
        ("other claims", format!("{}.{admin}.{}", parts[0], parts[2])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("ended", with("exp", json!(now() - 120))),
        ("never ends", with("exp", Value::Null)),
        ("not yet", with("nbf", json!(now() + 120))),
        ("another audience", with("aud", json!("account"))),
        ("another issuer", with("iss", json!("https://login.example/realms/team"))),
        ("nobody", with("preferred_username", json!(""))),
        ("forged log lines", with("preferred_username", json!("ann\nadmin"))),
        ("longer than allowed", with("more", json!("x".repeat(20_000)))),
        ("no token", "ey.ey.ey".to_owned()),
    ];
    for (what, token) in tokens {
        let words = get(&server, &token, "/api/auth/me").problem(401, "unauthenticated");
        assert!(!words.contains("iss") && !words.contains("signature"), "{what}: {words}");
    }
    assert!(elsewhere.accept().is_err(), "nobody asks where a token says that keys are");
}

#[test]
fn a_new_key_is_found_and_strangers_do_not_decide_how_often_the_issuer_is_asked() {
    needs!(CERTIFICATES);
    let (issuer, old, new) = (Issuer::start(), Signer::ec(), Signer::ec());
    issuer.publish(&[old.public("old")]);
    let server = Server::start(&config(&issuer.url), |_| {});
    issuer.publish(&[old.public("old"), new.public("new")]);
    assert_eq!(get(&server, &new.token("new", &issuer.claims()), "/api/auth/me").status, 200);
    assert_eq!(issuer.asked("/keys"), 2);
    for number in 0..50 {
        let unknown = old.token(&format!("unknown-{number}"), &issuer.claims());
        get(&server, &unknown, "/api/auth/me").problem(401, "unauthenticated");
        let mut claims = issuer.claims();
        claims["iss"] = format!("http://127.0.0.1/{number}").into();
        get(&server, &old.token("old", &claims), "/api/auth/me").problem(401, "unauthenticated");
    }
    assert_eq!(issuer.asked("/keys"), 2, "once more within half a minute, whatever comes");
    // Two keys of one kind, and a token that names none.
    let nameless = new.sign(&json!({ "alg": "ES256" }), &issuer.claims());
    get(&server, &nameless, "/api/auth/me").problem(401, "unauthenticated");
}

#[test]
fn an_issuer_that_cannot_be_asked_is_named_and_nothing_else_is_asked() {
    needs!(CERTIFICATES);
    let signer = Signer::ec();
    let victim = TcpListener::bind("127.0.0.1:0").unwrap();
    victim.set_nonblocking(true).unwrap();
    let inside = format!("http://{}/latest/meta-data", victim.local_addr().unwrap());
    let begin = |prepare: &dyn Fn(&Issuer)| {
        let issuer = Issuer::start();
        prepare(&issuer);
        let server = Server::start(&config(&issuer.url), |_| {});
        let answer = get(&server, &signer.token("a", &issuer.claims()), "/api/auth/me");
        assert!(!answer.problem(503, "unavailable").contains("http"), "strangers are not told: {}", answer.text());
        assert_eq!(get(&server, TOKEN, "/api/auth/me").status, 200, "others get in");
        said(&server)
    };
    let description = "/.well-known/openid-configuration";
    let redirect = format!("302 Found\r\nLocation: {inside}");
    for (expected, prepare) in [
        ("redirects are not followed", &|issuer: &Issuer| issuer.answer(description, &redirect, String::new())),
        ("its keys are elsewhere", &|issuer: &Issuer| issuer.describe(&issuer.url, &inside)),
        ("it calls itself \"https://other\"", &|issuer: &Issuer| issuer.describe("https://other", &inside)),
        ("length limit exceeded", &|issuer: &Issuer| issuer.answer(description, "200 OK", " ".repeat(300 << 10))),
        ("not what is expected", &|issuer: &Issuer| issuer.answer(description, "200 OK", "<html>".to_owned())),
        ("no key of it is for RS256 or ES256", &|issuer: &Issuer| {
            issuer.publish(&[json!({ "kty": "oct", "k": "AQAB" })])
        }),
        ("it answers 404", &|_: &Issuer| {}),
    ] as [(&str, &dyn Fn(&Issuer)); 7]
    {
        let said = begin(prepare);
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(victim.accept().is_err(), "no address but the issuer's was asked");
    let folder = tempfile::tempdir().unwrap();
    let refused = command(&folder, &config("http://169.254.169.254/latest")).output().unwrap();
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(125) || refused.status.code() == Some(2), "{words}");
    assert!(words.contains("accounts.oidc.issuer = \"http://169.254.169.254/latest\" cannot be used"), "{words}");
}

#[test]
fn an_issuer_elsewhere_is_asked_over_tls_and_has_to_be_the_one() {
    needs!(CERTIFICATES);
    let folder = tempfile::tempdir().unwrap();
    let make = "new='openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'
        $new -subj /CN=authority -keyout ca-key.pem -out ca.pem && $new -CA ca.pem -CAkey ca-key.pem -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem";
    let made = Command::new("sh").args(["-c", make]).current_dir(&folder).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (url, signer) = (format!("https://localhost:{port}"), Signer::ec());
    std::fs::create_dir(folder.path().join(".well-known")).unwrap();
    let description = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") }).to_string();
    std::fs::write(folder.path().join(".well-known/openid-configuration"), description).unwrap();
    std::fs::write(folder.path().join("keys"), json!({ "keys": [signer.public("a")] }).to_string()).unwrap();
    let mut issuer = Command::new("openssl");
    issuer.args(["s_server", "-quiet", "-WWW", "-cert", "cert.pem", "-key", "key.pem", "-accept", &port.to_string()]);
    let issuer = issuer.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let _issuer = Running(issuer.unwrap());
    crate::harness::eventually("it listens", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let trusting = format!("{}ca_bundle = \"{}\"\n", config(&url), folder.path().join("ca.pem").display());
    let claims = json!({
        "iss": url, "sub": "1", "aud": "runcell", "exp": now() + 300, "preferred_username": "ann",
        "realm_access": { "roles": ["ops"] },
    });
    let token = signer.token("a", &claims);
    for (config, status, expected) in
        [(trusting.clone(), 200, "are good here"), (config(&url), 503, "invalid peer certificate")]
    {
        let server = Server::start(&config, |_| {});
        assert_eq!(get(&server, &token, "/api/auth/me").status, status, "{}", said(&server));
        assert!(said(&server).contains(expected), "{expected}: {}", said(&server));
    }
}
