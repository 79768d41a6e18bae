//! Each verb, here and there.

use super::harness::*;
use crate::container::harness::{bare, config_text};
use crate::harness::prepare;
use crate::need::needs;

/// A pair with runtimes that are ready.
fn pair() -> Pair {
    for runtime in ["php", "python", "clang"] {
        prepare(runtime);
    }
    Pair::new("")
}

#[test]
fn run_code_comes_to_the_same() {
    let pair = pair();
    let (script, data) = (pair.file("my script.php", "<?php\necho $x;\nfoo();"), pair.file("in.bin", b"\xff\x00\xfe"));
    let latin = pair.file("latin.py", b"# coding: latin-1\nprint('\xe4')\n");
    let rows: &[(&[&str], &[u8], i32)] = &[
        (&["php", "echo 6*7;"], b"", 0),
        (&["php", "exit(9);"], b"", 9),
        (&["php", "while(1);", "--timeout", "100ms"], b"", 124),
        (&["php", "while(1);", "--fuel", "50M"], b"", 137),
        (&["clang", "int main(){__builtin_trap();}"], b"", 134),
        (&["php"], b"", 2),
        (&["perl", "1"], b"", 2),
        (&["Py thon", "1"], b"", 2),
        (&["php", "1", "--fuel", "many"], b"", 2),
        (&["php", "1", "--memory", "100TiB"], b"", 2),
        (&["python", "1", "--memory", "1000001"], b"", 2),
        (&["php", "1", "--limit", "colour=3"], b"", 2),
        (&["php", "1", "--wrong"], b"", 2),
        (&["php", "-f", "no-such-file.php"], b"", 125),
        (&["php", "1", "--file", "no-such-file"], b"", 125),
        (&["php", "1", "--file", "in.bin:a/../../b"], b"", 2),
        (&["clang", "int main(){}", "--option", "std=c1"], b"", 2),
        (&["php", "1", "--package", "x", "--backend", "wasm"], b"", 2),
        (&["php", "1", "--mount", "nothing"], b"", 2),
        (&["python", "import sys; sys.stdout.buffer.write(bytes(range(256))); sys.stderr.write('e')"], b"", 0),
        (&["python", "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"], b"a\xffb\n", 0),
        (&["python", "import sys; print(sys.argv[1:], input())", "--", "-a", "b c", "\u{e4}"], b"line\n", 0),
        (&["python", "import sys; sys.stdin.buffer.read()", "--stdin", "/dev/zero"], b"", 137),
        (&["python", "print(1)", "--stdin", "/dev/zero"], b"", 0),
        (&["python", "import sys; print(len(sys.stdin.read()))", "--stdin", &data], b"not this", 0),
        (&["python", "import os; print(os.environ['A'])", "--env", "A=b=c"], b"", 0),
        (&["php", "-f", &script], b"", 255),
        (&["python", "-f", &latin], b"", 0),
        (&["python", "-"], b"print(3)", 0),
        (&["python", "print(open('x/y','rb').read())", "--file", &format!("{data}:x/y")], b"", 0),
        (&["python", "open('left.txt','w').write('1')"], b"", 0),
        (&["python", "open('left.txt','w').write('1')", "--json", "--output", "*.txt", "--output", "none"], b"", 0),
        (&["python", "print('a'*100000); import sys; sys.exit(3)", "--json"], b"", 3),
        (&["python", "print('a'*100000)", "--limit", "output_bytes=10"], b"", 137),
        (&["python", "import os\nos.system('ls')", "--check", "--json"], b"", 0),
        (&["python", "print(1)", "--check"], b"", 0),
    ];
    for (args, stdin, code) in rows {
        let (ended, out, err) = pair.same(&[&["run-code"], *args].concat(), stdin);
        assert_eq!(ended, Some(*code), "{args:?}\n{out}\n{err}");
    }
}

#[test]
fn files_come_back_into_the_folder_that_was_named() {
    let pair = pair();
    let code = "import os\nos.mkdir('a')\nopen('a/b.bin','wb').write(b'\\xff\\x00')\nopen('in.txt','a').write('!')\nopen('c.txt','w').write('c')";
    let input = pair.file("in.txt", "1");
    let unchanged = pair.file("same.txt", "1");
    for (script, args) in
        [(None, &[][..]), (None, &["--output", "**/*.bin"]), (Some(pair.file("script.py", code)), &[])]
    {
        let listed = ["here", "there"].map(|side| {
            let out = pair.path(&format!("out-{side}-{}-{}", args.len(), script.is_some()));
            let snippet = script.as_ref().map_or(vec![code], |script| vec!["-f", script.as_str()]);
            let args =
                [&["run-code", "python", "--file", &input, "--file", &unchanged, "--out", &out][..], args, &snippet];
            let mut command = if side == "here" { pair.here(&args.concat()) } else { pair.there(&args.concat()) };
            assert_eq!(end(&command.output().unwrap()), (Some(0), String::new(), String::new()));
            let mut find = std::process::Command::new("find");
            find.args([".", "-type", "f", "-exec", "sha256sum", "{}", "+"]);
            let list = find.current_dir(&out).output().unwrap();
            let mut lines: Vec<String> = end(&list).1.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        });
        assert_eq!(listed[1], listed[0], "{args:?}");
        assert!(listed[1].iter().any(|line| line.ends_with("./a/b.bin")), "{listed:?}");
    }
}

