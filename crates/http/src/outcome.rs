//! The outcome of a run as the API answers it.
//!
//! Owns its id beside it, and what does not fit into an answer: it is kept, and has an address. The outcome itself has the shape of
//! every face.

use crate::state::App;
use runcell_model::caller::{Caller, Tenant};
use runcell_model::execution::{ExecutionEnd, ExecutionId, ExecutionState};
use runcell_model::outcome::{Ending, Outcome};
use runcell_service::{KeptPieces, NewPiece};
use runcell_wire::{FileJson, MoreJson, OutcomeJson, encoded_len, excerpt};
use schemars::JsonSchema;
use serde::Serialize;

/// Outputs and files of so many bytes take a while to encode: not on a thread that serves others.
const LARGE: usize = 256 << 10;
/// Outcomes of so many bytes may be longer, as JSON, than what is recorded of a run: their outputs and files are kept.
const MAY_BE_UNRECORDED: usize = 32 << 10;

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

/// How much of an outcome an answer holds.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Bytes of each output.
    text_bytes: usize,
    /// Bytes of all files, as they are sent.
    answer_bytes: usize,
}

/// The outputs and files that are kept of a run.
type Kept = KeptPieces<Tenant, ExecutionId>;

/// The JSON of an outcome. What does not fit is kept, and can be fetched for a while.
pub(crate) async fn encoded(
    app: &App,
    caller: &Caller,
    id: &ExecutionId,
    outcome: Outcome,
    text_bytes: Option<u64>,
) -> ExecutedJson {
    let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let answer_bytes = size(app.service.answers().answer_bytes);
    let room = Room { text_bytes: text_bytes.map_or(usize::MAX, size), answer_bytes };
    let bytes = weight(&outcome);
    let kept = (bytes >= MAY_BE_UNRECORDED || room.cuts(&outcome)).then(|| app.kept.clone());
    let (id, tenant) = (id.clone(), caller.tenant.clone());
    let encode = move || {
        let kept = kept.filter(|kept| keep(kept, &tenant, &id, &outcome));
        let said = outcome.output.compiler();
        let all = || "stderr begins with all of it".to_owned();
        let compiler = (!said.is_empty()).then(|| excerpt(said, room.text_bytes, all).text);
        let outcome = fit(outcome, room, kept.is_some().then_some(&id));
        ExecutedJson { execution_id: id.to_string(), compiler, outcome }
    };
    if bytes < MAY_BE_UNRECORDED {
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

/// Keeps all outputs and files of a run. Returns whether they are.
fn keep(kept: &Kept, tenant: &Tenant, id: &ExecutionId, outcome: &Outcome) -> bool {
    let names: Vec<String> = outcome.files.iter().map(|file| file_name(&file.path)).collect();
    let files = names.iter().zip(&outcome.files).map(|(name, file)| NewPiece {
        name,
        media_type: runcell_wire::media_type(&file.path, &file.bytes),
        content: &file.bytes,
    });
    let outputs = [("stdout", &outcome.output.stdout), ("stderr", &outcome.output.stderr)].map(|(name, bytes)| {
        let media_type = if std::str::from_utf8(bytes).is_ok() { "text/plain" } else { "application/octet-stream" };
        (output_name(name), media_type, bytes)
    });
    let outputs = outputs.iter().map(|(name, media_type, content)| NewPiece { name, media_type, content });
    let pieces: Vec<NewPiece<'_>> = outputs.chain(files).collect();
    kept.keep(tenant.clone(), id.clone(), &pieces)
}

/// The name of a file among what is kept, which is the end of its address.
pub(crate) fn file_name(path: &str) -> String {
    format!("files/{path}")
}

/// The name of an output among what is kept, which is the end of its address.
pub(crate) fn output_name(stream: &str) -> String {
    format!("outputs/{stream}")
}

/// The address of what is kept under a name.
fn address(id: &ExecutionId, name: &str) -> String {
    let segments: Vec<String> = name.split('/').map(crate::download::segment).collect();
    format!("/api/executions/{id}/{}", segments.join("/"))
}

impl Room {
    /// Whether something does not fit.
    fn cuts(self, outcome: &Outcome) -> bool {
        let outputs = [&outcome.output.stdout, &outcome.output.stderr];
        let files: usize = outcome.files.iter().map(|file| sent_bytes(&file.bytes)).sum();
        outputs.iter().any(|bytes| bytes.len() > self.text_bytes) || files > self.answer_bytes
    }
}

/// The bytes that a file takes in an answer.
fn sent_bytes(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).map_or(bytes.len().div_ceil(3) * 4, encoded_len)
}

/// The JSON of an outcome, with addresses in place of what does not fit, if that is kept. Files that are not are sent all the
/// same: nothing is lost.
fn fit(mut outcome: Outcome, room: Room, kept: Option<&ExecutionId>) -> OutcomeJson {
    let cut = cut(&outcome, room.text_bytes, kept);
    let (mut left, mut files) = (room.answer_bytes, Vec::new());
    for file in std::mem::take(&mut outcome.files) {
        let fits = left.checked_sub(sent_bytes(&file.bytes));
        let link = kept.filter(|_| fits.is_none()).map(|id| address(id, &file_name(&file.path)));
        left = fits.unwrap_or(left);
        let json = FileJson::new(file.path, file.bytes);
        files.push(if link.is_some() { FileJson { content: None, uri: link, ..json } } else { json });
    }
    let json = OutcomeJson { files, ..outcome.into() };
    match cut {
        None => json,
        Some(([stdout, stderr], more)) => OutcomeJson { stdout, stderr, tty: None, more, ..json },
    }
}

/// The shown parts of both outputs, and which are not shown whole; none if both are.
fn cut(outcome: &Outcome, most: usize, kept: Option<&ExecutionId>) -> Option<([String; 2], Vec<MoreJson>)> {
    let outputs = [("stdout", &outcome.output.stdout), ("stderr", &outcome.output.stderr)];
    if outputs.iter().all(|(_, bytes)| bytes.len() <= most) {
        return None;
    }
    let uri = |name: &str| kept.map(|id| address(id, &output_name(name)));
    let whole =
        |name| uri(name).map_or("ask with a larger text_bytes for more".to_owned(), |uri| format!("{uri} has all"));
    let shown = outputs.map(|(name, bytes)| excerpt(bytes, most, || whole(name)).text);
    let more = outputs.into_iter().filter(|(_, bytes)| bytes.len() > most);
    let more = more.map(|(name, bytes)| MoreJson { name: name.to_owned(), bytes: bytes.len() as u64, uri: uri(name) });
    Some((shown, more.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::file::OutputFile;

    fn outcome() -> Outcome {
        let mut outcome = Outcome::unstarted(Ending::Completed { exit_code: 0 });
        let file = |path: &str, bytes: Vec<u8>| OutputFile { path: path.to_owned(), bytes };
        outcome.files = vec![file("a b/x?.bin", vec![0xff; 90]), file("small.txt", b"small".to_vec())];
        outcome.output.stdout = b"line\n".repeat(100);
        outcome
    }

    #[test]
    fn what_does_not_fit_has_an_address_where_it_is_kept() {
        let (kept, tenant, id) = (Kept::new(1000), Tenant::local(), ExecutionId::from_random([7; 16]));
        assert!(keep(&kept, &tenant, &id, &outcome()));
        let json = fit(outcome(), Room { text_bytes: 20, answer_bytes: 100 }, Some(&id));
        let uri = format!("/api/executions/{id}/files/a%20b/x%3F.bin");
        assert_eq!((json.files[0].content.as_deref(), json.files[0].uri.as_deref()), (None, Some(&*uri)));
        assert_eq!((json.files[0].bytes, json.files[1].content.as_deref()), (90, Some("small")));
        assert_eq!(json.more[0].uri, Some(format!("/api/executions/{id}/outputs/stdout")));
        assert!(json.stdout.contains("outputs/stdout has all") && json.tty.is_none(), "{}", json.stdout);
        let find = |name: &str| kept.find(|_, found| *found == id, name).expect("kept");
        assert_eq!(find("files/a b/x?.bin").read(0, 1000).expect("reads"), [0xff; 90]);
        assert_eq!(find("outputs/stdout").bytes, 500);
    }

    #[test]
    fn what_is_not_kept_is_sent() {
        let json = fit(outcome(), Room { text_bytes: usize::MAX, answer_bytes: 1 }, None);
        assert!(json.files.iter().all(|file| file.content.is_some() && file.uri.is_none()));
        assert!(json.more.is_empty() && json.stdout.len() == 500);
    }
}
