//! Uploaded files: taken in as they come, listed, fetched, deleted, run.
//!
//! Owns the routes. A file goes to the disk piece by piece; what it may hold, and how many there may be, is the service's
//! business.

use crate::admission::Who;
use crate::answer::{Answer, Done, described, json};
use crate::download::{Content, Download};
use crate::extract::{self, Path, Query, is_json, read_json};
use crate::keyed::{self, Unkept};
use crate::pipe::FieldReader;
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{delete, get, get_with, post_with};
use aide::openapi::{ReferenceOr, StatusCode as Status};
use aide::transform::TransformOperation;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use runcell_model::caller::{Caller, Operation};
use runcell_model::file::Pattern;
use runcell_service::{ServiceError, Taken, UploadedFile, Uploads};
use runcell_wire::{RefusalReason, UploadFileArguments, UploadJson, UploadListJson};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::AsyncRead;

const TAG: &str = "files";
/// The most that a form and its headers may take beside the file, in bytes.
const AROUND: u64 = 64 << 10;

/// A file in a path.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FilePath {
    /// The id of the file.
    #[schemars(regex(pattern = "^[0-9a-f]{32}$"))]
    pub(crate) id: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FileQuery {
    /// A pattern that the name fits: `*.csv`.
    pattern: Option<String>,
    /// As gorun has it: `in`, `out`, `both` or `all`. Uploaded files are inputs, so that `out` lists none.
    #[schemars(extend("enum" = ["in", "out", "both", "all"]))]
    target: Option<String>,
}

/// How much is uploaded, and how much may be.
#[derive(Debug, Serialize, JsonSchema)]
struct FileStatsJson {
    /// Files of the tenant.
    files: u64,
    /// The bytes of all of them.
    bytes: u64,
    /// Files that there may be.
    max_files: u64,
    /// Bytes that all may have.
    max_bytes: u64,
    /// Bytes that one may have.
    max_file_bytes: u64,
}

pub(crate) fn rows(app: &App) -> Vec<Row> {
    let path = "/api/files/{id}";
    vec![
        Row::new(
            "/api/files",
            Operation::WriteUploads,
            ("uploadFile", TAG, "Upload a file: a form with the field `file`, or JSON with its content."),
            post_with(add, describe_add),
        )
        .body(longest(app))
        .unhurried(),
        Row::new(
            "/api/files",
            Operation::ReadUploads,
            ("listFiles", TAG, "The uploaded files, the earliest first."),
            get(list),
        ),
        Row::new(
            "/api/files/stats",
            Operation::ReadUploads,
            ("getFileStats", TAG, "How much is uploaded, and may be."),
            get(stats),
        ),
        Row::new(path, Operation::ReadUploads, ("getFile", TAG, "An uploaded file: what it is."), get(one)),
        Row::new(
            "/api/files/{id}/content",
            Operation::ReadUploads,
            ("getFileContent", TAG, "An uploaded file: its bytes, whole or a range of them."),
            get_with(content, |mut operation| {
                for status in [200, 206] {
                    crate::document::also(operation.inner_mut(), status, "application/octet-stream", "The bytes.");
                }
                super::job::also_unchanged(operation)
            }),
        )
        .unhurried(),
        Row::new(path, Operation::RemoveUploads, ("removeFile", TAG, "Delete an uploaded file."), delete(remove)),
    ]
}

/// The longest body that brings a file, in bytes.
pub(crate) fn longest(app: &App) -> u64 {
    app.service.uploads_config().file_bytes.saturating_add(AROUND)
}

fn describe_add(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let inner = operation.inner_mut();
    let responses = inner.responses.get_or_insert_default();
    responses.responses.insert(Status::Code(201), ReferenceOr::Item(described::<UploadJson>("The file is kept.")));
    crate::form::describe::<UploadFileArguments>(inner, "file", "The file.");
    crate::document::describe_key(inner);
    operation
}

async fn add(
    State(app): State<App>,
    Who(caller): Who,
    NoApi(request): NoApi<Request>,
) -> Result<NoApi<Response>, Problem> {
    let Some(key) = keyed::key(request.headers())? else {
        return Ok(NoApi(added(receive(&app, &caller, request).await?)));
    };
    // A file is not held in memory: what two requests have in common is seen when the second one's bytes have passed by.
    match app.service.keys(&caller).await?.take(&key, "/api/files", &[]).await? {
        Taken::Fresh(held) => {
            let response = added(receive(&app, &caller, request).await?);
            Ok(NoApi(keyed::keep(held, Unkept::None, response).await))
        }
        Taken::Answered(answer) => {
            let first: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            let message = format!("the idempotency key {key:?} was used for another file: use a new key");
            match read(&app, &caller, request, false).await? {
                Received::Seen { name, sha256 } if first["filename"] == name && first["sha256"] == sha256 => {
                    Ok(NoApi(keyed::replayed(answer)?))
                }
                Received::Seen { .. } | Received::Kept(_) => Err(Problem::new(RefusalReason::Conflict, message)),
            }
        }
    }
}

