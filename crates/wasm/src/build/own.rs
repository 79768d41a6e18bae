//! A program that the user brings: a module that nobody here has compiled or linked.
//!
//! Owns what is said of one that cannot be run: no WebAssembly at all, not valid, without a beginning, with imports that no
//! cell has. What it may cost to turn it into machine code is bounded by the caller, as for any program.

use crate::built::Product;
use crate::component_host::Components;
use runcell_cell::cell::{Code, Program};
use runcell_cell::engine::Host;
use runcell_cell::instrument;
use wasmtime::{Module, UnknownImportError};

/// The most missing imports that are named.
const MOST_NAMED: usize = 12;

/// The first bytes of a module.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// The first bytes of a component.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// Why a program of the user cannot be run.
#[derive(Debug, thiserror::Error)]
pub(super) enum OwnError {
    #[error("it is no WebAssembly module, {0}")]
    NotWasm(String),
    #[error("it is a component that cannot be run: {0:#}")]
    Component(wasmtime::Error),
    #[error("it is not valid: {0:#}")]
    Invalid(wasmtime::Error),
    #[error("it imports what no cell has: {0}")]
    Missing(String),
    #[error("it has no function `_start`, so it is a library and no program")]
    NoStart,
}

/// Turns a module or component that the user brings into machine code.
pub(super) fn machine_code(
    Host { engine, mut linker, codegen }: Host,
    components: &Components,
    wasm: &[u8],
) -> Result<Product, OwnError> {
    if wasm.starts_with(COMPONENT) {
        let program = components.host().and_then(|host| host.compile(wasm)).map_err(OwnError::Component)?;
        return Ok(Product::Component(program));
    }
    if !wasm.starts_with(MODULE) {
        return Err(OwnError::NotWasm(looks_like(wasm)));
    }
    let invalid = |error: &dyn std::fmt::Display| OwnError::Invalid(wasmtime::Error::msg(error.to_string()));
    Module::validate(&engine, wasm).map_err(OwnError::Invalid)?;
    let stripped = instrument::strip(wasm).map_err(|error| invalid(&error))?;
    let placed = codegen.place(&stripped).map_err(|error| invalid(&error))?;
    let module = Module::new(&engine, &placed).map_err(OwnError::Invalid)?;
    if module.get_export("_start").and_then(|export| export.func().cloned()).is_none() {
        return Err(OwnError::NoStart);
    }
    let mut missing = Vec::new();
    loop {
        let error = match linker.instantiate_pre(&module) {
            Ok(pre) if missing.is_empty() => {
                return Ok(Product::Module(Program { code: Code::Whole(pre), image: None }));
            }
            Ok(_) => break,
            Err(error) => error,
        };
        let Some(unknown) = error.downcast_ref::<UnknownImportError>() else {
            return Err(OwnError::Invalid(error));
        };
        missing.push(format!("{}.{}", unknown.module(), unknown.name()));
        // A missing import is defined for the look at the next one, and never called.
        let wasmtime::ExternType::Func(ty) = unknown.ty() else { break };
        let unused = |_: wasmtime::Caller<'_, _>, _: &[wasmtime::Val], _: &mut [wasmtime::Val]| Ok(());
        if missing.len() > MOST_NAMED || linker.func_new(unknown.module(), unknown.name(), ty, unused).is_err() {
            break;
        }
    }
    let more = if missing.len() > MOST_NAMED { " and more" } else { "" };
    missing.truncate(MOST_NAMED);
    Err(OwnError::Missing(missing.join(", ") + more))
}

/// Says which kind of file something is that is no module, in words that help to get one.
fn looks_like(bytes: &[u8]) -> String {
    let known: [(&[u8], &str); 7] = [
        (b"\x7fELF", "but a program for Linux: compile it for wasm32-wasip1"),
        (b"MZ", "but a program for Windows: compile it for wasm32-wasip1"),
        (b"\xcf\xfa\xed\xfe", "but a program for macOS: compile it for wasm32-wasip1"),
        (b"(module", "but its text: turn it into bytes with wat2wasm or wasm-tools parse"),
        (b"(component", "but the text of a component: turn it into bytes with wasm-tools parse"),
        (b"BC\xc0\xde", "but code of LLVM: link it for wasm32-wasip1"),
        (b"\0asm", "but WebAssembly of another version"),
    ];
    if bytes.is_empty() {
        return "it is empty".to_owned();
    }
    let text = bytes.trim_ascii_start();
    match known.iter().find(|(start, _)| bytes.starts_with(start) || text.starts_with(start)) {
        Some((_, words)) => (*words).to_owned(),
        None if bytes.len() < 200 && bytes.ends_with(b".wasm") => {
            "but a name: give the module itself with -f, or as a file of the request".to_owned()
        }
        None => {
            let start: Vec<String> = bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            format!("as it begins with {} and not with 00 61 73 6d", start.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_cell::codegen::Codegen;
    use runcell_cell::engine::Hosts;

    #[test]
    fn what_cannot_be_run_is_told() {
        let host = Hosts::new(1 << 20, Codegen::Standard).expect("engines").plain;
        let components = Components::new(1 << 20);
        let build =
            |wasm: &[u8]| machine_code(host.clone(), &components, wasm).map(|_| ()).map_err(|error| error.to_string());
        let wat = |text: &str| build(&wat::parse_str(text).expect("a module"));
        assert_eq!(wat("(module (memory (export \"memory\") 1) (func (export \"_start\")))"), Ok(()));
        let functions: String = (0..20).map(|index| format!("(import \"env\" \"f{index}\" (func))")).collect();
        let cases = [
            (build(b""), "it is empty"),
            (build(b"\x7fELF\x02\x01"), "a program for Linux"),
            (build(b"  (module)"), "its text"),
            (build(b"prog.wasm"), "with -f"),
            (build(b"PK\x03\x04"), "50 4b 03 04"),
            (build(b"\0asm\x02\0\0\0"), "another version"),
            (build(b"\0asm\x01\0\0\0\x01"), "not valid"),
            (build(&[COMPONENT, b"\0".as_slice()].concat()), "a component that cannot be run"),
            (wat("(component)"), "a component that cannot be run"),
            (wat("(module)"), "no function `_start`"),
            (wat("(module (memory (export \"_start\") 1))"), "no function `_start`"),
            (
                wat(
                    "(module (import \"env\" \"a\" (func)) (import \"x\" \"m\" (memory 1)) (func (export \"_start\")))",
                ),
                "env.a, x.m",
            ),
            (wat(&format!("(module {functions} (func (export \"_start\")))")), "env.f11 and more"),
        ];
        for (built, expected) in cases {
            let error = built.expect_err(expected);
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
}
