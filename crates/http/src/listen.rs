//! Listeners of a run, and the things that they hear.
//!
//! Owns the vocabulary. What is heard becomes events elsewhere.

use runcell_model::run::RunEvent;
use runcell_service::PreparationStatus;

/// Something to tell about a run.
pub(crate) enum Told {
    /// The thing that it waits for, and how far that is.
    Preparing(String, PreparationStatus),
    /// It has begun.
    Running,
    /// It wrote something.
    Event(RunEvent),
}

/// A listener of a run.
pub(crate) trait Listen: Send {
    /// Whether output is wanted as it comes.
    const OUTPUT: bool;

    /// Hears what there is to tell.
    fn hear(&mut self, told: Told);
}

/// Nobody, until the end.
pub(crate) struct Deaf;

impl Listen for Deaf {
    const OUTPUT: bool = false;

    fn hear(&mut self, _: Told) {}
}
