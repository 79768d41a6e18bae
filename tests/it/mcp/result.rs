//! Results of calls of `runcell mcp`.

use super::connection::{Mcp, texts};
use serde_json::{Value, json};

const PNG: &str = "<?php file_put_contents('a.png', base64_decode('iVBORw0KGgoAAAANSUhEUg=='));";

#[test]
fn a_run_is_told_in_words_and_in_fields() {
    let result = Mcp::start(&[]).run("php-cgi", "echo \"hi\\n\"; fwrite(STDERR, 'oh'); exit(3);");
    assert_eq!(texts(&result), ["Execution completed with exit code 3.", "Following is the TTY output.", "hi\noh"]);
    assert_eq!(result["isError"], false, "a program that fails is a result");
    let fields = &result["structuredContent"];
    assert_eq!((&fields["status"], &fields["exit_code"]), (&"completed".into(), &3.into()));
    assert_eq!((&fields["stdout"], &fields["stderr"]), (&"hi\n".into(), &"oh".into()));
    assert!(fields["usage"]["fuel"].as_u64().is_some_and(|fuel| fuel > 0));
}

#[test]
fn everything_that_can_be_given_arrives() {
    let code = "<?php echo fgets(STDIN), $argv[1], getenv('NAME'), file_get_contents('in/a.txt'), \
                filesize('b.bin'); file_put_contents('out.csv', \"x,y\\n\"); file_put_contents('o.bin', \"\\xff\\0\");";
    let result = Mcp::start(&[]).call(
        "run_code",
        json!({
            "runtime": "php", "code": code, "stdin": "line\n", "args": ["arg"], "env": { "NAME": "value" },
            "files": [
                { "path": "in/a.txt", "content": "text" },
                { "path": "/work/b.bin", "content": "AAEC", "encoding": "base64" },
            ],
            "outputs": ["*.csv", "o.bin", "none.txt"],
            "limits": { "timeout_ms": 5000, "memory_mib": 128 },
        }),
    );
    assert_eq!(result["structuredContent"]["stdout"], "line\nargvaluetext3", "{result}");
    let blocks = result["content"].as_array().expect("blocks");
    let csv = json!({ "uri": "file:///work/out.csv", "mimeType": "text/csv", "text": "x,y\n" });
    assert!(blocks.contains(&json!({ "type": "resource", "resource": csv })), "{result}");
    let uris: Vec<_> = blocks.iter().filter_map(|block| block["resource"]["blob"].as_str()).collect();
    assert_eq!(uris, ["/wA="]);
    assert_eq!(texts(&result).last(), Some(&"Output file none.txt not found in the result."));
    assert_eq!(result["structuredContent"]["missing_files"], json!(["none.txt"]));
}

#[test]
fn an_image_comes_as_an_image() {
    let result = Mcp::start(&[]).call("run_code", json!({ "runtime": "php", "code": PNG, "outputs": ["a.png"] }));
    let image = json!({ "type": "image", "data": "iVBORw0KGgoAAAANSUhEUg==", "mimeType": "image/png" });
    assert!(result["content"].as_array().expect("blocks").contains(&image), "{result}");
    let file = &result["structuredContent"]["files"][0];
    assert_eq!((&file["path"], &file["bytes"]), (&"a.png".into(), &16.into()));
    assert!(file.get("content").is_none(), "base64 is not repeated for a model to read");
}

#[test]
fn what_a_program_shows_comes_without_being_asked_for() {
    let code =
        "import matplotlib.pyplot as plt\nimport pandas as pd\nplt.plot([1, 2])\nplt.show()\npd.DataFrame({'a': [1]})";
    let result = Mcp::start(&[]).call("run_code", json!({ "runtime": "python", "code": code }));
    let blocks = result["content"].as_array().expect("blocks");
    assert!(blocks.iter().any(|block| block["mimeType"] == "image/png"), "{result}");
    let table = json!({ "uri": "file:///work/table-1.csv", "mimeType": "text/csv", "text": ",a\n0,1\n" });
    assert!(blocks.contains(&json!({ "type": "resource", "resource": table })), "{result}");
    assert_eq!(result["structuredContent"]["missing_files"], json!([]));
}

#[test]
fn the_shape_of_runno_is_taken() {
    let result = Mcp::start(&[]).call(
        "run_code_with_files",
        json!({
            "runtime": "php-cgi",
            "code": "<?php file_put_contents('sum.txt', array_sum(explode(',', file_get_contents('data.csv'))));",
            "input_files": [{ "name": "/data.csv", "encoding": "text", "content": "1,2,39" }],
            "output_file_names": ["/sum.txt"],
        }),
    );
    let sum = json!({ "uri": "file:///work/sum.txt", "mimeType": "text/plain", "text": "42" });
    assert!(result["content"].as_array().expect("blocks").contains(&json!({ "type": "resource", "resource": sum })));
}

