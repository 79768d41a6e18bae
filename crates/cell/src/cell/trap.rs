//! How a step ended: from the engine's errors to the parts of an outcome.
//!
//! Owns the classification. An error that is not known becomes a crash of kind `other` with the engine's message.

use super::budget::StepBudget;
use crate::limit::LimitHit;
use crate::limiter::Limiter;
use crate::wasi::Exit;
use runcell_model::outcome::CrashKind;
use wasmtime::{ThrownException, Trap};

/// The end of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepEnd {
    /// The program ended by itself with this exit code (0 to 255).
    Exit(u32),
    /// The program did something that it must not; with the engine's message.
    Crash(CrashKind, String),
    /// The program reached a limit.
    Limit(LimitHit),
}

/// Reads the result of a call as the end of a step. [`Exit`] is how a program ends itself.
#[must_use]
pub fn classify(result: wasmtime::Result<()>, limiter: &Limiter, budget: StepBudget) -> StepEnd {
    let end = match result {
        Ok(()) => StepEnd::Exit(0),
        Err(error) => from_error(&error, budget),
    };
    // A guest that went on after a refused growth and succeeded has handled it. One that failed is stopped by the limit.
    match (&end, limiter.refused()) {
        (StepEnd::Exit(0) | StepEnd::Limit(_), _) | (_, None) => end,
        (_, Some(hit)) => StepEnd::Limit(hit),
    }
}

fn from_error(error: &wasmtime::Error, budget: StepBudget) -> StepEnd {
    if let Some(Exit(code)) = error.downcast_ref::<Exit>() {
        // As on any POSIX system, only eight bits of an exit code arrive.
        return StepEnd::Exit(code & 0xff);
    }
    if let Some(hit) = error.downcast_ref::<LimitHit>() {
        return StepEnd::Limit(*hit);
    }
    if error.downcast_ref::<ThrownException>().is_some() {
        return StepEnd::Crash(CrashKind::UncaughtException, "an exception left the program".to_owned());
    }
    let Some(trap) = error.downcast_ref::<Trap>() else {
        let text = format!("{error:#}");
        let missing = text.contains("unknown import");
        return StepEnd::Crash(if missing { CrashKind::MissingImport } else { CrashKind::Other }, text);
    };
    let kind = match trap {
        Trap::OutOfFuel => return StepEnd::Limit(budget.fuel_hit()),
        Trap::StackOverflow => return StepEnd::Limit(budget.stack_hit()),
        Trap::MemoryOutOfBounds | Trap::HeapMisaligned => CrashKind::MemoryOutOfBounds,
        Trap::UnreachableCodeReached => CrashKind::Unreachable,
        Trap::TableOutOfBounds | Trap::IndirectCallToNull | Trap::BadSignature | Trap::NullReference => {
            CrashKind::BadCall
        }
        Trap::IntegerDivisionByZero => CrashKind::DivisionByZero,
        Trap::IntegerOverflow | Trap::BadConversionToInteger => CrashKind::Arithmetic,
        _ => CrashKind::Other,
    };
    StepEnd::Crash(kind, trap.to_string())
}
