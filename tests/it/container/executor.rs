//! The tools of the Docker executor over MCP, end to end.

use super::face::{mcp, site};
use super::harness::image;
use crate::docker::harness::docker_out;
use crate::mcp::connection::texts;
use crate::need::needs;
use serde_json::{Value, json};

fn structured(result: &Value) -> &Value {
    &result["structuredContent"]
}

#[test]
fn files_are_uploaded_listed_run_and_deleted() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"auto\"");
    let mut mcp = mcp(dir.path());
    assert_eq!(texts(&mcp.call("list_files", json!({}))), ["There are no uploaded files."]);
    let code = "echo \"$0 $1\"; cat";
    let file = json!({ "filename": "hello.sh", "content": code, "language": "bash" });
    let uploaded = mcp.call("upload_file", file);
    let id = structured(&uploaded)["file_id"].clone();
    assert_eq!(
        (&structured(&uploaded)["bytes"], &structured(&uploaded)["filename"]),
        (&code.len().into(), &"hello.sh".into())
    );
    let listed = mcp.call("list_files", json!({}));
    assert_eq!((&structured(&listed)["count"], &structured(&listed)["files"][0]["file_id"]), (&1.into(), &id));
    let run = mcp.call("execute_uploaded_file", json!({ "file_id": id, "args": ["one"], "stdin": "typed" }));
    assert_eq!(structured(&run)["stdout"], "/work/hello.sh one\ntyped", "{run}");
    assert_eq!(structured(&run)["ran_on"]["backend"], "container");
    let deleted = mcp.call("delete_file", json!({ "file_id": id }));
    assert_eq!(structured(&deleted)["success"], true);
    let refused = [
        ("execute_uploaded_file", id.clone(), "not_found"),
        ("delete_file", id, "not_found"),
        ("delete_file", "../../etc/passwd".into(), "invalid"),
    ];
    for (tool, id, reason) in refused {
        let gone = mcp.call(tool, json!({ "file_id": id }));
        assert_eq!((&gone["isError"], &structured(&gone)["reason"]), (&true.into(), &reason.into()), "{gone}");
    }
    let escape = mcp.call("upload_file", json!({ "filename": "../x", "content": "" }));
    assert!(texts(&escape)[0].contains("leaves /work"), "{escape}");
    let raw = mcp.call("upload_file", json!({ "filename": "a", "content": "AP8=", "encoding": "base64" }));
    let id = structured(&raw)["file_id"].clone();
    assert!(texts(&mcp.call("execute_uploaded_file", json!({ "file_id": id })))[0].contains("name it here"));
}

#[test]
fn an_image_with_packages_is_made_named_and_run() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"");
    let mut mcp = mcp(dir.path());
    let wanted =
        json!({ "languages": ["python"], "requirements": { "python": ["six==1.16.0"] }, "image_name": "test-six" });
    let made = mcp.call("create_image", wanted);
    assert_eq!(
        (&structured(&made)["success"], &structured(&made)["image_name"]),
        (&true.into(), &"runcell/own/test-six:latest".into()),
        "{made}"
    );
    let more = json!({ "image_id": "runcell/own/test-six:latest", "language": "python", "package_name": "attrs", "package_version": "23.2.0" });
    let more = mcp.call("install_package", more);
    let id = structured(&more)["new_image_id"].clone();
    assert!(id.as_str().is_some_and(|id| id.starts_with("sha256:")), "{more}");
    let code = "import attrs; print(attrs.__version__ if hasattr(attrs, '__version__') else 'attrs')";
    let run = json!({ "runtime": "python", "code": code, "image": id, "backend": "container" });
    let run = mcp.call("run_code", run);
    assert_eq!(structured(&run)["exit_code"], 0, "{run}");
    let labels = docker_out(&["inspect", "-f", "{{json .Config.Labels}}", id.as_str().unwrap()]);
    assert!(labels.contains("pip: attrs==23.2.0"), "{labels}");
}

#[test]
fn what_the_configuration_or_sense_forbids_makes_no_image() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"");
    let mut mcp = mcp(dir.path());
    for (tool, arguments, expected) in [
        ("create_image", json!({ "languages": [] }), "name at least one language"),
        ("create_image", json!({ "languages": ["cobol"] }), "no container runs \"cobol\""),
        (
            "create_image",
            json!({ "languages": ["python"], "requirements": { "python": ["; id"] } }),
            "is no package of pip",
        ),
        ("create_image", json!({ "languages": ["python"], "image_name": "python:3-slim" }), "is no name of image"),
        (
            "create_image",
            json!({ "languages": ["python"], "custom_dockerfile": "FROM x" }),
            "containers.allow_dockerfile = false",
        ),
        ("create_image", json!({ "languages": ["python"], "base_os": "a/../b" }), "is no name of image"),
        ("install_package", json!({ "language": "python", "package_name": "a\nRUN id" }), "is no package of pip"),
        (
            "install_package",
            json!({ "language": "python", "package_name": "a", "package_version": "1 --pre" }),
            "is no package of pip",
        ),
        (
            "install_package",
            json!({ "language": "python", "package_name": "six", "build_new_image": true, "x": 1 }),
            "unknown field",
        ),
    ] {
        let result = mcp.call(tool, arguments);
        assert!(result["isError"] == true && texts(&result)[0].contains(expected), "{result}");
    }
}

#[test]
fn a_dockerfile_is_built_where_the_configuration_allows_it() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"\nallow_dockerfile = true");
    let mut mcp = mcp(dir.path());
    let text = format!("FROM {}\nRUN [\"python3\", \"-c\", \"open('/made', 'w').write('yes')\"]\n", image());
    let made = mcp.call("create_image", json!({ "languages": ["python"], "custom_dockerfile": text }));
    let id = structured(&made)["image_id"].clone();
    let code = "print(open('/made').read())";
    let run = mcp.call("run_code", json!({ "runtime": "python", "code": code, "image": id, "backend": "container" }));
    assert_eq!(structured(&run)["stdout"], "yes\n", "{made} {run}");
    let bad =
        mcp.call("create_image", json!({ "languages": ["python"], "custom_dockerfile": "FROM scratch\nNONSENSE" }));
    assert!(bad["isError"] == true && texts(&bad)[0].contains("could not be built"), "{bad}");
}

#[test]
fn the_engine_s_health_is_told() {
    needs!(ENGINE, LANGUAGES);
    let dir = site("policy = \"ask\"");
    let health = mcp(dir.path()).call("docker_health", json!({}));
    assert_eq!(
        (&structured(&health)["status"], &structured(&health)["docker_available"]),
        (&"healthy".into(), &true.into())
    );
    assert!(structured(&health)["available_images"].as_u64().is_some_and(|images| images > 0), "{health}");
}
