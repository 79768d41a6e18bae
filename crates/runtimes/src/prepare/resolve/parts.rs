//! The parts that were found so far, while a manifest is resolved.
//!
//! Owns that a part is there once however often it is referred to, and that no reference leads back to where it stands.

use crate::cache::Key;
use crate::prepare::error::PlanError;
use crate::prepare::part::{Part, PartId};
use std::collections::HashMap;

/// A thing of a runtime: the runtime, the kind of thing, its name.
pub(super) type Thing = (String, &'static str, String);

/// The parts that were found so far.
#[derive(Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
    by_key: HashMap<Key, PartId>,
    /// The things that were resolved.
    known: HashMap<Thing, PartId>,
    /// The things that are being resolved, each because the one before refers to it.
    open: Vec<Thing>,
}

impl Parts {
    pub(super) fn get(&self, part: PartId) -> &Part {
        &self.parts[part.0]
    }

    /// The digest of a part's key, to be part of the key of what is made from it.
    pub(super) fn digest(&self, part: PartId) -> String {
        self.get(part).key.digest().to_owned()
    }

    /// Adds a part, unless another one of the same key is there.
    pub(super) fn add(&mut self, part: Part) -> PartId {
        let next = PartId(self.parts.len());
        let id = *self.by_key.entry(part.key.clone()).or_insert(next);
        if id == next {
            self.parts.push(part);
        }
        id
    }

    /// The part of a thing that was resolved before.
    pub(super) fn known(&self, thing: &Thing) -> Option<PartId> {
        self.known.get(thing).copied()
    }

    /// Notes which part a thing is.
    pub(super) fn know(&mut self, thing: Thing, part: PartId) {
        self.known.insert(thing, part);
    }

    /// Begins to resolve a thing; [`Self::leave`] ends it.
    ///
    /// # Errors
    /// [`PlanError::Circle`] if it is being resolved already.
    pub(super) fn enter(&mut self, thing: Thing) -> Result<(), PlanError> {
        if self.open.contains(&thing) {
            let (runtime, what, name) = thing;
            return Err(PlanError::Circle { runtime, what, name });
        }
        self.open.push(thing);
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    /// All parts, inputs before what is made from them.
    pub(super) fn into_parts(self) -> Vec<Part> {
        self.parts
    }
}
