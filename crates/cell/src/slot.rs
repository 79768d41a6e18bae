//! Slots: guest memories and stacks that are used again instead of being mapped and unmapped for every run.
//!
//! A cell that starts from an image spends most of its time in page faults: each page that it writes is copied, and
//! all of that is thrown away at its end. A slot keeps the pages. When a run is over, the kernel is asked which pages it
//! has written, and those get back the bytes of the image; the next run finds the memory exactly as the image has it,
//! and no page to fault on. What the kernel does not tell, or what is too much to keep, is given back instead. After a run
//! without a page fault the kernel need not be asked.
//!
//! **Invariant:** a slot that is offered again holds the image and nothing else. `reset` is the only way back to the
//! idle ones, and a slot whose reset fails is unmapped.
//!
//! Owns `region` (address space), `written` and `fault` (what the kernel knows of pages), `memory` and `stack` (the engine's two
//! interfaces). Does not know what a run is.

mod fault;
mod memory;
mod region;
mod stack;
mod written;

pub(crate) use fault::of_this_thread as faults_of_this_thread;
pub(crate) use memory::{ImageSlots, Memories, Offer, SlotUse};
pub(crate) use stack::Stacks;
pub(crate) use written::be_ready;
