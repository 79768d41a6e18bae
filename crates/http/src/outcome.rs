//! The outcome of a run as the API answers it.
//!
//! Owns its id beside it, and cutting what a caller wants less of. The outcome itself has the shape of every face.

use runcell_model::execution::{ExecutionEnd, ExecutionId, ExecutionState};
use runcell_model::outcome::{Ending, Outcome};
use runcell_wire::{MoreJson, OutcomeJson, excerpt};
use schemars::JsonSchema;
use serde::Serialize;

/// Outputs and files of so many bytes take a while to encode: not on a thread that serves others.
const LARGE: usize = 256 << 10;

/// How a run ended, and its id.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExecutedJson {
    /// The id of the run.
    pub(crate) execution_id: String,
    /// The beginning of `stderr` that a compiler wrote, where one had something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) compiler: Option<String>,
    /// How it ended.
    #[serde(flatten)]
    pub(crate) outcome: OutcomeJson,
}

/// The JSON of an outcome.
pub(crate) async fn encoded(id: &ExecutionId, outcome: Outcome, text_bytes: Option<u64>) -> ExecutedJson {
    let bytes = weight(&outcome);
    let execution_id = id.to_string();
    let encode = move || {
        let most = text_bytes.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        let said = outcome.output.compiler();
        let compiler = (!said.is_empty()).then(|| part(said, most));
        ExecutedJson { execution_id, compiler, outcome: cut(outcome, most) }
    };
    if bytes < LARGE {
        return encode();
    }
    match tokio::task::spawn_blocking(encode).await {
        Ok(json) => json,
        Err(fault) => std::panic::resume_unwind(fault.into_panic()),
    }
}

/// The state that an outcome is recorded with.
pub(crate) fn state(outcome: &Outcome) -> ExecutionState {
    match outcome.ending {
        Ending::Completed { exit_code: 0 } => ExecutionState::Completed,
        Ending::TimedOut { .. } => ExecutionState::TimedOut,
        Ending::Cancelled => ExecutionState::Cancelled,
        Ending::Lost { .. } => ExecutionState::Lost,
        Ending::Completed { .. } | Ending::Crashed { .. } | Ending::Terminated { .. } => ExecutionState::Failed,
    }
}

/// The record of an end, with what was answered; of an answer that is longer than any record, only how it ended.
pub(crate) fn recorded(state: ExecutionState, answered: &impl Serialize, bytes: usize) -> ExecutionEnd {
    let outcome = if bytes > LARGE { None } else { serde_json::to_value(answered).ok() };
    ExecutionEnd { state, outcome }
}

/// The bytes that an outcome brings along.
pub(crate) fn weight(outcome: &Outcome) -> usize {
    outcome.output.tty.len() + outcome.files.iter().map(|file| file.bytes.len()).sum::<usize>()
}

fn part(bytes: &[u8], most: usize) -> String {
    excerpt(bytes, most, || "ask with a larger text_bytes for more".to_owned()).text
}

fn cut(outcome: Outcome, most: usize) -> OutcomeJson {
    let outputs = [("stdout", outcome.output.stdout.len()), ("stderr", outcome.output.stderr.len())];
    if outputs.iter().all(|(_, bytes)| *bytes <= most) {
        return outcome.into();
    }
    let [stdout, stderr] = [&outcome.output.stdout, &outcome.output.stderr].map(|bytes| part(bytes, most));
    let more = outputs.into_iter().filter(|(_, bytes)| *bytes > most);
    let more = more.map(|(name, bytes)| MoreJson { name: name.to_owned(), bytes: bytes as u64, uri: None }).collect();
    OutcomeJson { stdout, stderr, tty: None, more, ..outcome.into() }
}
