//! Bombs for the compilers: C and C++ that are short to write and endless to compile stop by a limit or an error.

use super::{expect_next_run_is_well, file, run_alone};
use crate::harness::{expect_exit, report, request, run, stderr, stdout};
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::{Ending, Outcome};

/// Compiles within 6 G of fuel and 4 s, and runs.
fn compile(runtime: &str, code: &str) -> Outcome {
    // Building C++ has three times the limits of the run.
    let times = if runtime == "clangpp" { 3 } else { 1 };
    let (fuel, wall_ms) = (6_000_000_000 / times, 4_000 / times);
    let mut bomb = request(runtime, code);
    bomb.limits = LimitsRequest::default().with(LimitKind::Fuel, fuel).with(LimitKind::WallTime, wall_ms);
    let outcome = run(bomb);
    assert!(outcome.usage.wall_us < 6_000_000, "{}", report(&outcome));
    outcome
}

/// Demands that the compiler refused, with these words.
#[track_caller]
fn expect_refused(outcome: &Outcome, words: &str) {
    expect_exit(outcome, 1);
    assert!(stderr(outcome).contains(words) && stdout(outcome).is_empty(), "{}", report(outcome));
}

/// Demands that a limit of work, time or memory stopped the compiler.
#[track_caller]
fn expect_stopped(outcome: &Outcome) {
    let stopped = match outcome.ending {
        Ending::Terminated { limit, .. } => [LimitKind::Fuel, LimitKind::Memory, LimitKind::FileBytes].contains(&limit),
        Ending::TimedOut { .. } => true,
        _ => false,
    };
    assert!(stopped && stdout(outcome).is_empty(), "{}", report(outcome));
}

#[test]
fn including_without_an_end_is_refused() {
    expect_refused(&compile("clang", "#include \"main.c\"\nint main(void) { }"), "#include nested too deeply");
    expect_refused(&compile("clangpp", "#include __FILE__\nint main() { }"), "#include nested too deeply");
    let mut pair = request("clang", "#include \"a.h\"\nint main(void) { }");
    pair.files = vec![
        file("a.h", b"#include \"b.h\"\n#include \"b.h\"\n"),
        file("b.h", b"#include \"a.h\"\n#include \"a.h\"\n"),
    ];
    pair.limits = LimitsRequest::default().with(LimitKind::Fuel, 2_000_000_000).with(LimitKind::Output, 10_000);
    let outcome = run(pair);
    assert!(!outcome.is_success() && outcome.usage.wall_us < 5_000_000, "{}", report(&outcome));
    assert!(stdout(&outcome).is_empty() && outcome.output.tty.len() <= 10_000);
}

#[test]
fn including_the_machine_is_refused() {
    // These two are there and never end; the compiler takes them for as long as they say they are.
    for name in ["/dev/zero", "/dev/random"] {
        let outcome = compile("clang", &format!("#include \"{name}\"\nint main(void) {{ }}"));
        assert!(!matches!(outcome.ending, Ending::Lost { .. }) && stdout(&outcome).is_empty(), "{}", report(&outcome));
    }
    for name in ["/proc/self/environ", "/etc/passwd", "../../../etc/passwd", "/proc/self/maps"] {
        expect_refused(&compile("clang", &format!("#include \"{name}\"\nint main(void) {{ }}")), "file not found");
        let embed = format!("const char b[] = {{\n#embed \"{name}\"\n}};\nint main(void) {{ }}");
        let outcome = compile("clang", &embed);
        expect_exit(&outcome, 1);
        assert!(stderr(&outcome).contains("file not found"), "{}", report(&outcome));
    }
    // The assembler reads files as well.
    let incbin = "__asm__(\".section .data.x,\\\"\\\",@\\n .incbin \\\"/etc/passwd\\\"\\n\"); int main(void) { }";
    let outcome = compile("clang", incbin);
    expect_exit(&outcome, 1);
    assert!(stderr(&outcome).contains("Could not find incbin file '/etc/passwd'"), "{}", report(&outcome));
    // The counter-check: a file that is there is read.
    let mut good = request(
        "clang",
        "#include <stdio.h>\nconst char b[] = {\n#embed \"in.txt\"\n, 0};\nint main(void) { puts(b); }",
    );
    good.files = vec![file("in.txt", b"hello")];
    good.options.insert("std".into(), "c23".into());
    crate::harness::expect_stdout(&run(good), "hello\n");
}

#[test]
fn macros_that_expand_for_ever_are_stopped() {
    let level = |(from, to): (char, char)| format!("#define {to} {} \n", format!("{from} ").repeat(16));
    let levels: String = ('A'..'K').zip('B'..='K').map(level).collect();
    expect_stopped(&compile("clang", &format!("#define A + 1\n{levels}int main(void) {{ return 0 K; }}\n")));
    expect_stopped(&compile("clangpp", &format!("#define A ,1\n{levels}int x[] = {{ 0 K }}; int main() {{ }}\n")));
}

