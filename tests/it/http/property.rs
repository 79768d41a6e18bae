//! The description of the API against the API: schemathesis (PyPI) makes requests from `/api/openapi.json`, right ones and
//! wrong ones, for a minute or for `PROPERTY_SECONDS`. No answer is a fault of the server, and none is other than described.

use super::server::{Server, TOKEN};
use crate::mcp::client_tool;
use crate::need::needs;
use std::process::Command;

const PACKAGE: &str = "schemathesis==4.32.5";
/// Seconds of the whole run, unless the variable says another number.
const SECONDS: &str = "60";
const VARIABLE: &str = "PROPERTY_SECONDS";
/// They fetch from elsewhere and make machine code or images, for minutes.
const LONG: [&str; 3] = ["prepareRuntime", "createImage", "installPackage"];
/// Values of the right type may still mean nothing: a language that there is not, a password that is too short.
const NOT_CHECKED: &str = "positive_data_acceptance";

#[test]
fn answers_are_as_the_description_says() {
    // Without an engine, 503 is the right answer of a part of the API.
    needs!(VENV, ENGINE);
    let python = client_tool::python("schemathesis", PACKAGE);
    let server = Server::start("", |_| {});
    let folder = tempfile::tempdir().unwrap();
    let seconds = std::env::var(VARIABLE).unwrap_or_else(|_| SECONDS.to_owned());
    let mut command = Command::new(python.with_file_name("st"));
    command.arg("run").arg(format!("http://{}/api/openapi.json", server.address)).current_dir(folder.path());
    command.arg("-H").arg(format!("Authorization: Bearer {TOKEN}")).args(["--max-time", &seconds, "--no-shrink"]);
    command.args(["--exclude-checks", NOT_CHECKED, "--request-timeout", "60", "--continue-on-failure"]);
    for operation in LONG {
        command.args(["--exclude-operation-id", operation]);
    }
    let output = command.env("NO_COLOR", "1").output().unwrap();
    let (said, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{log}");
    assert!(said.contains("generated"), "{said}\n{log}");
}
