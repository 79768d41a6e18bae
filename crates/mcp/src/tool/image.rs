//! Container images: made with packages in them, and how the engine is.
//!
//! Owns the calls, whose shapes are those of the executor.

use crate::answer::Answer;
use crate::call::Call;
use crate::session::Session;
use runcell_service::{ImageRequest, ServiceError};
use runcell_wire::{
    CreateImageArguments, EngineHealthJson, ImageJson, InstallPackageArguments, NoArguments, RefusalJson,
};

/// `create_image`.
pub(super) async fn create(session: Session, given: CreateImageArguments, call: Call) -> Result<Answer, RefusalJson> {
    make(&session, &given.request()?, call).await
}

/// `install_package`.
pub(super) async fn install(
    session: Session,
    given: InstallPackageArguments,
    call: Call,
) -> Result<Answer, RefusalJson> {
    let request = given.request(session.service.images(&session.caller).languages());
    make(&session, &request.map_err(ServiceError::from)?, call).await
}

async fn make(session: &Session, request: &ImageRequest, mut call: Call) -> Result<Answer, RefusalJson> {
    let preparation = session.service.images(&session.caller).make(request).await?;
    let (cancelled, ending) = (call.cancelled.clone(), call.ending.clone());
    let made = ending.run_until_cancelled(call.ready(preparation.clone()));
    let made = cancelled.run_until_cancelled(made).await.flatten();
    let ready = made.unwrap_or_else(|| Err(RefusalJson::fault("the call was cancelled")))?;
    let json = ImageJson::new(ready.image_id().unwrap_or_default().to_owned(), &preparation);
    let text = match json.image_name.as_str() {
        "" => format!("The image is ready: {}.", json.image_id),
        name => format!("The image is ready: {name} ({}).", json.image_id),
    };
    Ok(Answer::new(text, &json))
}

/// `docker_health`.
pub(super) async fn health(session: Session, _: NoArguments, _: Call) -> Result<Answer, RefusalJson> {
    let json = EngineHealthJson::from(session.service.system(&session.caller).container_health().await);
    Ok(Answer::new(json.message.clone(), &json))
}
