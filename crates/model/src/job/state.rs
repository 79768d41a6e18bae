//! The states of a job and the table of what may follow what.
//!
//! Owns the table. That a transition happens once, and only from where the caller thinks the job is, is the store's.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Where a job is in its life.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownState, parse_err_fn = UnknownState::new)]
pub enum JobState {
    /// It waits for its turn.
    Pending,
    /// A server runs it.
    Running,
    /// Its tool ended with exit code 0.
    Finished,
    /// Its tool ended with another exit code or passed a limit, or it could not be run.
    Errored,
    /// Somebody stopped it, before or while it ran.
    Cancelled,
    /// Its wall-clock limit stopped it.
    TimedOut,
}

/// A transition that is not in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {from} cannot become {to}")]
pub struct IllegalTransition {
    /// Where the job is.
    pub from: JobState,
    /// Where it was to go.
    pub to: JobState,
}

impl JobState {
    /// Every state, in the order of a job's life.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The states that may follow. `running` to `pending` is a retry after a fault of the infrastructure.
    #[must_use]
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Running, Self::Errored, Self::Cancelled],
            Self::Running => &[Self::Pending, Self::Finished, Self::Errored, Self::Cancelled, Self::TimedOut],
            Self::Finished | Self::Errored | Self::Cancelled | Self::TimedOut => &[],
        }
    }

    /// Whether nothing follows.
    #[must_use]
    pub fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// Checks a transition against the table.
    ///
    /// # Errors
    /// [`IllegalTransition`] names both states.
    pub fn check(self, to: Self) -> Result<(), IllegalTransition> {
        if self.next().contains(&to) { Ok(()) } else { Err(IllegalTransition { from: self, to }) }
    }

    /// Its name, as JSON, the database and the shell know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A text that is no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of a job: pending, running, finished, errored, cancelled, timed_out are")]
pub struct UnknownState(String);

impl UnknownState {
    fn new(text: &str) -> Self {
        Self(text.chars().take(40).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_transitions() {
        use JobState::{Cancelled, Errored, Finished, Pending, Running, TimedOut};
        let legal = [
            (Pending, Running),
            (Pending, Errored),
            (Pending, Cancelled),
            (Running, Pending),
            (Running, Finished),
            (Running, Errored),
            (Running, Cancelled),
            (Running, TimedOut),
        ];
        for from in JobState::ALL.iter().copied() {
            for to in JobState::ALL.iter().copied() {
                let expected = if legal.contains(&(from, to)) { Ok(()) } else { Err(IllegalTransition { from, to }) };
                assert_eq!(from.check(to), expected, "{from} {to}");
            }
            assert_eq!(from.is_final(), ![Pending, Running].contains(&from));
            assert_eq!(from.name().parse(), Ok(from));
            assert_eq!(serde_json::to_value(from).expect("serialises"), from.name());
        }
        assert!("done".parse::<JobState>().expect_err("no state").to_string().contains("timed_out"));
    }
}
