//! The fuel and time that one step may use.
//!
//! Owns the numbers, and how a step that used them up is reported.

use crate::limit::LimitHit;
use runcell_model::limits::LimitKind;

/// The fuel and time that one step may use.
#[derive(Debug, Clone, Copy)]
pub struct StepBudget {
    /// Fuel, in units of about one instruction.
    pub fuel: u64,
    /// Linear memory, in bytes. All memories of the step count together.
    pub memory_bytes: u64,
    /// Elements of all tables together.
    pub table_elements: u64,
    /// The call stack of the engine, in bytes. Only reported: the engine enforces it.
    pub stack_bytes: u64,
}

impl StepBudget {
    /// The limit of fuel as a hit.
    pub(super) fn fuel_hit(&self) -> LimitHit {
        LimitHit { kind: LimitKind::Fuel, allowed: self.fuel, used: self.fuel }
    }

    /// The limit of stack as a hit.
    pub(super) fn stack_hit(&self) -> LimitHit {
        LimitHit { kind: LimitKind::Stack, allowed: self.stack_bytes, used: self.stack_bytes }
    }
}
