//! Going too deep: recursion and nested input end as an error of the language or by the limit of stack or memory, never
//! by the process.

use super::expect_next_run_is_well;
use crate::harness::{report, request, run, stderr, stdout};
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::{CrashKind, Ending, Outcome};

/// How a program that goes too deep may end.
enum End {
    /// With an exit code, and words on stdout or stderr.
    Says(u32, &'static str),
    /// By a limit.
    By(LimitKind),
    /// By whichever of two limits comes first: memory is left to a program as far as its image reaches.
    ByEither(LimitKind, LimitKind),
    /// With a trap.
    Traps(CrashKind),
}

use End::{By, ByEither, Says, Traps};

fn matches(outcome: &Outcome, end: &End) -> bool {
    match end {
        Says(code, words) => {
            outcome.ending == Ending::Completed { exit_code: *code }
                && format!("{}{}", stdout(outcome), stderr(outcome)).contains(words)
        }
        By(kind) => matches!(outcome.ending, Ending::Terminated { limit, .. } if limit == *kind),
        ByEither(one, other) => {
            matches!(outcome.ending, Ending::Terminated { limit, .. } if limit == *one || limit == *other)
        }
        Traps(kind) => matches!(outcome.ending, Ending::Crashed { kind: found, .. } if found == *kind),
    }
}

#[track_caller]
fn attack(cases: &[(&str, &str, End)]) {
    for (runtime, code, end) in cases {
        let mut deep = request(runtime, code);
        deep.limits = LimitsRequest::default().with(LimitKind::Memory, 256 << 20);
        let outcome = run(deep);
        assert!(matches(&outcome, end), "{runtime} {code}: {}", report(&outcome));
    }
    expect_next_run_is_well();
}

#[test]
fn python_ends_deep_recursion() {
    attack(&[
        ("python", "def f(): f()\nf()", Says(1, "RecursionError: maximum recursion depth exceeded")),
        (
            "python",
            "import sys; sys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
            ByEither(LimitKind::Memory, LimitKind::Fuel),
        ),
        ("python", "import json; json.loads('[' * 1000000)", Says(1, "RecursionError: Stack overflow")),
        ("python", "eval('(' * 10000 + ')' * 10000)", Says(1, "MemoryError: Parser stack overflowed")),
        ("python", "eval('-' * 100000 + '1')", Says(1, "MemoryError: Parser stack overflowed")),
        ("python", "import re; re.compile('(' * 50000 + ')' * 50000)", Says(1, "RecursionError")),
        ("python", "x = []\nfor i in range(10**6): x = [x]\nrepr(x)", Says(1, "RecursionError: Stack overflow")),
        (
            "python",
            "import pickle; pickle.loads(b'(' * 1000000 + b't' * 1000000 + b'.'); print('freed')",
            Says(0, "freed"),
        ),
    ]);
}

#[test]
fn javascript_ends_deep_recursion() {
    attack(&[
        ("quickjs", "function f() { f(); } f()", Says(1, "RangeError: Maximum call stack size exceeded")),
        ("quickjs", "JSON.parse('['.repeat(1e6))", Says(1, "RangeError: Maximum call stack size exceeded")),
        ("quickjs", "eval('('.repeat(1e5) + ')'.repeat(1e5))", Says(1, "RangeError: Maximum call stack size exceeded")),
        (
            "quickjs",
            "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))",
            Says(1, "SyntaxError: Invalid regular expression"),
        ),
        (
            "quickjs",
            "let a = []; for (let i = 0; i < 1e6; i++) a = [a]; JSON.stringify(a)",
            Says(1, "RangeError: Maximum call stack size exceeded"),
        ),
        (
            "quickjs",
            "let a = []; for (let i = 0; i < 1e6; i++) a = [a]; a = null; console.log('freed')",
            Says(0, "freed\n"),
        ),
    ]);
}

#[test]
fn ruby_ends_deep_recursion() {
    attack(&[
        ("ruby", "def f; f; end; f", Says(1, "stack level too deep (SystemStackError)")),
        (
            "ruby",
            "require 'json'; JSON.parse('[' * 1000000)",
            Says(1, "nesting of 101 is too deep (JSON::NestingError)"),
        ),
        ("ruby", "Regexp.new('(' * 100000 + ')' * 100000)", Says(1, "parse depth limit over")),
        ("ruby", "eval('(' * 3000000 + ')' * 3000000)", By(LimitKind::Memory)),
    ]);
}

#[test]
fn php_ends_deep_recursion() {
    attack(&[
        ("php", "<?php function f() { f(); } f();", By(LimitKind::Memory)),
        (
            "php",
            "<?php json_decode(str_repeat('[', 1000000)); echo json_last_error_msg();",
            Says(0, "Maximum stack depth exceeded"),
        ),
        (
            "php",
            "<?php eval(str_repeat('(', 100000) . '1' . str_repeat(')', 100000) . ';');",
            Says(255, "Parse error: memory exhausted"),
        ),
        (
            "php",
            "<?php preg_match('/' . str_repeat('(', 100000) . str_repeat(')', 100000) . '/', 'a');",
            Says(0, "parentheses are too deeply nested"),
        ),
    ]);
}

#[test]
fn c_ends_deep_recursion() {
    let recursion =
        "int f(volatile int *p) { volatile int a[64]; a[1] = 1; return f(a) + a[1]; } int main(void) { return f(0); }";
    attack(&[
        ("clang", recursion, By(LimitKind::Stack)),
        ("clangpp", recursion, By(LimitKind::Stack)),
        // Frames that are larger than the guest's own stack of data.
        (
            "clang",
            "int f(int n) { volatile char a[1 << 20]; a[n] = 1; return n ? f(n - 1) + a[n] : 0; } int main(void) { return f(1000); }",
            Traps(CrashKind::MemoryOutOfBounds),
        ),
    ]);
}

/// The compilers are guests as well: input that is nested too deeply ends them and nothing else.
#[test]
fn deeply_nested_source_ends_the_compiler_alone() {
    let parens = format!("int main(void) {{ return {}1{}; }}", "(".repeat(100_000), ")".repeat(100_000));
    let braces = format!("int main(void) {{ {} {} }}", "{".repeat(100_000), "}".repeat(100_000));
    let arrays = format!("int x{} = 1; int main(void) {{ }}", "[1]".repeat(5_000));
    let types = format!(
        "template<class T> struct P {{}}; {}int{} x; int main() {{ }}",
        "P<".repeat(20_000),
        ">".repeat(20_000)
    );
    for (runtime, code) in [("clang", &parens), ("clang", &braces), ("clang", &arrays), ("clangpp", &types)] {
        let mut nested = request(runtime, code);
        nested.limits = LimitsRequest::default().with(LimitKind::Fuel, 6_000_000_000);
        let outcome = run(nested);
        let ended = match &outcome.ending {
            Ending::Completed { exit_code } => *exit_code == 1 && stderr(&outcome).contains("error:"),
            Ending::Crashed { kind, .. } => *kind == CrashKind::MemoryOutOfBounds || *kind == CrashKind::Unreachable,
            Ending::Terminated { limit, .. } => [LimitKind::Stack, LimitKind::Memory, LimitKind::Fuel].contains(limit),
            Ending::TimedOut { .. } | Ending::Cancelled | Ending::Lost { .. } => false,
        };
        assert!(
            ended && stdout(&outcome).is_empty(),
            "{}: {}",
            &code[..40],
            report(&outcome).chars().take(2000).collect::<String>()
        );
    }
    expect_next_run_is_well();
}
