//! Running a snippet: from arguments of its own, or from a file that was uploaded.
//!
//! Owns how a call becomes a request. The run itself is in [`crate::call`], its answer in [`crate::content`].

use super::executor_argument::ExecuteFileArguments;
use crate::answer::Answer;
use crate::argument::{RunCodeArguments, RunCodeWithFilesArguments};
use crate::call::Call;
use crate::content;
use crate::session::Session;
use runcell_service::RunRequest;
use runcell_wire::RefusalJson;

/// `run_code`.
pub(super) async fn code(session: Session, given: RunCodeArguments, call: Call) -> Result<Answer, RefusalJson> {
    let request = given.request(session.service.policy())?;
    run(&session, request, call).await
}

/// `run_code_with_files`.
pub(super) async fn code_with_files(
    session: Session,
    given: RunCodeWithFilesArguments,
    call: Call,
) -> Result<Answer, RefusalJson> {
    run(&session, given.request()?, call).await
}

/// `execute_uploaded_file`.
pub(super) async fn uploaded_file(
    session: Session,
    given: ExecuteFileArguments,
    call: Call,
) -> Result<Answer, RefusalJson> {
    let (file, bytes) = session.uploads().await?.read(given.file_id()).await?;
    let request = given.request(file, bytes, session.service.policy())?;
    run(&session, request, call).await
}

async fn run(session: &Session, request: RunRequest, call: Call) -> Result<Answer, RefusalJson> {
    let outcome = call.run(&session.service.runs(&session.caller), request).await?;
    let (blocks, json) = content::blocks(outcome);
    Ok(Answer::of_blocks(blocks, &json))
}