#[test]
fn limits_are_named() {
    let mut mcp = Mcp::start(&[]);
    let mut limited =
        |code: &str, limits: Value| mcp.call("run_code", json!({ "runtime": "php", "code": code, "limits": limits }));
    let cases = [
        ("while (true);", json!({ "fuel": 50_000_000 }), "It reached the limit fuel:", "terminated"),
        (
            "while (true);",
            json!({ "timeout_ms": 300 }),
            "Execution timed out. The limit timeout_ms allows 300 ms.",
            "timed_out",
        ),
        (
            "while (true) echo 'spam';",
            json!({ "output_bytes": 100 }),
            "The output was cut: only its first 100",
            "terminated",
        ),
    ];
    for (code, limits, text, status) in cases {
        let result = limited(code, limits);
        assert!(texts(&result)[0].contains(text), "{result}");
        assert_eq!(result["structuredContent"]["status"], status);
        assert_eq!(result["isError"], false);
    }
}

#[test]
fn a_wrong_call_says_what_is_wrong() {
    let mut mcp = Mcp::start(&[]);
    let cases = [
        (json!({ "runtime": "cobol", "code": "" }), "not_found", "there is no runtime \"cobol\"; there are:"),
        (json!({ "runtime": "php@5", "code": "" }), "not_found", "has no version \"5\"; it has: 8.4, 8.5, 8.2"),
        (json!({ "runtime": "php" }), "invalid", "missing field `code`"),
        (
            json!({ "runtime": "php", "code": "", "limits": { "memory_mib": 9999 } }),
            "invalid",
            "limits.memory_mib = 9999",
        ),
        (
            json!({ "runtime": "php", "code": "", "limits": { "memory_mib": 8 } }),
            "invalid",
            "8388608 bytes of memory are too little for php",
        ),
        (json!({ "runtime": "php", "code": "", "options": { "std": "c17" } }), "invalid", "no option \"std\""),
        (json!({ "runtime": "php", "code": "", "outputs": ["../a"] }), "invalid", "leaves /work"),
        (
            json!({ "runtime": "php", "code": "", "files": [{ "path": "main.php", "content": "" }] }),
            "invalid",
            "two files clash",
        ),
    ];
    for (arguments, reason, text) in cases {
        let result = mcp.call("run_code", arguments);
        assert_eq!(result["isError"], true, "{result}");
        assert!(texts(&result)[0].contains(text), "{result}");
        let fields = &result["structuredContent"];
        assert_eq!((&fields["status"], &fields["reason"]), (&"not_run".into(), &reason.into()), "{result}");
    }
}

/// Writes `o.txt` and says nothing.
const WRITES: &str = r#"(module
    (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 64) "o.txt") (data (i32.const 0) "\40\00\00\00\05\00\00\00")
    (func (export "_start")
        (drop (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 5) (i32.const 1) (i64.const 64)
            (i64.const 0) (i32.const 0) (i32.const 16)))
        (drop (call $write (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 20)))))"#;

#[test]
fn a_program_of_the_users_own_is_a_file() {
    use base64::Engine;
    let content = base64::engine::general_purpose::STANDARD.encode(wat::parse_str(WRITES).unwrap());
    let mut mcp = Mcp::start(&[]);
    let mut run = |outputs: Value| {
        let files = json!([{ "path": "mine.wasm", "encoding": "base64", "content": content }]);
        mcp.call("run_code", json!({ "runtime": "wasm", "code": "mine.wasm", "files": files, "outputs": outputs }))
    };
    let result = run(json!([]));
    assert_eq!(texts(&result)[0], "Execution completed with exit code 0.", "{result}");
    let told = "The program wrote o.txt (5 bytes); name it in `outputs` to get it.";
    assert_eq!(texts(&result).last(), Some(&told), "{result}");
    assert_eq!(result["structuredContent"]["left_files"], json!([{ "path": "o.txt", "bytes": 5 }]));
    let result = run(json!(["*"]));
    let paths: Vec<_> = result["structuredContent"]["files"].as_array().unwrap().iter().collect();
    assert_eq!((paths.len(), &paths[0]["path"]), (1, &"o.txt".into()), "{result}");
    assert!(result["structuredContent"].get("left_files").is_none());
}
