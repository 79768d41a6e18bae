//! Tests of the arguments of tools: what models send, what is refused and how.

use super::*;
use serde_json::json;

fn run_code(arguments: Value) -> Result<RunRequest, String> {
    let parsed = parse::<RunCodeArguments>("run_code", arguments.as_object().cloned());
    parsed.and_then(|parsed| parsed.request(&LimitPolicy::default())).map_err(|error| error.to_string())
}

#[test]
fn optional_arguments_may_be_absent_or_null() {
    let request = run_code(json!({ "runtime": "php-cgi", "code": "echo 1;", "stdin": null, "limits": null }));
    let request = request.expect("parses");
    assert_eq!((request.runtime.name(), &*request.code), ("php-cgi", &b"echo 1;"[..]));
}

#[test]
fn arguments_are_read_as_models_send_them() {
    let request = run_code(json!({
        "language": " Python", "code": "1", "limits": "{\"timeout_ms\": \"5000\"}", "args": [7], "files": "[]",
        "runtime": "", "image": "", "text_bytes": 0, "env": [{ "name": "A", "value": 1 }], "options": {},
    }));
    let request = request.expect("parses");
    assert_eq!((request.runtime.name(), &request.args[..]), ("python", &["7".to_owned()][..]));
    assert_eq!((request.env["A"].as_str(), &request.image), ("1", &None));
    assert_eq!(request.limits.get(runcell_model::limits::LimitKind::WallTime), Some(5000));
}

#[test]
fn arguments_of_a_request_make_the_same_request() {
    let mut sent = RunRequest::new("wasm".parse().expect("a name"), b"\0asm\xff".to_vec());
    sent.code_name = GuestPath::new("a/b.wasm").ok();
    sent.limits = sent.limits.with(runcell_model::limits::LimitKind::Memory, 70_000_001);
    sent.env = [("A".to_owned(), "1".to_owned())].into();
    sent.files =
        vec![runcell_model::file::InputFile { path: GuestPath::new("c").expect("a name"), bytes: b"\xff".to_vec() }];
    let json = serde_json::to_value(RunCodeArguments::new(sent, b"in\xff")).expect("serialises");
    let made = run_code(json).expect("is read");
    assert_eq!((&*made.code, made.code_name.as_ref().map(GuestPath::as_str)), (&b"\0asm\xff"[..], Some("a/b.wasm")));
    assert_eq!(made.limits.get(runcell_model::limits::LimitKind::Memory), Some(70_000_001));
    assert_eq!((&*made.env["A"], &*made.files[0].bytes), ("1", &b"\xff"[..]));
    assert!(matches!(&made.stdin, runcell_service::Stdin::Bytes(bytes) if bytes == b"in\xff"));
}

#[test]
fn wrong_arguments_are_named() {
    let cases = [
        (json!({ "runtime": "python" }), "the arguments of run_code are wrong: missing field `code`"),
        (json!({ "runtime": "python", "code": {} }), "code: invalid type: map, expected a string"),
        (json!({ "code": "" }), "the argument runtime is missing"),
        (json!({ "runtime": "Py thon", "code": "" }), "\"Py thon\" is no runtime"),
        (json!({ "runtime": "python", "code": "", "lang": 1 }), "unknown field `lang`, expected one of `runtime`"),
        (
            json!({ "runtime": "python", "code": "", "files": [{ "path": "a", "content": [] }] }),
            "files[0].content: invalid type: sequence",
        ),
        (
            json!({ "runtime": "p", "code": "", "files": [{ "path": "../a", "content": "" }] }),
            "the file name \"../a\" leaves /work",
        ),
        (
            json!({ "runtime": "p", "code": "", "files": [{ "path": "a", "content": "*", "encoding": "base64" }] }),
            "the content of \"a\" is not base64",
        ),
        (
            json!({ "runtime": "p", "code": "", "files": [{ "path": "a", "content": "", "encoding": "hex" }] }),
            "files[0].encoding: unknown variant `hex`, expected `text` or `base64`",
        ),
        (json!({ "runtime": "p", "code": "", "limits": { "speed": 1 } }), "there is no limit \"speed\""),
    ];
    for (arguments, expected) in cases {
        let error = run_code(arguments).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn names_from_the_root_lie_in_work() {
    let arguments = json!({
        "runtime": "python", "code": "",
        "input_files": [
            { "name": "/data.csv", "encoding": "text", "content": "a" },
            { "name": "/work/b/c", "encoding": "base64", "content": "AAE=" },
            { "name": "d", "encoding": "text", "content": "" },
        ],
        "output_file_names": ["/plot.png", "/work/x"],
    });
    let parsed = parse::<RunCodeWithFilesArguments>("run_code_with_files", arguments.as_object().cloned());
    let request = parsed.expect("parses").request().expect("valid");
    let names: Vec<_> = request.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names, ["data.csv", "b/c", "d"]);
    assert_eq!(request.files[1].bytes, [0, 1]);
    assert_eq!(request.outputs, ["plot.png", "/work/x"]);
}

#[test]
fn fuzz_run_code_arguments() {
    let plain = r#"{"runtime":"python@3.15","code":"print(1)","stdin":"a","args":["b"],"env":{"A":"1"},
        "options":[{"name":"std","value":"c17"}],"files":[{"path":"a/b","content":"x"},{"path":"c","content":"AAEC","encoding":"base64"}],
        "outputs":["*.png"],"limits":{"fuel":1000,"memory_mib":64,"timeout_ms":500,"output_bytes":10}}"#;
    let with_files = r#"{"runtime":"php-cgi","code":"x","input_files":[{"name":"/a","encoding":"base64","content":"AA=="}],
        "output_file_names":["/b"]}"#;
    let odd = r#"{"runtime":"ruby","code":"","stdin":null,"limits":{"fuel":-1,"timeout_ms":1e99}}"#;
    // A seed that is refused leads the changed ones nowhere; the odd one is refused last of all, for its limits.
    let object = |seed| serde_json::from_str::<JsonObject>(seed).ok();
    let parsed = parse::<RunCodeArguments>("run_code", object(plain)).expect("parses");
    parsed.request(&LimitPolicy::default()).expect("is valid");
    parse::<RunCodeArguments>("run_code", object(odd)).expect("parses");
    let parsed = parse::<RunCodeWithFilesArguments>("run_code_with_files", object(with_files)).expect("parses");
    parsed.request().expect("is valid");
    let seeds = [plain, odd, with_files].map(str::as_bytes);
    runcell_fuzzing::attack("fuzz_run_code_arguments", &seeds, |input| {
        let Ok(Value::Object(given)) = serde_json::from_slice(input) else { return };
        if let Ok(arguments) = parse::<RunCodeArguments>("run_code", Some(given.clone())) {
            let _ = arguments.request(&LimitPolicy::default()).map_err(|error| error.to_string());
        }
        if let Ok(arguments) = parse::<RunCodeWithFilesArguments>("run_code_with_files", Some(given)) {
            let _ = arguments.request().map_err(|error| error.to_string());
        }
    });
}
