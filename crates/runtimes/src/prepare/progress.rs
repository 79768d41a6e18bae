//! How far a preparation is: what it does now, how much of the whole is done, how fast bytes move.
//!
//! Owns the numbers. A face asks for a [`PrepareStatus`] as often as it likes. A compiler does not report how far it is,
//! so its share is estimated from the size of the module: it comes close to the end and waits there.

use super::part::Part;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// A moment of a preparation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrepareStatus {
    /// The step under way, for people: "compiling python (99 MB)".
    pub step: String,
    /// The number of that step, from 1.
    pub step_number: usize,
    /// How many steps there are.
    pub step_count: usize,
    /// The share of the whole that is done, from 0 to 1. Partly an estimate.
    pub fraction: f64,
    /// Bytes that the step works on.
    pub bytes: u64,
    /// Time since the step began, in milliseconds.
    pub step_ms: u64,
}

/// A step that was finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishedStep {
    /// The step that ended, in the words of [`PrepareStatus::step`].
    pub step: String,
    /// Bytes that it worked on.
    pub bytes: u64,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

#[derive(Debug)]
struct State {
    total: f64,
    done: f64,
    count: usize,
    number: usize,
    step: String,
    estimate: f64,
    bytes: u64,
    began: Instant,
    finished: Vec<FinishedStep>,
}

/// The progress of one preparation.
#[derive(Debug)]
pub struct Progress(Mutex<State>);

impl Default for Progress {
    fn default() -> Self {
        let (step, began, finished) = ("starting".to_owned(), Instant::now(), Vec::new());
        let (total, done, estimate) = (0.0, 0.0, 1.0);
        Self(Mutex::new(State { total, done, count: 0, number: 0, step, estimate, bytes: 0, began, finished }))
    }
}

impl Progress {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of this lock panics")
    }

    pub(super) fn plan(&self, parts: &[&Part]) {
        let mut state = self.state();
        state.total = parts.iter().map(|part| part.seconds).sum();
        state.count = parts.len();
    }

    pub(super) fn begin(&self, part: &Part) {
        let mut state = self.state();
        state.number += 1;
        state.step = part.label.clone();
        state.estimate = part.seconds;
        state.bytes = part.bytes;
        state.began = Instant::now();
    }

    pub(super) fn end(&self, part: &Part) {
        let mut state = self.state();
        state.done += part.seconds;
        let (step, bytes, ms) = (state.step.clone(), state.bytes, millis(state.began.elapsed()));
        state.finished.push(FinishedStep { step, bytes, ms });
    }

    /// The steps that are finished, but for the first `known` ones.
    pub fn finished(&self, known: usize) -> Vec<FinishedStep> {
        self.state().finished.iter().skip(known).cloned().collect()
    }

    /// Says that another process, or another preparation of this one, makes the part, and this one waits for it.
    pub(super) fn waiting(&self) {
        let mut state = self.state();
        let step = format!("waiting for another preparation: {}", state.step);
        state.step = step;
    }

    /// Waits until no other part is being compiled. The status says so, and the wait does not count as time of the step.
    pub(super) fn turn<'a>(&self, compiling: &'a Mutex<()>) -> MutexGuard<'a, ()> {
        // Nothing is kept in it that a panic could leave broken.
        let take = |error: PoisonError<MutexGuard<'a, ()>>| error.into_inner();
        match compiling.try_lock() {
            Ok(turn) => return turn,
            Err(TryLockError::Poisoned(error)) => return take(error),
            Err(TryLockError::WouldBlock) => {}
        }
        let step = self.state().step.clone();
        self.state().step = format!("waiting for its turn: {step}");
        let turn = compiling.lock().unwrap_or_else(take);
        let mut state = self.state();
        (state.step, state.began) = (step, Instant::now());
        turn
    }

    /// The moment now.
    pub fn status(&self) -> PrepareStatus {
        let state = self.state();
        let elapsed = state.began.elapsed();
        let share = elapsed.as_secs_f64() / state.estimate.max(0.01);
        // Reaches 0.9 at the estimated end and never quite 1.
        let share = if share < 1.0 { share * 0.9 } else { 1.0 - 0.1 / share };
        let fraction = if state.total > 0.0 { (state.done + share * state.estimate) / state.total } else { 0.0 };
        PrepareStatus {
            step: state.step.clone(),
            step_number: state.number,
            step_count: state.count,
            fraction: fraction.min(0.99),
            bytes: state.bytes,
            step_ms: millis(elapsed),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