#[test]
fn templates_and_constants_that_never_end_are_refused_or_stopped() {
    let recursion =
        "template<int N> struct A { static const int v = A<N + 1>::v + A<N + 2>::v; }; int main() { return A<0>::v; }";
    expect_refused(&compile("clangpp", recursion), "recursive template instantiation exceeded maximum depth of 1024");
    let endless = "constexpr int f(int n) { int s = 0; for (;;) s++; return s; } static_assert(f(1)); int main() { }";
    expect_refused(&compile("clangpp", endless), "constexpr evaluation hit maximum step limit");
    let deep = "constexpr int f(int n) { return f(n + 1); } static_assert(f(1)); int main() { }";
    expect_refused(&compile("clangpp", deep), "constexpr evaluation exceeded maximum depth of 512 calls");
    let doubling = "template<class A, class B> struct P { }; template<int N> struct X { typedef P<typename X<N - 1>::t, typename X<N - 1>::t> t; };\n\
                    template<> struct X<0> { typedef int t; }; void f(X<40>::t) { } int main() { f(1); }";
    expect_stopped(&compile("clangpp", doubling));
    let wide = "template<int... N> struct S { }; template<int N, int... R> struct M : M<N - 1, N, R...> { }; template<int... R> struct M<0, R...> { typedef S<R...> t; };\n\
                template<int N> int g() { return sizeof(typename M<900>::t) + g<N - 1>(); } template<> int g<0>() { return 0; }\n\
                template<int A, int B> struct F { static const int v = F<A - 1, B>::v + F<A, B - 1>::v; }; template<int B> struct F<0, B> { static const int v = 1; };\n\
                template<int A> struct F<A, 0> { static const int v = 1; }; int main() { return g<900>() + F<400, 400>::v; }";
    expect_stopped(&compile("clangpp", wide));
}

#[test]
fn floods_of_errors_are_cut_short() {
    let errors = format!("int main(void) {{\n{}}}", "x;\n".repeat(100_000));
    expect_refused(&compile("clang", &errors), "too many errors emitted, stopping now");
    let candidates: String = (0..40).map(|n| format!("struct T{n} {{ }}; void f(T{n});\n")).collect();
    let outcome = compile("clangpp", &format!("{candidates}int main() {{ {} }}", "f(1);".repeat(300)));
    expect_refused(&outcome, "no matching function");
    assert!(outcome.output.tty.len() < 1 << 20);
}

#[test]
fn programs_that_are_too_long_to_compile_are_stopped() {
    let statements =
        format!("int main(int a, char **v) {{ volatile int x = a;\n{}return 0; }}", "x=x*3+a;".repeat(60_000));
    expect_stopped(&compile("clang", &statements));
    let repeated = "int main(void) { __asm__ volatile(\".rept 100000000\\nnop\\n.endr\"); }";
    expect_stopped(&compile("clang", repeated));
    let filled = "__asm__(\".section .data.x,\\\"\\\",@\\n .space 4000000000\\n\"); int main(void) { }";
    let outcome = compile("clang", filled);
    assert!(!outcome.is_success() && stdout(&outcome).is_empty(), "{}", report(&outcome));
    let array = "char a[1 << 30] = { [(1 << 30) - 1] = 1 }; int main(void) { return a[5]; }";
    let outcome = compile("clang", array);
    assert!(!outcome.is_success() && outcome.usage.memory_bytes <= 1 << 30, "{}", report(&outcome));
    expect_next_run_is_well();
}

/// Machine code is made by the host, outside of every limit of the guest: what would take it much memory is refused.
#[test]
fn a_function_that_takes_the_host_much_to_compile_is_refused() {
    let code = |times: u32| {
        format!(
            "__attribute__((export_name(\"f\"))) int f(int a) {{ __asm__ volatile(\".rept {times}\\n local.get 0\\n i32.const 3\\n\\
             i32.add\\n local.set 0\\n .endr\\n\"); return a; }} int main(void) {{ return 7; }}"
        )
    };
    let (small, least) = run_alone("clang", &code(10_000), &[], &[]);
    assert_eq!(small.status.code(), Some(7), "{small:?}");
    let (large, peak) = run_alone("clang", &code(100_000), &[], &[]);
    let text = String::from_utf8_lossy(&large.stderr).into_owned();
    assert!(
        large.status.code() == Some(137) && text.contains("limit code_bytes") && text.contains("524288 allowed"),
        "{text}"
    );
    assert!(peak < least + (200 << 20), "{peak} bytes instead of {least}");
}
