//! `runcell doctor --url`: how a running server is, seen from outside.
//!
//! Owns the questions and what their answers mean for people. A question whose answer depends on another one is asked after it.

use super::super::target::Shown;
use runcell_client::{Ask, Client, ClientError, Seen};
use runcell_model::health::Finding;
use runcell_model::terminal::one_line;
use runcell_wire::now_ms;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The longest time for an answer.
const WITHIN: Duration = Duration::from_secs(10);
/// How far the clocks may be apart, in seconds: tokens count in minutes.
const CLOCKS_APART: u64 = 30;
/// The revision of the protocol that is spoken.
const REVISION: &str = "2026-07-28";

/// Asks a server everything.
pub(super) async fn check(server: &Client, shown: Shown) -> Vec<Finding> {
    let began = Instant::now();
    let asked = now_ms() / 1000;
    let health = match look(&server.nobody(), Ask::get("/health")).await {
        Ok(health) => health,
        Err(fault) => return vec![fault],
    };
    let mut findings =
        vec![Finding::good("address", format!("it answers in {} ms", began.elapsed().as_millis())), tls(server)];
    let Some(told) = told(&health).filter(|told| told["version"].is_string()) else {
        findings.push(Finding::bad(
            "health",
            format!("/health answers {}, and not as a runcell does", health.status),
            "look whether the address is that of the server",
        ));
        return findings;
    };
    findings.extend([state(&health, &told), version(&told), clock(&health, asked)]);
    findings.extend(certificate(&told));
    findings.extend(match shown {
        Shown::Nothing => vec![Finding::absent(
            "token",
            "none was given, and no login is kept",
            "`runcell login`, or set RUNCELL_TOKEN, to see whether it works, and more",
        )],
        Shown::Withheld => vec![Finding::absent(
            "token",
            "it was not sent: it could be read on the way",
            "use https, or a tunnel to the server's machine",
        )],
        Shown::Credential => as_user(server).await,
    });
    findings
}

/// An answer of the server, whatever it is; or why there is none.
async fn look(server: &Client, ask: Ask) -> Result<Seen, Finding> {
    match tokio::time::timeout(WITHIN, server.look(ask)).await {
        Ok(answer) => answer.map_err(|error| unreachable(&error)),
        Err(_) => Err(nobody_there(&format!("there is no answer within {} s", WITHIN.as_secs()))),
    }
}

fn unreachable(error: &ClientError) -> Finding {
    match error {
        ClientError::Unreachable { why, of_tls: true, .. } => Finding::bad(
            "tls",
            one_line(&format!("TLS: {why}")).into_owned(),
            "give the server a certificate for this name, or name the one that signed it with --ca-file",
        ),
        ClientError::Unreachable { why, .. } => nobody_there(&format!("nothing answers there: {why}")),
        ClientError::Broken { why, .. } => Finding::bad(
            "address",
            one_line(&format!("it does not speak HTTP: {why}")).into_owned(),
            "look whether the address is that of the server, and whether it speaks TLS (https://)",
        ),
        error => Finding::bad("address", one_line(&error.to_string()).into_owned(), "see above"),
    }
}

fn nobody_there(words: &str) -> Finding {
    let remedy = "look whether the server runs (`runcell serve`), listens at this address, and is let through";
    Finding::bad("address", one_line(words).into_owned(), remedy)
}

/// The JSON of an answer.
fn told(answer: &Seen) -> Option<Value> {
    serde_json::from_slice(&answer.body).ok()
}

fn text(value: &Value) -> String {
    one_line(value.as_str().unwrap_or("?")).chars().take(200).collect()
}

fn tls(server: &Client) -> Finding {
    match (server.address().is_tls(), server.address().is_open()) {
        (true, _) => Finding::good("tls", "the certificate is good for this name"),
        (false, true) => Finding::bad(
            "tls",
            "plain HTTP with another machine: passwords and tokens can be read on the way",
            "give the server a certificate, or a proxy that speaks TLS, and use its https:// address",
        ),
        (false, false) => Finding::good("tls", "not needed: the connection does not leave this machine"),
    }
}

fn state(health: &Seen, told: &Value) -> Finding {
    let status = text(&told["status"]);
    if health.status.is_success() {
        let workers = told["workers"].as_u64().unwrap_or(0);
        return Finding::good("health", format!("{status}; {workers} workers"));
    }
    Finding::bad("health", format!("{status}: it takes no new work"), "wait for the next server, or start one")
}

/// How long the certificate is good, where the server has one of its own.
fn certificate(told: &Value) -> Option<Finding> {
    let words = format!("the certificate is good until {}", text(&told["certificate_ends_at"]));
    let remedy = "renew it: the server reads the files again when they have changed";
    Some(match told["certificate"].as_str()? {
        "ok" => Finding::good("certificate", words),
        // It still works.
        "ending" => Finding::absent("certificate", words, remedy),
        _ => Finding::bad("certificate", format!("it ended on {}", text(&told["certificate_ends_at"])), remedy),
    })
}

