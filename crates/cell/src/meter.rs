//! Where a guest pays for its work: few places, chosen so that no path through a program goes far without one.
//!
//! The engine can charge every instruction as it comes, but then adds to its counter at each branch, which costs a guest
//! that computes a quarter to a third of its time, and a third of the time that it takes to compile it. Here the engine
//! charges for two instructions only ([`costs`]), and [`place`] puts them where something has to be paid: before calls and
//! returns, where the engine writes its counter back anyway; at the head of each loop, for one turn of it; and in between
//! wherever a path may have more than [`path::STRETCH`] instructions behind it that were not paid.
//!
//! Both instructions do nothing (`nop`; `ref.null func` and `drop`), so that a program with them is the same program. Owns
//! the choice of places and what is paid there. Counting, checking and yielding stay the engine's: it checks its counter
//! at every loop and function whatever is placed here.
//!
//! **Invariant:** whatever path a program takes, it pays for at least half of its instructions, but for a few (fewer than
//! eight) where it comes to a loop from outside.

mod path;

use super::instrument::InstrumentError;
use path::Paths;
use wasm_encoder::{CodeSection, Module, RawSection};
use wasmparser::{FunctionBody, Parser, Payload};
use wasmtime::OperatorCost;

/// Changes with anything here that changes what is placed: compiled modules depend on it.
pub(crate) const METER_VERSION: &str = "meter 1";

/// What `ref.null` stands for, in units; compilers of the languages here do not emit it.
const LARGE: u8 = 16;

/// `nop`, for one unit.
const SMALL_BYTES: [u8; 1] = [0x01];

/// `ref.null func` and `drop`, for [`LARGE`] units.
const LARGE_BYTES: [u8; 3] = [0xd0, 0x70, 0x1a];

/// What the engine charges for: the two instructions that [`place`] puts in, and work whose size only the run tells
/// (copying and filling memory, a unit a byte).
pub(crate) fn costs() -> OperatorCost {
    let mut table = serde_json::to_value(OperatorCost::new()).expect("a table of numbers");
    for (name, cost) in table.as_object_mut().into_iter().flatten().filter(|(_, cost)| cost.is_number()) {
        *cost = match name.as_str() {
            "Nop" => 1.into(),
            "RefNull" => LARGE.into(),
            _ => 0.into(),
        };
    }
    serde_json::from_value(table).expect("it was one before")
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
