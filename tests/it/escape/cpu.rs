//! Computing without end: loops and expressions that backtrack for ever are stopped by fuel or by the clock, and say so.

use super::{expect_limit, expect_next_run_is_well, limited};
use crate::harness::{WatRuntime, expect_stdout, report, request, run, stderr};
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::Ending;
use std::time::{Duration, Instant};

const LOOPS: [(&str, &str); 8] = [
    ("python", "while True: pass"),
    ("python", "def f():\n    try: f()\n    finally: f()\nf()"),
    ("quickjs", "for (;;);"),
    ("quickjs", "const f = () => Promise.resolve().then(f); await f(); for (;;) await 0"),
    ("ruby", "loop { }"),
    ("php", "<?php while (true);"),
    ("clang", "int main(void) { for (volatile int i = 0;; i++); }"),
    ("clangpp", "int main() { for (volatile int i = 0;; i = i + 1); }"),
];

#[test]
fn a_loop_in_any_language_ends_with_its_fuel() {
    for (runtime, code) in LOOPS {
        let mut endless = request(runtime, code);
        // Enough for the compilers to have come to the program.
        endless.limits = limited(LimitKind::Fuel, 1_000_000_000);
        let outcome = run(endless);
        assert_eq!(expect_limit(&outcome, LimitKind::Fuel, 1_000_000_000), 1_000_000_000, "{runtime}");
    }
}

#[test]
fn a_loop_in_any_language_ends_with_its_time() {
    for (runtime, code) in LOOPS {
        let mut endless = request(runtime, code);
        endless.limits = LimitsRequest::default().with(LimitKind::WallTime, 700).with(LimitKind::Fuel, 1 << 43);
        let outcome = run(endless);
        assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 700 }, "{runtime}: {}", report(&outcome));
        assert!(outcome.usage.wall_us < 3_000_000, "{runtime}: {}", report(&outcome));
    }
}

/// Handlers of errors, of signals and of the end do not get to run on.
#[test]
fn what_is_stopped_does_not_run_its_handlers() {
    let programs = [
        (
            "python",
            "import atexit, signal\natexit.register(lambda: print('late'))\ntry:\n    while True: pass\nexcept BaseException: print('caught')\nfinally: print('late')",
        ),
        (
            "quickjs",
            "process.on('exit', () => console.log('late')); try { for (;;); } catch { console.log('caught') } finally { console.log('late') }",
        ),
        ("ruby", "at_exit { puts 'late' }\nbegin; loop { }; rescue Exception; puts 'caught'; ensure; puts 'late'; end"),
        (
            "php",
            "<?php set_time_limit(0); ignore_user_abort(true); register_shutdown_function(fn() => print('late')); try { while (true); } finally { echo 'late'; }",
        ),
    ];
    for (runtime, code) in programs {
        let mut endless = request(runtime, code);
        endless.limits = limited(LimitKind::Fuel, 500_000_000);
        let outcome = run(endless);
        expect_limit(&outcome, LimitKind::Fuel, 500_000_000);
        assert!(outcome.output.tty.is_empty(), "{}", report(&outcome));
    }
}

#[test]
fn expressions_that_backtrack_for_ever_are_stopped() {
    let programs = [
        ("python", "import re; re.match(r'(a+)+$', 'a' * 64 + 'b')"),
        ("quickjs", "/^(a+)+$/.test('a'.repeat(64) + 'b')"),
        ("ruby", "('a' * 40 + 'b') =~ /^(a|a)+\\1?$(?<!x)/"),
    ];
    for (runtime, code) in programs {
        let mut endless = request(runtime, code);
        endless.limits = limited(LimitKind::Fuel, 3_000_000_000);
        expect_limit(&run(endless), LimitKind::Fuel, 3_000_000_000);
    }
    // These three have limits of their own for it.
    let cpp = "#include <regex>\n#include <string>\nint main() { return std::regex_match(std::string(64, 'a') + 'b', std::regex(\"(a+)+\")); }";
    let outcome = run(request("clangpp", cpp));
    assert!(stderr(&outcome).contains("The complexity of an attempted match"), "{}", report(&outcome));
    let php = "<?php var_dump(preg_match('/^(a+)+$/', str_repeat('a', 64) . 'b')); echo preg_last_error_msg();";
    expect_stdout(&run(request("php", php)), "bool(false)\nBacktrack limit exhausted");
    expect_stdout(&run(request("ruby", "p(('a' * 64 + 'b') =~ /^(a+)+$/)")), "nil\n");
}

/// A single operation that never ends is stopped in its middle.
#[test]
fn one_endless_operation_is_stopped() {
    let programs = [
        ("python", "10 ** 10 ** 8"),
        ("python", "sum(iter(int, 1))"),
        ("python", "'x' in iter(int, 1)"),
        ("ruby", "10 ** 10 ** 8"),
        ("quickjs", "Array.from({ length: 2 ** 40, [Symbol.iterator]: function* () { for (;;) yield; } })"),
        ("php", "<?php preg_replace_callback('/x/', fn() => 'x', 'x'); while (array_sum(range(1, 100000)));"),
    ];
    for (runtime, code) in programs {
        let mut endless = request(runtime, code);
        endless.limits = LimitsRequest::default().with(LimitKind::WallTime, 400).with(LimitKind::Fuel, 1 << 43);
        let outcome = run(endless);
        let stopped = matches!(outcome.ending, Ending::TimedOut { allowed_ms: 400 })
            || matches!(outcome.ending, Ending::Terminated { limit: LimitKind::Memory, .. });
        assert!(stopped && outcome.usage.wall_us < 2_000_000, "{code}: {}", report(&outcome));
    }
}

/// Instructions on whole memories and tables count as what they are: work.
#[test]
fn bulk_instructions_do_not_outrun_the_clock() {
    let bodies = [
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 67108864))",
        "(memory.copy (i32.const 1) (i32.const 0) (i32.const 67108863))",
        "(table.fill $t (i32.const 0) (ref.null func) (i32.const 100000))",
        "(table.copy $t $t (i32.const 1) (i32.const 0) (i32.const 99999))",
        "(drop (memory.grow (i32.const 0)))",
    ];
    for body in bodies {
        let wat = format!(
            "(module (memory (export \"memory\") 1024) (table $t 100000 funcref) (func (export \"_start\") (loop $l {body} (br $l))))"
        );
        let attack = WatRuntime::new(&wat);
        let began = Instant::now();
        let outcome = attack.run(|request| {
            request.limits = LimitsRequest::default().with(LimitKind::WallTime, 200).with(LimitKind::Fuel, 1 << 43);
        });
        assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 200 }, "{body}: {}", report(&outcome));
        assert!(began.elapsed() < Duration::from_secs(30), "{body}: {:?}", began.elapsed());
    }
    expect_next_run_is_well();
}