fn version(told: &Value) -> Finding {
    let (theirs, ours) = (text(&told["version"]), env!("CARGO_PKG_VERSION"));
    if theirs == ours {
        return Finding::good("version", theirs);
    }
    Finding::absent("version", format!("the server has {theirs}, this program {ours}"), "use the same version for both")
}

/// Compares the clocks, as far as a date with seconds tells.
fn clock(health: &Seen, asked: i64) -> Finding {
    let theirs = health
        .date
        .as_deref()
        .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
        .map(|date| date.timestamp().as_second());
    let Some(theirs) = theirs else {
        return Finding::absent("clock", "the server tells no time", "let the proxy before it pass the header Date on");
    };
    let apart = theirs.abs_diff(asked);
    if apart <= CLOCKS_APART {
        return Finding::good("clock", "as here");
    }
    let words = format!("{apart} s from the one here");
    Finding::bad("clock", words, "set both by NTP: logins and tokens end by the server's clock")
}

async fn as_user(server: &Client) -> Vec<Finding> {
    let me = match look(server, Ask::get("/api/auth/me")).await {
        Ok(me) => me,
        Err(fault) => return vec![fault],
    };
    let known = told(&me).unwrap_or_default();
    if !me.status.is_success() {
        let remedy = "ask an admin for another token (`POST /api/tokens`), or log in";
        return vec![Finding::bad("token", refusal(&me, &known), remedy)];
    }
    let (name, tenant, role) = (text(&known["name"]), text(&known["tenant"]), text(&known["role"]));
    let role = match &*role {
        "viewer" => Finding::absent(
            "role",
            "viewer: it reads, and runs nothing",
            "ask an admin for the role runner to run code",
        ),
        _ => Finding::good("role", role),
    };
    let mut findings = vec![Finding::good("token", format!("it is {name}'s of the tenant {tenant}")), role];
    findings.push(protocol(server).await);
    match look(server, Ask::get("/api/system")).await {
        Ok(system) if system.status.is_success() => findings.extend(machine(&told(&system).unwrap_or_default())),
        Ok(system) => findings.push(Finding::bad(
            "system",
            refusal(&system, &told(&system).unwrap_or_default()),
            "see the server's log",
        )),
        Err(fault) => findings.push(fault),
    }
    findings
}

/// The words of a refusal.
fn refusal(answer: &Seen, told: &Value) -> String {
    format!("{}: {}", answer.status.as_u16(), text(&told["detail"]))
}

/// Asks the endpoint of assistants for its tools.
async fn protocol(server: &Client) -> Finding {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": REVISION,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "runcell-doctor", "version": env!("CARGO_PKG_VERSION") },
    });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": { "_meta": meta } });
    let ask = Ask::post("/mcp", &message).header("accept", "application/json, text/event-stream");
    let ask = ask.header("mcp-protocol-version", REVISION).header("mcp-method", "tools/list");
    let remedy = "look whether a proxy before the server passes /mcp on, with its headers";
    match look(server, ask).await {
        Ok(answer) => match tools(&answer.body) {
            Some(count) if answer.status.is_success() => Finding::good("mcp", format!("{count} tools at /mcp")),
            _ => Finding::bad("mcp", format!("/mcp answers {}", answer.status), remedy),
        },
        Err(fault) => fault,
    }
}

/// The number of tools in an answer, which is JSON or an event with it.
fn tools(body: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(body).ok()?;
    let lines = text.lines().map(|line| line.strip_prefix("data:").unwrap_or(line));
    let mut messages = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.find_map(|message| Some(message.pointer("/result/tools")?.as_array()?.len()))
}

/// The findings about the machine.
fn machine(system: &Value) -> Vec<Finding> {
    let engine = &system["engine"];
    let words = text(&engine["message"]);
    let engine = match engine["docker_available"].as_bool() {
        Some(true) => Finding::good("engine", words),
        _ => Finding::absent("engine", words, "start Docker or Podman there; everything but containers works without"),
    };
    let disk = |disk: &Value| {
        let (free, all) = (disk["free_bytes"].as_u64()?, disk["bytes"].as_u64().filter(|all| *all > 0)?);
        let words = format!("{} of {} GB are free", free / 1_000_000_000, all / 1_000_000_000);
        let name = format!("disk {}", text(&disk["purpose"]));
        // A twentieth is little, whatever the size.
        let good = free >= all / 20;
        Some(if good { Finding::good(&name, words) } else { Finding::bad(&name, words, "make room there") })
    };
    let disks = system["machine"]["disks"].as_array().into_iter().flatten().filter_map(disk);
    std::iter::once(engine).chain(disks).collect()
}
