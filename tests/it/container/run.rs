//! Inputs arrive and outputs are whole, in every language.

use super::harness::*;
use crate::harness::me;
use crate::harness::{expect_exit, expect_stdout, report, request, stderr, stdin, stdout, tokio};
use crate::need::needs;
use runcell::file::{GuestPath, InputFile};
use runcell::outcome::{BackendKind, Ending};
use runcell::run::{OutputStream, RunEvent};
use std::time::{Duration, Instant};

#[test]
fn every_language_says_hello() {
    needs!(ENGINE, LANGUAGES);
    for (runtime, code, expected) in [
        ("python", "import sys\nprint('hello from', sys.version_info[0])", "hello from 3\n"),
        ("node", "console.log('hello from', typeof process.versions.node)", "hello from string\n"),
        ("js", "import os from 'fs'", ""),
        ("bash", "echo \"hello from ${BASH_VERSINFO[0]}\"", "hello from 5\n"),
        (
            "csharp",
            "class P { static void Main(string[] a) { System.Console.WriteLine(\"hello from \" + a.Length); } }",
            "hello from 0\n",
        ),
    ] {
        if runtime == "js" {
            // An import needs a module; a script that is none says so itself.
            expect_exit(&run_code(runtime, code), 1);
            continue;
        }
        let outcome = run_code(runtime, code);
        expect_stdout(&outcome, expected);
        assert_eq!(outcome.ran_on.backend, BackendKind::Container);
        assert_eq!(outcome.ran_on.image.as_deref(), Some(image()));
    }
}

#[test]
fn input_arguments_environment_and_files_arrive() {
    needs!(ENGINE, LANGUAGES);
    let mut request = contained(
        "python",
        "import os, sys\nprint(sys.argv[1:], os.environ['A B'], input(), sys.stdin.read())\nprint(os.getcwd(), open('d/in.txt').read())\n\
         os.makedirs('out/deep'); open('out/deep/x.bin', 'wb').write(bytes(range(256))); open('y.txt', 'w').write('y')\n\
         open('d/in.txt', 'a').write('!'); print('bad', file=sys.stderr); sys.exit(7)",
    );
    request.args = ["--help", "$(id)", "a b", ""].map(str::to_owned).to_vec();
    request.env.insert("A B".to_owned(), "; $HOME".to_owned());
    request.stdin = stdin("one\ntwo\nthree");
    request.files = vec![InputFile { path: GuestPath::new("d/in.txt").unwrap(), bytes: b"given".to_vec() }];
    request.outputs = ["out/**", "d/*.txt", "*.csv"].map(str::to_owned).to_vec();
    let outcome = run(request);
    expect_exit(&outcome, 7);
    assert_eq!(stdout(&outcome), "['--help', '$(id)', 'a b', ''] ; $HOME one two\nthree\n/work given\n");
    assert_eq!(stderr(&outcome), "bad\n");
    let names: Vec<_> = outcome.files.iter().map(|file| (file.path.as_str(), file.bytes.len())).collect();
    assert_eq!(names, [("d/in.txt", 6), ("out/deep/x.bin", 256)], "{}", report(&outcome));
    assert_eq!(outcome.missing_files, ["*.csv"]);
    assert!(
        outcome.usage.wall_us > 1000 && outcome.usage.stdin_bytes == 13 && outcome.usage.files >= 6,
        "{:?}",
        outcome.usage
    );
}

#[test]
fn bash_gets_its_arguments_and_a_name_of_the_caller() {
    needs!(ENGINE, LANGUAGES);
    let mut request = contained("bash", "echo \"$0 $# $1\"; read line; echo \"$line\"; echo err >&2; exit 3");
    request.code_name = Some(GuestPath::new("-rf.sh").unwrap());
    request.args = vec!["; echo no".to_owned()];
    request.stdin = stdin("typed\n");
    let outcome = run(request);
    expect_exit(&outcome, 3);
    assert_eq!((stdout(&outcome).as_str(), stderr(&outcome).as_str()), ("/work/-rf.sh 1 ; echo no\ntyped\n", "err\n"));
}

#[test]
fn a_compiler_s_errors_are_the_program_s_output() {
    needs!(ENGINE, LANGUAGES);
    let outcome = run_code("csharp", "class P { static void Main() { int x = \"no\"; } }");
    expect_exit(&outcome, 1);
    assert!((stdout(&outcome) + &stderr(&outcome)).contains("CS0029"), "{}", report(&outcome));
    expect_exit(&run_code("python", "def f(:"), 1);
}

#[test]
fn a_compiler_is_told_apart_from_its_program() {
    needs!(ENGINE, LANGUAGES);
    let code = "#warning hear me\nclass P { static void Main() { System.Console.Error.WriteLine(\"err \" + \
                System.Environment.GetEnvironmentVariable(\"RUNCELL_COMPILED\")); System.Console.WriteLine(\"out\"); } }";
    let outcome = run_code("csharp", code);
    expect_exit(&outcome, 0);
    let said = String::from_utf8_lossy(outcome.output.compiler()).into_owned();
    assert!(said.contains("hear me") && !said.contains("runcell compiled"), "{}", report(&outcome));
    assert_eq!((stdout(&outcome).as_str(), stderr(&outcome)), ("out\n", format!("{said}err \n")));
    assert_eq!(outcome.usage.output_bytes, outcome.output.tty.len() as u64, "the mark is not counted");
    let broken = run_code("csharp", "class P { static void Main() { int x = \"no\"; } }");
    assert_eq!(broken.output.compiler(), broken.output.stderr, "{}", report(&broken));
    assert!(!broken.output.stderr.is_empty(), "{}", report(&broken));
    assert_eq!(run_code("bash", "echo err >&2").output.compiler(), b"");
}

#[test]
fn output_comes_while_the_program_runs() {
    needs!(ENGINE, LANGUAGES);
    tokio().block_on(async {
        let code = "import sys, time\nprint('one'); print('two', file=sys.stderr); time.sleep(20)";
        let mut run = service().runs(me()).open(contained("python", code)).await.unwrap();
        let began = Instant::now();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        while (out.as_slice(), err.as_slice()) != (&b"one\n"[..], &b"two\n"[..]) {
            let RunEvent::Output { stream, bytes } = run.next_event().await.expect("output before the end");
            if stream == OutputStream::Stdout { &mut out } else { &mut err }.extend(bytes);
        }
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        run.canceller().cancel();
        let outcome = run.outcome().await.unwrap();
        assert_eq!(outcome.ending, Ending::Cancelled);
        assert_eq!(stdout(&outcome), "one\n", "what it wrote before is there");
        assert!(began.elapsed() < Duration::from_secs(18), "{:?}", began.elapsed());
    });
}

#[test]
fn what_a_cell_can_do_stays_in_one_and_says_so() {
    let outcome = crate::harness::run_code("php", "echo 1;");
    assert_eq!((outcome.ran_on.backend, &*outcome.ran_on.reason), (BackendKind::Wasm, "the language runs in a cell"));
}

#[test]
fn what_no_cell_can_do_runs_in_a_container_and_says_so() {
    needs!(ENGINE, LANGUAGES);
    let outcome = run(request("bash", "echo hi"));
    assert_eq!(
        (outcome.ran_on.backend, &*outcome.ran_on.reason),
        (BackendKind::Container, "bash runs only in containers")
    );
}