#[test]
fn runtimes_and_images_are_the_same() {
    let pair = pair();
    for (args, code) in [
        (&["runtimes", "list"][..], 0),
        (&["runtimes", "list", "--json"], 0),
        (&["runtimes", "info", "ruby"], 0),
        (&["runtimes", "info", "php-cgi", "--json"], 0),
        (&["runtimes", "info", "perl"], 2),
        (&["runtimes", "info", "../x"], 2),
        (&["runtimes", "prepare", "php", "python"], 0),
        (&["runtimes", "prepare", "perl"], 2),
        (&["images", "create", "perl"], 2),
        (&["images", "create", "python", "--package", "a b;c"], 2),
    ] {
        let (ended, out, err) = pair.same(args, b"");
        assert_eq!(ended, Some(code), "{args:?}\n{out}\n{err}");
    }
}

#[test]
fn a_tool_and_an_image_that_are_not_there_are_the_same() {
    needs!(ENGINE);
    let pair = Pair::new("");
    for args in [
        &["tools", "show", "no such/tool::x"][..],
        &["packages", "install", "python", "--image", "registry.invalid/no:image", "six"],
    ] {
        let (ended, out, err) = pair.same(args, b"");
        assert_eq!(ended, Some(2), "{args:?}\n{out}\n{err}");
    }
}

#[test]
fn an_image_that_a_server_made_is_there_for_everybody() {
    needs!(ENGINE, LANGUAGES);
    let pair = Pair::new(&config_text("policy = \"ask\""));
    let create = ["images", "create", "bash", "--base", bare(), "--package", "jq", "--image-name", "made-there"];
    let (code, out, err) = end(&pair.there(&create).output().unwrap());
    assert!(code == Some(0) && out.contains("runcell/own/made-there"), "{out}\n{err}");
    // Again, here and there: it is there already.
    for args in [&create[..], &[&create[..], &["--json"]].concat()] {
        assert_eq!(pair.same(args, b"").0, Some(0));
    }
    let image = ["run-code", "bash", "--backend", "container", "--image", "runcell/own/made-there"];
    let (code, out, err) = pair.same(&[&image[..], &["echo '{\"a\": 5}' | jq .a"]].concat(), b"");
    assert_eq!((code, &*out), (Some(0), "5\n"), "{err}");
}

#[test]
fn uploaded_files_are_the_same() {
    let pair = pair();
    let name = "a \"b\" \u{e4};%41.py";
    let file = pair.file(name, "import sys; print(sys.argv[1:], __file__); sys.exit(4)");
    for command in
        [pair.here(&["files", "upload", &file, "--runtime", "python"]), pair.there(&["files", "upload", &file])]
    {
        assert_eq!({ command }.output().unwrap().status.code(), Some(0));
    }
    let listed = pair.same(&["files", "list"], b"").1;
    assert_eq!(listed.matches(name).count(), 2, "{listed}");
    let id = listed.lines().find(|line| line.contains("python")).unwrap().split(' ').next().unwrap();
    let other = listed.lines().find(|line| line.contains("  -  ")).unwrap().split(' ').next().unwrap();
    for (args, code) in [
        (&["files", "list", "--json"][..], 0),
        (&["files", "stats"], 0),
        (&["files", "stats", "--json"], 0),
        (&["files", "show", id], 0),
        (&["files", "show", id, "--json"], 0),
        (&["files", "show", id, "--content"], 0),
        (&["files", "show", "0123456789abcdef0123456789abcdef"], 2),
        (&["files", "show", "../../etc/passwd"], 2),
        (&["files", "run", id, "--", "a", "b"], 4),
        (&["files", "run", other], 2),
        (&["files", "run", other, "--runtime", "python", "--json"], 4),
        (&["files", "remove", "0123456789abcdef0123456789abcdef", "x"], 2),
        (&["files", "upload", "no-such-file"], 125),
        (&["files", "upload", "/"], 2),
        (&["files", "upload", "-"], 2),
        (&["job", "prune", "--uploads", "--older-than", "1h"], 0),
        (&["job", "prune", "--uploads", "--older-than", "1ms", "--dry-run"], 0),
    ] {
        let (ended, out, err) = pair.same(args, b"bytes of stdin");
        assert_eq!(ended, Some(code), "{args:?}\n{out}\n{err}");
    }
    let stdin = given(&mut pair.there(&["files", "upload", "-", "--name", "s", "--json"]), b"\xff1234");
    assert!(end(&stdin).1.contains("\"bytes\": 5"), "{stdin:?}");
    assert_eq!(
        end(&pair.there(&["files", "remove", id, other]).output().unwrap()),
        (Some(0), String::new(), String::new())
    );
    assert_eq!(pair.same(&["files", "list"], b"").1.matches(name).count(), 0);
}

#[test]
fn what_a_machine_does_only_for_itself_says_so() {
    let pair = Pair::new("");
    for args in [
        &["serve"][..],
        &["mcp"],
        &["runtimes", "clean"],
        &["tools", "inspect", "x"],
        &["job", "prune", "--keep", "1"],
        &["job", "--all-tenants", "list"],
    ] {
        let (code, out, err) = end(&pair.there(args).output().unwrap());
        assert!(
            code == Some(2) && out.is_empty() && err.contains("on the machine itself only"),
            "{args:?} {code:?} {err}"
        );
    }
    for args in [&["--help"][..], &["completions", "bash"]] {
        assert_eq!(pair.there(args).output().unwrap().status.code(), Some(0));
    }
}
