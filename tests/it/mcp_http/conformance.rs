//! Every server scenario of the official conformance suite, in both revisions of the protocol that it has: against fixtures over
//! our transport, and, where a scenario wants no fixture, against the product itself.

use super::fixture::Fixture;
use super::harness::{Server, product_for, serve};
use crate::harness::tokio;
use crate::mcp::client_tool;
use runcell::caller::{Caller, Face};
use runcell::config::Config;
use runcell_mcp::{HttpConfig, McpHttp, Stopping};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

/// The scenarios of no revision: they are of extensions, which a server may lack. Of Tasks, because a long run is a job here, with
/// MCP tools and resources of its own; of Skills, because there are none to read.
const LACKED: [&str; 13] = [
    "sep-2640-skills-directory",
    "sep-2640-skills-enumeration",
    "sep-2640-skills-manifest",
    "tasks-capability-negotiation",
    "tasks-dispatch-and-envelope",
    "tasks-lifecycle",
    "tasks-mrtr-composition",
    "tasks-mrtr-input",
    "tasks-request-headers",
    "tasks-request-state-removal",
    "tasks-required-task-error",
    "tasks-status-notifications",
    "tasks-wire-fields",
];

/// The text that the suite puts behind the name of a scenario: `-2026-11-30T07-36-03-871Z`.
const STAMP: usize = 25;

/// A check of a scenario: its name, its end, and what was wrong.
type Check = (String, String, String);

fn fixture() -> Server {
    let _inside = tokio().enter();
    let (fixture, stop) = (Fixture::default(), Stopping::default());
    let endpoint = McpHttp::with_handler(move || fixture.clone(), HttpConfig::default(), stop.clone());
    serve(endpoint, stop, Some(Caller::operator(Face::Mcp)))
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// The names of scenarios.
fn scenarios(args: &[&str]) -> BTreeSet<String> {
    let output = run(client_tool::conformance().args(["list", "--server"]).args(args));
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// The results that the suite has written below a folder.
fn results(folder: &Path) -> BTreeMap<String, Vec<Check>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let scenario = name.strip_prefix("server-").and_then(|name| name.get(..name.len().checked_sub(STAMP)?));
        let Ok(text) = std::fs::read_to_string(path.join("checks.json")) else { continue };
        let checks: Vec<Value> = serde_json::from_str(&text).unwrap();
        let field = |check: &Value, name: &str| check[name].as_str().unwrap_or_default().to_owned();
        let checks = checks.iter().map(|one| (field(one, "id"), field(one, "status"), field(one, "errorMessage")));
        all.entry(scenario.unwrap_or_else(|| panic!("{name}")).to_owned()).or_default().extend(checks);
    }
    all
}

/// Runs the scenarios of a revision, or one of them. Returns their checks, and what the suite prints.
fn ask(server: &Server, revision: &str, scenario: Option<&str>) -> (BTreeMap<String, Vec<Check>>, String) {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("http://localhost:{}/mcp", server.address.port());
    let mut suite = client_tool::conformance();
    suite.args(["server", "--url", &address, "--spec-version", revision, "--timeout", "300000"]);
    match scenario {
        Some(scenario) => suite.args(["--scenario", scenario]),
        None => suite.args(["--suite", "all"]),
    };
    let output = run(suite.arg("--output-dir").arg(folder.path()));
    (results(folder.path()), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The faults of a scenario.
fn faults(scenario: &str, checks: Option<&Vec<Check>>) -> Vec<String> {
    match checks {
        None => vec![format!("{scenario} was not run")],
        Some(checks) if !checks.iter().any(|(_, status, _)| status == "SUCCESS") => {
            vec![format!("{scenario} has shown nothing")]
        }
        Some(checks) => {
            let failed = checks.iter().filter(|(_, status, _)| !matches!(&**status, "SUCCESS" | "INFO"));
            failed.map(|(id, status, why)| format!("{scenario}: {id} {status}: {why}")).collect()
        }
    }
}

fn check(revision: &str, count: usize) {
    let wanted = scenarios(&["--spec-version", revision]);
    assert_eq!(wanted.len(), count, "{wanted:?}");
    let (results, text) = ask(&fixture(), revision, None);
    let wrong: Vec<String> = wanted.iter().flat_map(|scenario| faults(scenario, results.get(scenario))).collect();
    assert!(wrong.is_empty(), "{} faults:\n{}\n\n{text}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_scenario_of_2025_11_25() {
    check("2025-11-25", 33);
}

#[test]
fn every_scenario_of_2026_07_28() {
    check("2026-07-28", 40);
}

#[test]
fn only_extensions_are_lacked() {
    let mut rest = scenarios(&[]);
    for revision in ["2025-11-25", "2026-07-28"] {
        rest.retain({
            let of_revision = scenarios(&["--spec-version", revision]);
            move |scenario| !of_revision.contains(scenario)
        });
    }
    assert_eq!(rest.iter().map(String::as_str).collect::<Vec<_>>(), LACKED);
}

/// The scenarios that want nothing which a server like ours does not have.
const OF_PRODUCT: [(&str, &[&str]); 2] = [
    (
        "2025-11-25",
        &[
            "server-initialize",
            "server-session-lifecycle",
            "ping",
            "tools-list",
            "resources-list",
            "dns-rebinding-protection",
        ],
    ),
    (
        "2026-07-28",
        &[
            "tools-list",
            "resources-list",
            "sep-2164-resource-not-found",
            "dns-rebinding-protection",
            "http-header-validation",
            "input-required-result-unsupported-methods",
        ],
    ),
];

#[test]
fn the_product_passes_what_wants_no_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: Some(folder.path().to_owned()), ..Config::default() };
    let server = product_for(Some(Caller::operator(Face::Mcp)), config, HttpConfig::default());
    let mut wrong = Vec::new();
    for (revision, scenarios) in OF_PRODUCT {
        for scenario in scenarios {
            let (results, text) = ask(&server, revision, Some(scenario));
            let faults = faults(scenario, results.get(*scenario));
            if !faults.is_empty() {
                wrong.push(format!("{revision}: {}\n{text}", faults.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