fn added(file: UploadedFile) -> Response {
    let location = format!("/api/files/{}", file.id);
    ([(LOCATION, location)], json(StatusCode::CREATED, &UploadJson::from(file))).into_response()
}

/// The file of a request, once it was received.
enum Received {
    Kept(UploadedFile),
    /// It was read and not kept.
    Seen {
        name: String,
        sha256: String,
    },
}

/// Takes in the file of a request, as a form or as JSON.
pub(crate) async fn receive(app: &App, caller: &Caller, request: Request) -> Result<UploadedFile, Problem> {
    match read(app, caller, request, true).await? {
        Received::Kept(file) => Ok(file),
        Received::Seen { .. } => Err(Problem::new(RefusalReason::Internal, "an upload was not kept")),
    }
}

async fn read(app: &App, caller: &Caller, request: Request, keep: bool) -> Result<Received, Problem> {
    let uploads = app.service.uploads(caller).await?;
    if request.headers().get(CONTENT_TYPE).is_some_and(|value| is_json(value.as_bytes())) {
        let arguments: UploadFileArguments = read_json(&extract::body(request, &()).await?)?;
        let (name, media_type, bytes) = arguments.file()?;
        return Ok(take_in(&uploads, (name, media_type), &*bytes, keep).await?);
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| {
        let message =
            "the body has to be a form with the field `file` (multipart/form-data), or JSON with filename and content";
        Problem::new(RefusalReason::WrongType, message)
    })?;
    while let Some(field) = form.next_field().await.map_err(|error| crate::form::broken(&error))? {
        if field.name() == Some("file") || field.file_name().is_some() {
            let name = field.file_name().unwrap_or("file").rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            let media_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let mut reader = FieldReader::new(field);
            let received = take_in(&uploads, (name, media_type), &mut reader, keep).await;
            // A fault on the way says more than that nothing more came.
            return match reader.failure() {
                Some(error) => Err(crate::form::broken(error)),
                None => Ok(received?),
            };
        }
    }
    Err(Problem::invalid("the form has no field `file`"))
}

async fn take_in(
    uploads: &Uploads<'_>,
    (name, media_type): (String, String),
    content: impl AsyncRead + Send + Unpin,
    keep: bool,
) -> Result<Received, ServiceError> {
    if keep {
        return Ok(Received::Kept(uploads.receive(&name, &media_type, content).await?));
    }
    Ok(Received::Seen { name, sha256: uploads.digest(content).await? })
}

async fn list(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<FileQuery>,
) -> Result<Answer<UploadListJson>, Problem> {
    Ok(Answer::new(listed(&app, &caller, query).await?.into()))
}

/// The files that a query asks for.
pub(crate) async fn listed(app: &App, caller: &Caller, query: FileQuery) -> Result<Vec<UploadedFile>, Problem> {
    let pattern = query.pattern.as_deref().map(Pattern::new).transpose();
    let pattern = pattern.map_err(|error| Problem::invalid(format!("pattern: {error}")))?;
    let inputs = match query.target.as_deref() {
        None | Some("in" | "both" | "all") => true,
        Some("out") => false,
        Some(other) => return Err(Problem::invalid(format!("target: {other:?} is none of in, out, both, all"))),
    };
    let files = app.service.uploads(caller).await?.list().await?;
    let wanted = |file: &UploadedFile| inputs && pattern.as_ref().is_none_or(|pattern| pattern.matches(&file.name));
    Ok(files.into_iter().filter(wanted).collect())
}

async fn stats(State(app): State<App>, Who(caller): Who) -> Result<Answer<FileStatsJson>, Problem> {
    let files = app.service.uploads(&caller).await?.list().await?;
    let quotas = app.service.uploads_config();
    Ok(Answer::new(FileStatsJson {
        files: files.len() as u64,
        bytes: files.iter().map(|file| file.size).sum(),
        max_files: quotas.files,
        max_bytes: quotas.total_bytes,
        max_file_bytes: quotas.file_bytes,
    }))
}

async fn one(
    State(app): State<App>,
    Who(caller): Who,
    Path(FilePath { id }): Path<FilePath>,
) -> Result<Answer<UploadJson>, Problem> {
    Ok(Answer::new(app.service.uploads(&caller).await?.get(&id).await?.into()))
}

async fn content(
    State(app): State<App>,
    Who(caller): Who,
    Path(FilePath { id }): Path<FilePath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<NoApi<Response>, Problem> {
    let (record, file) = app.service.uploads(&caller).await?.open(&id).await?;
    let media_type = "application/octet-stream".to_owned();
    let content = Content::File(file);
    let download = Download { name: record.name, media_type, size: record.size, version: record.sha256, content };
    Ok(NoApi(download.answer(&headers)?))
}

async fn remove(
    State(app): State<App>,
    Who(caller): Who,
    Path(FilePath { id }): Path<FilePath>,
) -> Result<Done, Problem> {
    app.service.uploads(&caller).await?.remove(&id).await?;
    Ok(Done)
}
