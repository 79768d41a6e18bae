//! Running a snippet: from arguments of its own, or from a file that was uploaded.
//!
//! Owns how a call becomes a request. The run itself is in [`crate::call`], its answer in [`crate::content`].

use crate::answer::Answer;
use crate::call::Call;
use crate::content;
use crate::session::Session;
use runcell_service::RunRequest;
use runcell_wire::{ArgumentError, ExecuteFileArguments, RefusalJson, RunCodeArguments, RunCodeWithFilesArguments};

/// Outputs and files of so many bytes take a while to encode, and may be written to the disk: not on a thread that serves others.
const LARGE: usize = 256 << 10;

/// `run_code`.
pub(super) async fn code(session: Session, given: RunCodeArguments, call: Call) -> Result<Answer, RefusalJson> {
    let text_bytes = given.text_bytes();
    let request = match given.request(session.service.policy()) {
        Err(error @ (ArgumentError::Runtime(_) | ArgumentError::NoRuntime)) => {
            let known: Vec<_> =
                session.runtimes().await?.into_iter().filter(|one| one.default).map(|one| one.name).collect();
            return Err(RefusalJson::invalid(format!("{error}; there are: {}", known.join(", "))));
        }
        request => request?,
    };
    run(&session, request, text_bytes, call).await
}

/// `run_code_with_files`.
pub(super) async fn code_with_files(
    session: Session,
    given: RunCodeWithFilesArguments,
    call: Call,
) -> Result<Answer, RefusalJson> {
    run(&session, given.request()?, None, call).await
}

/// `execute_uploaded_file`.
pub(super) async fn uploaded_file(
    session: Session,
    given: ExecuteFileArguments,
    call: Call,
) -> Result<Answer, RefusalJson> {
    let (file, bytes) = session.uploads().await?.read(given.file_id()).await?;
    let text_bytes = given.text_bytes();
    let request = given.request(file, bytes, session.service.policy())?;
    run(&session, request, text_bytes, call).await
}

async fn run(
    session: &Session,
    request: RunRequest,
    text_bytes: Option<u64>,
    call: Call,
) -> Result<Answer, RefusalJson> {
    // A client that does not read answers gets no more of them.
    session.outbox.room().await;
    let request_token = call.cancelled.clone();
    let outcome = call.run(&session.service.runs(&session.caller), request).await?;
    let bytes = outcome.output.tty.len() + outcome.files.iter().map(|file| file.bytes.len()).sum::<usize>();
    let session = session.clone();
    let answer = move || {
        let shown = text_bytes.unwrap_or(session.service.answers().text_bytes);
        let wanted = content::whole_bytes(&outcome, shown);
        let (blocks, json) = content::blocks(outcome, session.room(text_bytes, wanted, request_token));
        Answer::of_blocks(blocks, &json)
    };
    if bytes < LARGE {
        return Ok(answer());
    }
    let made = tokio::task::spawn_blocking(answer).await;
    made.map_err(|error| RefusalJson::fault(error.to_string()))
}
