//! The languages that there are.
//!
//! Owns the call. The texts are in [`crate::describe`].

use crate::answer::Answer;
use crate::call::Call;
use crate::describe;
use crate::session::Session;
use runcell_wire::{NoArguments, RefusalJson, RuntimeListJson};

/// `list_runtimes`.
pub(super) async fn list(session: Session, _: NoArguments, _: Call) -> Result<Answer, RefusalJson> {
    let runtimes = session.runtimes().await?;
    let images = session.service.images(&session.caller);
    let languages = images.languages();
    let text = describe::list(&runtimes, languages);
    let container_languages = languages.iter().map(Into::into).collect();
    Ok(Answer::new(text, &RuntimeListJson { runtimes, container_languages }))
}
