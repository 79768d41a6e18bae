//! A seventh language: a folder with a `runtime.toml` and C sources, built by our own C runtime.

use crate::harness::me;
use crate::harness::{cache_dir, expect_exit, expect_stdout, request, tokio};
use runcell::config::Config;
use runcell::service::Service;
use std::fs;
use std::path::Path;

/// A small language: adds the numbers on each line of the snippet; `!` ends with the sum as exit code.
const SUM_C: &str = r#"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
    FILE *f = fopen(argv[1], "r");
    if (!f) { perror(argv[1]); return 1; }
    char line[256];
    while (fgets(line, sizeof line, f)) {
        long sum = 0;
        for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
            if (!strcmp(word, "!")) return (int)sum; else sum += strtol(word, NULL, 10);
        printf("%ld\n", sum);
    }
}
"#;

const MANIFEST: &str = r#"
name = "sum"
title = "Sum"
summary = "Adds numbers."
main_file = "main.sum"
default_version = "1"
versions = [{ version = "1" }]

[modules.llvm]
of = "clang/llvm"

[modules.sum]
derived = "program/sum.wasm"

[[derive]]
name = "program"
title = "the sum interpreter"
sources = [{ at = "/src", files = ["sum.c"] }]
outputs = ["sum.wasm"]

[[derive.steps]]
module = "llvm"
for_each = ["/src/*.c"]
args = ["clang", "-cc1", "-triple", "wasm32-unknown-wasip1", "-emit-obj", "-O1", "-resource-dir", "/usr", "-internal-isystem", "/usr/include", "-internal-isystem", "/usr/include/wasm32-wasip1", "-o", "/tmp/{stem}.o", "-x", "c", "{source}"]
makes = ["/tmp/{stem}.o"]

[[derive.steps]]
module = "llvm"
args = ["wasm-ld", "-m", "wasm32", "/usr/lib/wasm32-wasip1/crt1-command.o", "/tmp/src_sum.o", "/usr/lib/wasm32-wasip1/libc.a", "/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a", "-o", "/tmp/sum.wasm"]
makes = ["/tmp/sum.wasm"]

[[mounts]]
at = "/"
of = "clang"
phase = "build"

[run]
module = "sum"
args = ["sum", "{program}"]
"#;

fn service(dir: &Path, manifest: &str) -> Service {
    let folder = dir.join("sum");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("sum.c"), SUM_C).unwrap();
    fs::write(folder.join("runtime.toml"), manifest).unwrap();
    Service::start(Config::default(), cache_dir(), Some(dir.to_owned())).unwrap()
}

#[test]
fn a_folder_adds_a_language() {
    let dir = tempfile::tempdir().unwrap();
    let service = service(dir.path(), MANIFEST);
    let run = |code: &str| tokio().block_on(service.runs(me()).run(request("sum", code))).unwrap();
    expect_stdout(&run("1 2 3\n40 2\n"), "6\n42\n");
    expect_exit(&run("3 4 !\n"), 7);
    let listed = service.runtimes(me()).list().unwrap();
    let sum = listed.iter().find(|info| info.name == "sum").unwrap();
    assert!(sum.folder.as_deref().is_some_and(|folder| folder.ends_with("sum")));
}

#[test]
fn a_broken_folder_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let cases = [
        (MANIFEST.replace("\"Sum\"", "3"), "title"),
        (MANIFEST.replace("[run]\nmodule = \"sum\"", "[run]\nmodule = \"sun\""), "sun"),
        (MANIFEST.replace("clang/llvm", "klang/llvm"), "klang"),
        (MANIFEST.replace("-emit-obj", "-emit-nothing"), "-emit-nothing"),
        (MANIFEST.replace("files = [\"sum.c\"]", "files = [\"../sum.c\"]"), "../sum.c"),
    ];
    for (manifest, expected) in cases {
        let service = service(dir.path(), &manifest);
        let error = tokio().block_on(service.runs(me()).run(request("sum", "1"))).unwrap_err();
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text += &format!(": {cause}");
            source = cause.source();
        }
        assert!(text.contains(expected), "{expected}: {text}");
    }
}
