//! The inserted code makes every path pay about as much as it executes, and changes nothing else.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::{costs, place};
use wasmtime::{Config, Engine, Instance, Module, Store, Trap, Val};

/// An engine that charges as `table` says, or every instruction.
fn engine(table: bool) -> Engine {
    let mut config = Config::new();
    config.consume_fuel(true);
    if table {
        config.operator_cost(costs());
    }
    Engine::new(&config).unwrap()
}

/// Calls the export `f` with a number; returns what it returned and the fuel that it used.
fn run(engine: &Engine, wasm: &[u8], argument: i32, fuel: u64) -> (wasmtime::Result<Option<i32>>, u64) {
    let module = Module::new(engine, wasm).unwrap();
    let mut store = Store::new(engine, ());
    store.set_fuel(fuel).unwrap();
    let result = Instance::new(&mut store, &module, &[]).and_then(|instance| {
        let f = instance.get_func(&mut store, "f").unwrap();
        let mut results = vec![Val::I32(0); f.ty(&store).results().len()];
        let arguments = [Val::I32(argument)];
        let wanted = f.ty(&store).params().len();
        f.call(&mut store, &arguments[..wanted], &mut results)?;
        Ok(results.first().and_then(Val::i32))
    });
    (result, fuel - store.get_fuel().unwrap())
}

/// The programs that the module's documentation shows: before, and after.
#[test]
fn the_documented_example_is_what_happens() {
    let lines = include_str!("../meter.rs").lines().map_while(|line| line.strip_prefix("//!"));
    let documentation = lines.collect::<Vec<_>>().join("\n");
    let blocks = documentation.split("```wat").skip(1).map(|rest| rest.split("```").next().unwrap());
    let programs: Vec<_> = blocks.map(|text| wat::parse_str(text).unwrap()).collect();
    assert_eq!(place(&programs[0]).unwrap(), programs[1]);
}

/// A hundred additions.
fn long() -> String {
    "local.get 0 i32.const 1 i32.add local.set 0 ".repeat(25)
}

/// Thirty additions behind each of many jumps: paths that try to pass beside all payments.
fn hops() -> String {
    let hop = "block br 0 end local.get 0 i32.const 1 i32.add local.set 0 local.get 0 i32.const 1 i32.add local.set 0 ";
    hop.repeat(50)
}

