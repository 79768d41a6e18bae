//! Memory without end: the limit holds in every language, and what the host takes for a run is bounded with it.

use super::{expect_limit, expect_next_run_is_well, limited, run_alone};
use crate::harness::{WatRuntime, expect_exit, expect_stdout, report, request, run, stderr};
use runcell::limits::LimitKind;

const MIB: u64 = 1 << 20;

/// Allocates until it is stopped.
const HOGS: [(&str, &str); 6] = [
    ("python", "x = []\nwhile True: x.append(bytearray(b'x') * (1 << 20))"),
    ("quickjs", "const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1))"),
    ("ruby", "a = []; loop { a << 'x' * (1 << 20) }"),
    ("php", "<?php ini_set('memory_limit', '-1'); $a = []; while (true) $a[] = str_repeat('x', 1 << 20);"),
    (
        "clang",
        "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) { char *p = malloc(1 << 20); if (!p) abort(); memset(p, 1, 1 << 20);\n\
         __asm__ volatile(\"\" : : \"r\"(p) : \"memory\"); } }",
    ),
    (
        "clangpp",
        "#include <vector>\nint main() { std::vector<std::vector<char>> v; for (;;) v.emplace_back(1 << 20, 'x'); }",
    ),
];

#[test]
fn every_language_is_stopped_by_the_limit() {
    for (runtime, code) in HOGS {
        let allowed = if runtime == "python" { 256 * MIB } else { 128 * MIB };
        let mut hog = request(runtime, code);
        hog.limits = limited(LimitKind::Memory, allowed);
        let outcome = run(hog);
        assert!(expect_limit(&outcome, LimitKind::Memory, allowed) > allowed);
        assert!(outcome.usage.memory_bytes <= allowed, "{}", report(&outcome));
    }
}

/// The process takes the limit and the memory of a small program, and does not grow with the amount that was asked for.
#[test]
fn resident_memory_is_bounded_by_the_limit() {
    for (runtime, code) in [HOGS[1], HOGS[4]] {
        let small = if runtime == "quickjs" { "1" } else { "int main(void) { return 0; }" };
        let limit = ["--memory", "128MiB"];
        let (hello, least) = run_alone(runtime, small, &limit, &[]);
        let (output, peak) = run_alone(runtime, code, &limit, &[]);
        assert_eq!((hello.status.code(), output.status.code()), (Some(0), Some(137)), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("limit memory_bytes"), "{output:?}");
        assert!(peak > 100 * MIB, "the probe sees what is taken: {peak}");
        assert!(
            peak < least + (128 + 48) * MIB,
            "{runtime}: {} MiB instead of {} and the limit",
            peak / MIB,
            least / MIB
        );
    }
}

/// Sizes that no memory has are refused with the language's own words, without anything being taken.
#[test]
fn sizes_beyond_all_memory_are_errors_of_the_language() {
    let cases = [
        ("python", "bytearray(1 << 40)", 1, "OverflowError: cannot fit 'int' into an index-sized integer"),
        ("python", "bytes(1 << 31 - 1 << 1)", 1, "Error"),
        ("quickjs", "new Uint8Array(2 ** 40)", 1, "RangeError: "),
        ("quickjs", "'a'.repeat(2 ** 30)", 1, "RangeError: "),
        ("quickjs", "10n ** 100000000n", 1, "RangeError: "),
        ("ruby", "'a' * (1 << 40)", 1, "too big to convert into 'long' (RangeError)"),
        ("clangpp", "#include <vector>\nint main() { std::vector<char> v(3000000000u); }", 134, "vector"),
    ];
    for (runtime, code, exit, words) in cases {
        let outcome = run(request(runtime, code));
        expect_exit(&outcome, exit);
        assert!(stderr(&outcome).contains(words) && outcome.usage.memory_bytes < 200 * MIB, "{}", report(&outcome));
    }
    let code = "#include <errno.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\
                int main(void) { volatile size_t n = 3000000000u; char *volatile p = malloc(n); puts(p ? \"got it\" : strerror(errno)); }";
    expect_stdout(&run(request("clang", code)), "Out of memory\n");
}

/// A static array of 3 GB never exists: the program does not even start.
#[test]
fn a_giant_of_static_memory_does_not_start() {
    let (output, peak) = run_alone("clang", "char b[3000000000u]; int main(void) { return b[5]; }", &[], &[]);
    assert!([Some(1), Some(134), Some(137)].contains(&output.status.code()) && peak < 512 * MIB, "{peak} {output:?}");
    let (output, peak) = run_alone("clang", "char b[200000000] = {1}; int main(void) { return b[5]; }", &[], &[]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(137) && text.contains("limit file_bytes") && peak < 1024 * MIB,
        "{peak} {text}"
    );
}

#[test]
fn growing_memory_and_tables_in_every_way_ends_at_the_limits() {
    let attacks = [
        // Until it is refused; then writes to the last byte, so that all of it is there.
        (
            "(memory (export \"memory\") 1)",
            "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
             (i32.store8 (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (i32.const 1)) unreachable",
            LimitKind::Memory,
            16 * MIB,
        ),
        (
            "(memory (export \"memory\") 1)",
            "(if (i32.eq (memory.grow (i32.const 65535)) (i32.const -1)) (then unreachable))",
            LimitKind::Memory,
            16 * MIB,
        ),
        (
            "(memory (export \"memory\") 1) (table $t 0 externref)",
            "(loop $l (br_if $l (i32.ne (table.grow $t (ref.null extern) (i32.const 999)) (i32.const -1)))) unreachable",
            LimitKind::TableElements,
            10_000,
        ),
        (
            "(memory (export \"memory\") 1) (table $t 0 funcref)",
            "(if (i32.eq (table.grow $t (ref.null func) (i32.const -1)) (i32.const -1)) (then unreachable))",
            LimitKind::TableElements,
            10_000,
        ),
    ];
    for (fields, body, kind, allowed) in attacks {
        let wat = format!("(module {fields} (func (export \"_start\") {body}))");
        let outcome = WatRuntime::new(&wat).run(|request| request.limits = limited(kind, allowed));
        assert!(expect_limit(&outcome, kind, allowed) > allowed);
    }
    let tables: String = (0..60).map(|_| "(table 9000 funcref)").collect();
    let wat = format!("(module (memory (export \"memory\") 1) {tables} (func (export \"_start\")))");
    let outcome = WatRuntime::new(&wat).run(|request| request.limits = limited(LimitKind::TableElements, 100_000));
    expect_limit(&outcome, LimitKind::TableElements, 100_000);
    expect_next_run_is_well();
}

/// Objects of the engine's own heap are memory too.
#[test]
fn the_heap_of_the_engine_is_no_way_around_the_limit() {
    // A chain of exceptions, each of which holds the one before: the only objects that a guest can make.
    let wat = "(module (memory (export \"memory\") 1) (tag $link (param exnref i64 i64 i64 i64))
        (global $all (mut exnref) (ref.null exn))
        (func (export \"_start\") (loop $l
            (global.set $all (block $caught (result exnref) (try_table (catch_all_ref $caught)
                (throw $link (global.get $all) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4))) (unreachable)))
            (br $l))))";
    let outcome = WatRuntime::new(wat).run(|request| request.limits = limited(LimitKind::Memory, 32 * MIB));
    assert!(
        !outcome.is_success() && outcome.usage.memory_bytes <= 32 * MIB && outcome.usage.wall_us < 8_000_000,
        "{}",
        report(&outcome)
    );
    expect_limit(&outcome, LimitKind::Memory, 32 * MIB);
}
