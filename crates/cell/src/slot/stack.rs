//! Stacks of guests, used again.
//!
//! Owns the engine's interface to the stacks that asynchronous guests run on. The part that every guest uses is kept
//! and filled with zeros, the rest is given back.

use super::region::Region;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use wasmtime::{StackCreator, StackMemory};

/// Stacks that are kept, at most.
const MOST_IDLE: usize = 32;

/// Bytes at the top of a stack that are kept.
const KEPT_BYTES: usize = 64 << 10;

/// Bytes at the bottom that cannot be accessed, so that an overflow is a fault and not a neighbour's problem.
const GUARD_BYTES: usize = 64 << 10;

type Idle = Arc<Mutex<Vec<Region>>>;

/// Makes the stacks of engines.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stacks(Idle);

#[expect(unsafe_code, reason = "the engine trusts what this makes")]
// SAFETY: every stack is a region of its own, zero-filled, page-aligned, with a guard at its bottom.
unsafe impl StackCreator for Stacks {
    fn new_stack(&self, size: usize, _zeroed: bool) -> wasmtime::Result<Box<dyn StackMemory>> {
        let len = size.next_multiple_of(GUARD_BYTES) + GUARD_BYTES;
        let idle = self.0.lock().expect("no holder of this lock panics").pop();
        let region = match idle.filter(|region| region.len() == len) {
            Some(region) => region,
            None => {
                let region = Region::reserve(len)?;
                region.open(GUARD_BYTES..len)?;
                region
            }
        };
        Ok(Box::new(Stack { region: Some(region), idle: self.0.clone() }))
    }
}

/// A stack in use.
struct Stack {
    /// Gone only while it is dropped.
    region: Option<Region>,
    idle: Idle,
}

impl Stack {
    fn region(&self) -> &Region {
        self.region.as_ref().expect("a stack in use has its region")
    }
}

#[expect(unsafe_code, reason = "the engine trusts what this says")]
// SAFETY: the addresses are those of the region, which lives as long as this value.
unsafe impl StackMemory for Stack {
    fn top(&self) -> *mut u8 {
        self.region().base().wrapping_add(self.region().len())
    }

    fn range(&self) -> Range<usize> {
        let base = self.region().base().addr();
        base + GUARD_BYTES..base + self.region().len()
    }

    fn guard_range(&self) -> Range<*mut u8> {
        let base = self.region().base();
        base..base.wrapping_add(GUARD_BYTES)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let Some(mut region) = self.region.take() else { return };
        let kept = region.len() - KEPT_BYTES.min(region.len() - GUARD_BYTES);
        if region.discard(GUARD_BYTES..kept).is_err() {
            return;
        }
        region.clear(kept..region.len());
        let mut idle = self.idle.lock().expect("no holder of this lock panics");
        if idle.len() < MOST_IDLE {
            idle.push(region);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_that_is_used_again_is_empty() {
        let stacks = Stacks::default();
        let size = 1 << 20;
        let first = stacks.new_stack(size, false).expect("a stack");
        let (top, range, guard) = (first.top(), first.range(), first.guard_range());
        assert!(range.len() >= size && guard.end.addr() == range.start && top.addr() == range.end);
        drop(first);
        let mut region = stacks.0.lock().expect("free").pop().expect("it is kept");
        let len = region.len();
        for at in (GUARD_BYTES..len).step_by(512) {
            region.write(at, b"secret");
        }
        drop(Stack { region: Some(region), idle: stacks.0.clone() });
        let region = stacks.0.lock().expect("free").pop().expect("it is kept");
        assert_eq!(region.base().addr() + len, top.addr());
        assert!(region.bytes(GUARD_BYTES..len).iter().all(|byte| *byte == 0));
    }
}
