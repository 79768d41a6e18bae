//! Charging a guest for its work, at few points of its code.
//!
//! The engine can charge for every instruction. It then adds to its counter at each branch, which costs a guest that
//! computes 25 to 33 % of its time, and the compiler 33 % of its own. Here the engine charges for two instructions only
//! ([`costs`]): `nop` is one unit, and `ref.null func` 16. [`place`] inserts them where the guest has to pay:
//!
//! - before calls and returns, where the engine stores its counter anyway;
//! - at the head of each loop, for one turn of the loop;
//! - wherever a path may have [`path::STRETCH`] instructions behind it that are not paid.
//!
//! Neither instruction has an effect (`ref.null func` is dropped at once), so the program computes the same. Before:
//!
//! ```wat
//! (module (func (export "f") (param i32) (result i32)
//!     (loop
//!         (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
//!     (local.get 0)))
//! ```
//!
//! After: a turn of the loop pays for its five instructions, and the end for those since the head and its own.
//!
//! ```wat
//! (module (func (export "f") (param i32) (result i32)
//!     (loop
//!         nop nop nop nop nop
//!         (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
//!     (local.get 0)
//!     nop nop nop nop nop nop))
//! ```
//!
//! Owns the choice of points and what is paid at each. The engine counts, checks its counter at every loop and function,
//! and yields.
//!
//! **Invariant:** on every path a program pays for at least half of its instructions, except for fewer than eight where
//! the path enters a loop.

mod path;

use super::instrument::InstrumentError;
use path::Paths;
use wasm_encoder::{CodeSection, Module, RawSection};
use wasmparser::{FunctionBody, Parser, Payload};
use wasmtime::OperatorCost;

/// Part of the keys of compiled modules. Change it whenever payments change.
pub(crate) const METER_VERSION: &str = "meter 1";

/// The cost of `ref.null`, in units. The compilers of our languages do not emit it.
const LARGE: u8 = 16;

/// `nop`, for one unit.
const SMALL_BYTES: [u8; 1] = [0x01];

/// `ref.null func` and `drop`, for [`LARGE`] units.
const LARGE_BYTES: [u8; 3] = [0xd0, 0x70, 0x1a];

/// The prices of the engine: it charges for the two instructions that [`place`] inserts, and one unit for each byte of a
/// memory copy or fill, whose size is known only at run time.
pub(crate) fn costs() -> OperatorCost {
    macro_rules! nothing {
        ($(@$proposal:ident $operator:ident $({ $($argument:ident: $ty:ty),* })? => $visit:ident ($($notes:tt)*))*) => {
            OperatorCost { $($operator: 0,)* variable: OperatorCost::new().variable }
        };
    }
    let free = wasmparser::for_each_operator!(nothing);
    OperatorCost { Nop: 1, RefNull: LARGE, ..free }
}

/// Puts payments into a module.
///
/// # Errors
/// [`InstrumentError::Parse`] where it cannot be read.
pub(crate) fn place(wasm: &[u8]) -> Result<Vec<u8>, InstrumentError> {
    let (mut module, mut code) = (Module::new(), CodeSection::new());
    let mut left = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::CodeSectionStart { count, .. } => left = *count,
            Payload::CodeSectionEntry(body) => {
                code.raw(&paying(body, wasm)?);
                left -= 1;
                if left == 0 {
                    module.section(&code);
                }
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    module.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    Ok(module.finish())
}

/// A function with its payments.
fn paying(body: &FunctionBody<'_>, wasm: &[u8]) -> Result<Vec<u8>, InstrumentError> {
    let range = body.range();
    let mut paths = Paths::default();
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset()?;
        paths.follow(&operator, at, operators.original_position());
    }
    let payments = paths.payments();
    let mut bytes = Vec::with_capacity(range.len() + 4 * payments.len());
    let mut copied = range.start;
    for (at, units) in payments {
        bytes.extend(&wasm[copied..at]);
        copied = at;
        (0..units / u32::from(LARGE)).for_each(|_| bytes.extend(LARGE_BYTES));
        (0..units % u32::from(LARGE)).for_each(|_| bytes.extend(SMALL_BYTES));
    }
    bytes.extend(&wasm[copied..range.end]);
    Ok(bytes)
}

#[cfg(test)]
mod tests;
