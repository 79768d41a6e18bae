//! Uploaded files: kept, listed, deleted.
//!
//! Owns the calls, whose shapes are those of the executor.

use crate::answer::Answer;
use crate::call::Call;
use crate::session::Session;
use runcell_wire::{
    DeleteFileArguments, NoArguments, RefusalJson, UploadFileArguments, UploadJson, UploadListJson, UploadRemovedJson,
};

/// `upload_file`.
pub(super) async fn add(session: Session, given: UploadFileArguments, _: Call) -> Result<Answer, RefusalJson> {
    let (name, media_type, bytes) = given.file()?;
    let json = UploadJson::from(session.uploads().await?.add(&name, &media_type, &bytes).await?);
    Ok(Answer::new(format!("The file {} is kept as {}.", json.filename, json.file_id), &json))
}

/// `list_files`.
pub(super) async fn list(session: Session, _: NoArguments, _: Call) -> Result<Answer, RefusalJson> {
    let json = UploadListJson::from(session.uploads().await?.list().await?);
    let line = |file: &UploadJson| format!("{} {} ({} bytes)\n", file.file_id, file.filename, file.bytes);
    let text: String = json.files.iter().map(line).collect();
    Ok(Answer::new(if text.is_empty() { "There are no uploaded files.".to_owned() } else { text }, &json))
}

/// `delete_file`.
pub(super) async fn remove(session: Session, given: DeleteFileArguments, _: Call) -> Result<Answer, RefusalJson> {
    session.uploads().await?.remove(&given.file_id).await?;
    let text = format!("The file {} is deleted.", given.file_id);
    Ok(Answer::new(text, &UploadRemovedJson { success: true, file_id: given.file_id }))
}