#[test]
fn nothing_runs_for_ever() {
    let long = long();
    let endless = [
        ("empty", "(func (export \"f\") (loop br 0))".to_owned()),
        ("conditional", "(func (export \"f\") (loop i32.const 1 br_if 0))".to_owned()),
        ("table", "(func (export \"f\") (loop i32.const 7 br_table 0 0))".to_owned()),
        ("nested", "(func (export \"f\") (loop (loop i32.const 0 br_if 0) br 0))".to_owned()),
        ("outer label", "(func (export \"f\") (loop (block (block br 2))))".to_owned()),
        ("if", "(func (export \"f\") (loop (if (i32.const 1) (then br 1))))".to_owned()),
        ("recursion", "(func $f (export \"f\") (loop call $leaf br 0)) (func $leaf)".to_owned()),
        ("tail call", "(func $f (export \"f\") return_call $f)".to_owned()),
        ("mutual", "(func $f (export \"f\") return_call $g) (func $g return_call $f)".to_owned()),
        (
            "through a table",
            "(type $leaf (func)) (table 1 funcref) (elem (i32.const 0) $l) (func $l (type $leaf))
             (func (export \"f\") (loop i32.const 0 call_indirect (type $leaf) br 0))"
                .to_owned(),
        ),
        (
            "exceptions",
            "(tag $t) (func $throw throw $t)
             (func (export \"f\") (loop (block (try_table (catch $t 0) call $throw)) br 0))"
                .to_owned(),
        ),
        (
            "work in what throws",
            format!(
                "(tag $t) (func $throw (local i32) {long} throw $t)
                 (func (export \"f\") (loop (block (try_table (catch_all 0) call $throw)) br 0))"
            ),
        ),
        (
            "memory",
            "(memory 1) (func (export \"f\") (loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 9)) br 0))"
                .to_owned(),
        ),
        ("growth", "(memory 1 1) (func (export \"f\") (loop (drop (memory.grow (i32.const 1))) br 0))".to_owned()),
    ];
    for (name, text) in endless {
        let wasm = place(&wat::parse_str(format!("(module {text})")).unwrap()).unwrap();
        let (result, _) = run(&engine(true), &wasm, 0, 1_000_000);
        assert_eq!(result.expect_err(name).downcast_ref(), Some(&Trap::OutOfFuel), "{name}");
    }
}

/// Programs with a result for the number 1000.
fn programs() -> Vec<(&'static str, String)> {
    let (long, hops) = (long(), hops());
    let counted = |body: &str| {
        format!(
            "(func (export \"f\") (param $n i32) (result i32) (local $i i32)
             (loop $turn {body} (br_if $turn (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
             local.get $n)"
        )
    };
    let cases = "(block (block (block (block (local.get $i) (i32.const 3) i32.and br_table 0 1 2 3)
        local.get 0 i32.const 3 i32.add local.set 0 br 2)
        local.get 0 i32.const 5 i32.mul i32.const 7 i32.add local.set 0 br 1)
        local.get 0 i32.const 9 i32.xor local.set 0)";
    vec![
        ("straight", format!("(func (export \"f\") (param i32) (result i32) {long} local.get 0)")),
        ("a tight loop", counted("")),
        ("a long loop", counted(&long)),
        ("a loop of cases", counted(cases)),
        ("hops over payments", counted(&hops)),
        ("a nested loop", counted("(loop (br_if 0 (i32.rem_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10))))")),
        ("an if", counted(&format!("(if (i32.and (local.get $i) (i32.const 1)) (then {long}) (else local.get 0 local.set 0))"))),
        ("an if that is rare", counted(&format!("(if (i32.eqz (i32.and (local.get $i) (i32.const 63))) (then {long}))"))),
        (
            "a small function",
            format!("(func $g (param i32) (result i32) (i32.add (local.get 0) (i32.const 3))) {}", counted("(local.set $n (call $g (local.get $n)))")),
        ),
        (
            "an early return",
            format!(
                "(func $g (param i32) (result i32) local.get 0 {} i32.const 1 br_if 0 {long})",
                "i32.const 1 i32.add ".repeat(14)
            ) + &counted("(local.set $n (call $g (local.get $n)))"),
        ),
        (
            "fib",
            "(func $f (export \"f\") (param i32) (result i32)
                (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then local.get 0)
                (else (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (call $f (i32.sub (local.get 0) (i32.const 2)))))))"
                .to_owned(),
        ),
    ]
}

#[test]
fn work_is_paid_about_as_the_engine_counts_it() {
    for (name, text) in programs() {
        let wasm = wat::parse_str(format!("(module {text})")).unwrap();
        let argument = if name == "fib" { 15 } else { 1000 };
        let (exact, counted) = run(&engine(false), &wasm, argument, 1 << 40);
        let (placed, paid) = run(&engine(true), &place(&wasm).unwrap(), argument, 1 << 40);
        assert_eq!(exact.unwrap(), placed.unwrap(), "{name} does the same");
        let ratio = paid as f64 / counted as f64;
        assert!((0.5..=1.7).contains(&ratio), "{name}: paid {paid} of {counted}, {ratio:.2}");
    }
}

#[test]
fn a_module_stays_what_it_was() {
    let text = r#"(module (import "a" "b" (func (param i32))) (memory (export "m") 1) (global (export "g") (mut i32) (i32.const 7))
        (table 2 funcref) (elem (i32.const 0) 0 1) (func (export "f") (param i64) (local f64 i32 i32) nop) (data (i32.const 3) "x"))"#;
    let wasm = wat::parse_str(text).unwrap();
    let placed = place(&wasm).unwrap();
    let engine = engine(true);
    let shape = |wasm: &[u8]| {
        let module = Module::new(&engine, wasm).unwrap();
        let exports: Vec<_> = module.exports().map(|export| format!("{} {:?}", export.name(), export.ty())).collect();
        (exports, module.imports().count())
    };
    assert_eq!(shape(&wasm), shape(&placed));
    assert_eq!(place(b"\0asm\x01\0\0\0").unwrap(), b"\0asm\x01\0\0\0");
    place(b"no module").expect_err("it cannot be read");
}
