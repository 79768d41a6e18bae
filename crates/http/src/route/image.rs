//! Container images that are made here, and packages in them.
//!
//! Owns the routes. A making that takes long is told as events where the client accepts them.

use crate::admission::Who;
use crate::answer::{Answer, Done, json};
use crate::event::EVENT_STREAM;
use crate::extract::{Json, Path};
use crate::keyed::Unkept;
use crate::making;
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{delete, get, post, post_with};
use aide::openapi::{ReferenceOr, StatusCode as Status};
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use runcell_model::caller::{Caller, Operation};
use runcell_service::{ImagePruning, ImageRequest, ServiceError};
use runcell_wire::{CreateImageArguments, DerivedImageListJson, ImageJson, InstallPackageArguments};
use schemars::JsonSchema;
use serde::Deserialize;

const TAG: &str = "images";

#[derive(Debug, Deserialize, JsonSchema)]
struct ImagePath {
    /// The id of the image, or its name.
    id: String,
}

/// Which images are removed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PruneJson {
    /// Also those that callers named, or made from a Dockerfile.
    own: bool,
    /// Also those that other installations made with the same engine.
    everyone: bool,
    /// Nothing is removed, only named.
    dry_run: bool,
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "/api/images/create",
            Operation::MakeImages,
            ("createImage", TAG, "Make an image for languages with packages; with events as it goes."),
            post_with(create, describe_making),
        )
        .keyed(Unkept::None)
        .unhurried(),
        Row::new(
            "/api/images",
            Operation::ReadImages,
            ("listImages", TAG, "The images that were made here."),
            get(list),
        ),
        Row::new(
            "/api/images/{*id}",
            Operation::PruneImages,
            ("removeImage", TAG, "Remove an image that was made here."),
            delete(remove),
        ),
        Row::new(
            "/api/images/prune",
            Operation::PruneImages,
            ("pruneImages", TAG, "Remove images that were made here."),
            post(prune),
        )
        .unhurried(),
        Row::new(
            "/api/packages/install",
            Operation::MakeImages,
            ("installPackage", TAG, "Put a package into an image, which makes another one; with events as it goes."),
            post_with(install, describe_making),
        )
        .keyed(Unkept::None)
        .unhurried(),
    ]
}

pub(crate) fn describe_making(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let response = ReferenceOr::Item(crate::answer::described::<ImageJson>(
        "The image; or events `progress`, then `done` or `problem`.",
    ));
    operation.inner_mut().responses.get_or_insert_default().responses.insert(Status::Code(200), response);
    crate::document::also(operation.inner_mut(), 200, EVENT_STREAM, "");
    operation
}

async fn create(
    State(app): State<App>,
    Who(caller): Who,
    NoApi(headers): NoApi<HeaderMap>,
    Json(given): Json<CreateImageArguments>,
) -> Result<NoApi<Response>, Problem> {
    make(&app, &caller, &headers, given.request().map_err(ServiceError::from)?).await
}

async fn install(
    State(app): State<App>,
    Who(caller): Who,
    NoApi(headers): NoApi<HeaderMap>,
    Json(given): Json<InstallPackageArguments>,
) -> Result<NoApi<Response>, Problem> {
    let request = given.request(app.service.images(&caller).languages()).map_err(ServiceError::from)?;
    make(&app, &caller, &headers, request).await
}

async fn make(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    request: ImageRequest,
) -> Result<NoApi<Response>, Problem> {
    let preparation = app.service.images(caller).make(&request).await?;
    let done = |preparation: &runcell_service::Preparation, ready: &runcell_service::Ready| {
        ImageJson::new(ready.image_id().unwrap_or_default().to_owned(), preparation)
    };
    let answer = making::answer(app, headers, preparation, done, |image| json(StatusCode::OK, &image)).await?;
    Ok(NoApi(answer))
}

async fn list(State(app): State<App>, Who(caller): Who) -> Result<Answer<DerivedImageListJson>, Problem> {
    Ok(Answer::new(app.service.images(&caller).list().await?.into()))
}

async fn remove(
    State(app): State<App>,
    Who(caller): Who,
    Path(ImagePath { id }): Path<ImagePath>,
) -> Result<Done, Problem> {
    app.service.images(&caller).remove(&id).await?;
    Ok(Done)
}

async fn prune(
    State(app): State<App>,
    Who(caller): Who,
    Json(PruneJson { own, everyone, dry_run }): Json<PruneJson>,
) -> Result<Answer<DerivedImageListJson>, Problem> {
    let gone = app.service.images(&caller).prune(ImagePruning { own, everyone, dry_run }).await?;
    Ok(Answer::new(gone.into()))
}
