//! Exceptions of older compilers: `try` with `catch`, `delegate` and `rethrow` becomes `try_table` and `throw_ref`.
//!
//! WebAssembly had a first form of exceptions, which browsers run and the engine does not. Each `try` becomes a block for
//! what follows it, a block for each of its handlers, and a `try_table` that jumps to them. Before:
//!
//! ```wat
//! (module (tag $t (param i32)) (func $f)
//!     (func (export "f") (result i32)
//!         try (result i32)
//!             call $f
//!             i32.const 1
//!         catch $t
//!         catch_all
//!             rethrow 0
//!         end))
//! ```
//!
//! After. The exception is kept only where it is thrown again:
//!
//! ```wat
//! (module (tag $t (param i32)) (func $f)
//!     (func (export "f") (result i32) (local $caught exnref)
//!         block $after (result i32)
//!             block $all (result exnref)
//!                 block $one (result i32)
//!                     try_table (result i32) (catch $t $one) (catch_all_ref $all)
//!                         call $f
//!                         i32.const 1
//!                     end
//!                     br $after
//!                 end
//!                 br $after
//!             end
//!             local.set $caught
//!             local.get $caught
//!             throw_ref
//!         end))
//! ```
//!
//! A `try` with `delegate` passes over the handlers between itself and the one that it names. The body of the one named
//! gets a block to jump to, behind which the exception is thrown again.
//!
//! Owns the rewriting. Functions without such instructions stay as they are, byte for byte.

mod body;
mod shape;
mod signature;

use super::instrument::InstrumentError;
use body::rewrite;
use shape::Shape;
use signature::Signatures;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Module, RawSection, SectionId, TypeSection};
use wasmparser::{Parser, Payload};

/// Part of the keys of compiled modules. Change it whenever what [`translate`] makes changes.
pub const LEGACY_VERSION: &str = "legacy 1";

/// Translates the exceptions of a module.
///
/// # Errors
/// [`InstrumentError`] where it cannot be read, or a function mixes both forms.
pub fn translate(wasm: &[u8]) -> Result<Vec<u8>, InstrumentError> {
    let mut signatures = Signatures::read(wasm)?;
    let mut code = CodeSection::new();
    let mut number = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload? {
            match Shape::of(&body)? {
                Some(shape) => code.function(&rewrite(&body, wasm, &shape, number, &mut signatures)?),
                None => code.raw(&wasm[body.range()]),
            };
            number += 1;
        }
    }
    assemble(wasm, &signatures, &code)
}

/// The module with other code, and with the types that its blocks need beside its own.
fn assemble(wasm: &[u8], signatures: &Signatures, code: &CodeSection) -> Result<Vec<u8>, InstrumentError> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::TypeSection(section) => {
                let mut types = TypeSection::new();
                let copied = RoundtripReencoder.parse_type_section(&mut types, section.clone());
                copied.map_err(|error| InstrumentError::Encode(error.to_string()))?;
                for (params, results) in signatures.added() {
                    types.ty().function(params.iter().copied(), results.iter().copied());
                }
                module.section(&types);
            }
            other => match other.as_section() {
                Some((id, _)) if id == u8::from(SectionId::Code) => {
                    module.section(code);
                }
                Some((id, range)) => {
                    module.section(&RawSection { id, data: &wasm[range] });
                }
                None => {}
            },
        }
    }
    Ok(module.finish())
}

#[cfg(test)]
mod tests;
