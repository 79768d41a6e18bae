//! Listeners of a run, and the things that they hear.
//!
//! Owns the vocabulary. What is heard becomes events elsewhere.

use runcell_model::run::RunEvent;
use runcell_service::Preparation;
use runcell_wire::StepJson;

/// Something to tell about a run.
pub(crate) enum Told {
    /// The thing that it waits for, and how far that is.
    Preparing(StepJson),
    /// It has begun.
    Running,
    /// It wrote something.
    Event(RunEvent),
}

impl Told {
    /// How far a preparation is.
    pub(crate) fn preparing(preparation: &Preparation) -> Self {
        let (subject, status) = (preparation.subject().to_owned(), preparation.status());
        Self::Preparing(StepJson {
            subject,
            step_number: status.step_count.map(|_| status.step_number),
            step_count: status.step_count,
            percent: status.fraction.map(runcell_wire::percent),
            step: status.step,
        })
    }
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
