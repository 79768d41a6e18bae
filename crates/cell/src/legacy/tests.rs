//! Translated modules, run by the engine.

use super::*;
use crate::codegen::Codegen;
use crate::engine::Hosts;
use wasmtime::{Instance, Module as Compiled, Store};

/// Throws what it gets: tag `$a` with the number up to 9, `$b` with two numbers up to 19, `$none` up to 29; else returns it.
const THROWER: &str = r#"
    (tag $a (param i32)) (tag $b (param i32 i64)) (tag $none)
    (func $may (param i32) (result i32)
        (if (i32.lt_s (local.get 0) (i32.const 10)) (then (throw $a (local.get 0))))
        (if (i32.lt_s (local.get 0) (i32.const 20)) (then (throw $b (local.get 0) (i64.const 5))))
        (if (i32.lt_s (local.get 0) (i32.const 30)) (then (throw $none)))
        (local.get 0))"#;

/// Calls `f` of a module with a number; `None` if an exception leaves it.
fn call(body: &str, number: i32) -> Option<i32> {
    let text = format!("(module {THROWER} {body})");
    let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let wasm = translate(&wasm).expect("translates");
    let engine = Hosts::new(1 << 20, Codegen::Uncharged).expect("engines").plain.engine;
    let module = Compiled::new(&engine, wasm).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("instantiates");
    let f = instance.get_typed_func::<i32, i32>(&mut store, "f").expect("it has one");
    f.call(&mut store, number).ok()
}

fn check(body: &str, cases: &[(i32, Option<i32>)]) {
    for (number, expected) in cases {
        assert_eq!(call(body, *number), *expected, "{number}: {body}");
    }
}

#[test]
fn handlers_get_what_was_thrown() {
    check(
        r#"(func (export "f") (param i32) (result i32)
            try (result i32)
                (i32.add (call $may (local.get 0)) (i32.const 1000))
            catch $a
                i32.const 100
                i32.add
            catch $b
                i32.wrap_i64
                i32.add
            end)"#,
        &[(3, Some(103)), (13, Some(18)), (23, None), (33, Some(1033))],
    );
}

#[test]
fn everything_is_caught_and_the_rest_goes_on() {
    check(
        r#"(func (export "f") (param i32) (result i32) (local $n i32)
            try
                (local.set $n (call $may (local.get 0)))
            catch $a
                local.set $n
            catch_all
                (local.set $n (i32.const -1))
            end
            (i32.mul (local.get $n) (i32.const 2)))"#,
        &[(3, Some(6)), (13, Some(-2)), (23, Some(-2)), (33, Some(66))],
    );
}

#[test]
fn an_exception_is_thrown_again_out_of_nested_handlers() {
    // The inner handlers catch what the outer ones throw again, and the outer one is reached by its label.
    check(
        r#"(func (export "f") (param i32) (result i32)
            try $out (result i32)
                try $one (result i32)
                    (call $may (local.get 0))
                catch $a
                    drop
                    try $two (result i32)
                        (call $may (i32.const 15))
                    catch $b
                        drop
                        drop
                        rethrow $one
                    end
                catch_all
                    rethrow 0
                end
            catch $a
                i32.const 500
                i32.add
            end)"#,
        &[(3, Some(503)), (13, None), (23, None), (33, Some(33))],
    );
}

#[test]
fn a_second_exception_does_not_disturb_the_first() {
    check(
        r#"(func (export "f") (param i32) (result i32)
            try (result i32)
                try (result i32)
                    (call $may (local.get 0))
                catch $a
                    drop
                    try
                        (drop (call $may (i32.const 7)))
                    catch_all
                        try (rethrow 1) catch_all end
                    end
                    rethrow 0
                end
            catch $a
            end)"#,
        &[(3, Some(3)), (33, Some(33)), (13, None)],
    );
}

#[test]
fn delegation_passes_over_handlers() {
    check(
        r#"(func (export "f") (param i32) (result i32)
            try $far (result i32)
                try $near (result i32)
                    try (result i32)
                        (call $may (local.get 0))
                    delegate $far
                    i32.const 1
                    i32.add
                catch_all
                    i32.const 111
                end
                i32.const 10
                i32.add
            catch $a
                i32.const 200
                i32.add
            end)"#,
        &[(3, Some(203)), (13, None), (33, Some(44))],
    );
}

#[test]
fn delegation_to_the_caller_and_to_the_next() {
    let to_caller = r#"(func $g (param i32) (result i32)
            try (result i32)
                try (result i32)
                    (call $may (local.get 0))
                delegate 1
            catch_all
                i32.const 111
            end)
        (func (export "f") (param i32) (result i32)
            try (result i32)
                (call $g (local.get 0))
            catch $a
                i32.const 300
                i32.add
            end)"#;
    check(to_caller, &[(3, Some(303)), (13, None), (33, Some(33))]);
    let to_next = to_caller.replace("delegate 1", "delegate 0");
    check(&to_next, &[(3, Some(111)), (13, Some(111)), (33, Some(33))]);
}

#[test]
fn delegation_goes_through_one_that_delegates() {
    check(
        r#"(func (export "f") (param i32) (result i32)
            try $far (result i32)
                try $skipped (result i32)
                    try $middle (result i32)
                        try (result i32)
                            try (result i32)
                                (call $may (local.get 0))
                            delegate $middle
                        catch_all
                            i32.const 111
                        end
                    delegate $far
                catch_all
                    i32.const 112
                end
            catch $a
                i32.const 400
                i32.add
            end)"#,
        &[(3, Some(403)), (33, Some(33))],
    );
}

#[test]
fn jumps_leave_bodies_and_handlers() {
    check(
        r#"(func (export "f") (param i32) (result i32) (local $turns i32)
            block $done (result i32)
                loop $again
                    try $t (result i32)
                        (local.set $turns (i32.add (local.get $turns) (i32.const 1)))
                        (drop (br_if $done (i32.const -5) (i32.gt_s (local.get $turns) (i32.const 3))))
                        (drop (br_if $t (i32.const 77) (i32.eq (local.get 0) (i32.const 40))))
                        (call $may (local.get 0))
                        block $x block $y (br_table $x $y $x (i32.const 1)) end end
                    catch $a
                        i32.const 30
                        i32.add
                        local.set 0
                        br $again
                    catch_all
                        br $again
                    end
                    br $done
                end
                i32.const 9
            end)"#,
        &[(3, Some(33)), (13, Some(-5)), (40, Some(77)), (50, Some(50))],
    );
}

#[test]
fn blocks_with_parameters_and_several_results() {
    check(
        r#"(type $two (func (param i32 i32) (result i32 i32)))
        (func (export "f") (param i32) (result i32)
            i32.const 1
            local.get 0
            try (type $two)
                call $may
                i32.add
                i32.const 2
            catch $a
                i32.const 600
            end
            i32.add)"#,
        &[(3, Some(603)), (33, Some(36))],
    );
}

#[test]
fn functions_without_old_exceptions_stay() {
    let wasm = wat::parse_str(format!("(module {THROWER})")).expect("a module");
    assert_eq!(translate(&wasm).expect("translates"), wasm);
}

#[test]
fn what_is_no_module_is_refused() {
    for bytes in [&b""[..], b"\0asm", b"not wasm at all"] {
        assert!(translate(bytes).is_err(), "{bytes:?}");
    }
}
