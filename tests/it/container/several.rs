//! Images with several languages, and the verbs of the shell that make images and keep files.

use super::face::{mcp, shell, site};
use super::harness::bare;
use crate::docker::harness::docker_out;
use crate::mcp::connection::texts;
use crate::need::needs;
use serde_json::{Value, json};
use std::path::Path;

#[track_caller]
fn said(dir: &Path, args: &[&str], code: i32) -> String {
    let output = shell(dir, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
    String::from_utf8_lossy(if code == 0 { &output.stdout } else { &output.stderr }).into_owned()
}

#[test]
fn an_image_with_four_languages_runs_each_of_them() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"");
    let names = ["images", "create", "python", "node", "csharp", "bash", "--image-name", "my-multi-lang"];
    let more = ["--base", bare(), "--package", "python:six==1.16.0", "--package", "bash:jq", "--json"];
    let made: Value = serde_json::from_str(&said(dir.path(), &[&names[..], &more].concat(), 0)).unwrap();
    assert_eq!(made["image_name"], "runcell/own/my-multi-lang:latest", "{made}");
    let labels = docker_out(&["inspect", "-f", "{{json .Config.Labels}}", made["image_id"].as_str().unwrap()]);
    assert!(
        labels.contains("pip: six==1.16.0; apt: bash jq mono-mcs mono-runtime nodejs python3 python3-pip"),
        "{labels}"
    );
    let image = ["--backend", "container", "--image", "runcell/own/my-multi-lang"];
    for (language, code, expected) in [
        ("python", "import six; print(six.__version__)", "1.16.0\n"),
        ("node", "console.log(6 * 7)", "42\n"),
        ("bash", "echo '{\"a\": 5}' | jq .a", "5\n"),
        ("csharp", "class A { static void Main() { System.Console.WriteLine(6 * 7); } }", "42\n"),
    ] {
        let args = [&["run-code", language], &image[..], &[code]].concat();
        assert_eq!(said(dir.path(), &args, 0), expected, "{language}");
    }
    // The same again is there already, by whatever face.
    let wanted = json!({
        "languages": ["bash", "csharp", "node", "python"], "base_os": bare(),
        "requirements": { "python": ["six==1.16.0"], "bash": ["jq"] },
    });
    let again = mcp(dir.path()).call("create_image", wanted);
    assert_eq!(again["structuredContent"]["image_id"], made["image_id"], "{again}");
}

#[test]
fn what_cannot_be_in_one_image_is_refused_alike_everywhere() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"");
    let mut mcp = mcp(dir.path());
    for (args, arguments, expected) in [
        (&["python", "cobol"][..], json!({ "languages": ["python", "cobol"] }), "no container runs \"cobol\""),
        (
            &["python", "--package", "python:; id"],
            json!({ "languages": ["python"], "requirements": { "python": ["; id"] } }),
            "is no package of pip",
        ),
        (
            &["python", "--image-name", "python:3"],
            json!({ "languages": ["python"], "image_name": "python:3" }),
            "is no name of image",
        ),
    ] {
        let shell = said(dir.path(), &[&["images", "create"], args].concat(), 2);
        let call = mcp.call("create_image", arguments);
        assert!(shell.contains(expected) && texts(&call)[0].contains(expected), "{shell} {call}");
    }
    let stray = json!({ "languages": ["python"], "requirements": { "node": ["a"] } });
    let stray = mcp.call("create_image", stray);
    assert!(texts(&stray)[0].contains("packages of \"node\" were given"), "{stray}");
    let unsaid = said(dir.path(), &["images", "create", "python", "node", "--package", "six"], 2);
    assert!(unsaid.contains("LANGUAGE:PACKAGE is expected"), "{unsaid}");
    let hostile = said(dir.path(), &["packages", "install", "python", "a\nRUN id"], 2);
    assert!(hostile.contains("is no package of pip"), "{hostile}");
    let dockerfile = dir.path().join("Dockerfile");
    std::fs::write(&dockerfile, "FROM scratch\n").unwrap();
    let refused = said(dir.path(), &["images", "create", "python", "--dockerfile", dockerfile.to_str().unwrap()], 2);
    assert!(refused.contains("containers.allow_dockerfile = false"), "{refused}");
}

#[test]
fn packages_are_installed_by_the_shell() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"");
    let made = said(dir.path(), &["packages", "install", "python", "six==1.16.0", "--image-name", "shell-six"], 0);
    let (id, name) = made.trim().split_once(' ').unwrap();
    assert!(id.starts_with("sha256:") && name == "runcell/own/shell-six:latest", "{made}");
    let code = "import six; print(six.__version__)";
    let run = ["run-code", "python", "--backend", "container", "--image", id, code];
    assert_eq!(said(dir.path(), &run, 0), "1.16.0\n");
}
