//! The results of a job: a list, each file whole or in ranges, a preview, all of it as a zip.
//!
//! Owns the routes of results. A file is saved by a browser and never shown by it; a preview is text inside JSON.

use super::job::JobPath;
use crate::admission::Who;
use crate::answer::{Answer, json};
use crate::download::{Content, Download, disposition};
use crate::extract::Path;
use crate::pipe::pipe;
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{get, get_with};
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use runcell_model::caller::Operation;
use runcell_model::job::JobId;
use runcell_service::{Jobs, NotFound, ServiceError};
use runcell_wire::{PreviewJson, ResultListJson, name_type};
use schemars::JsonSchema;
use serde::Deserialize;
use std::io::{BufWriter, Write};

const TAG: &str = "jobs";
/// The end of a path that asks for a preview of what is before it.
const PREVIEW: &str = "/preview";
/// The buffer of a zip on its way, in bytes.
const ZIP_BUFFER: usize = 64 << 10;

/// A result in a path.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ResultPath {
    /// The job.
    #[schemars(with = "i64", range(min = 1))]
    id: JobId,
    /// The path of the result, as the list of results has it; with `/preview` at its end, the beginning of it as text.
    path: String,
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "/api/jobs/{id}/results",
            Operation::ReadJobs,
            ("listJobResults", TAG, "The files that a job has left so far."),
            get(list),
        ),
        Row::new(
            "/api/jobs/{id}/results/{*path}",
            Operation::ReadJobs,
            ("getJobResult", TAG, "A result, whole or a range of it; with /preview its beginning as text in JSON."),
            get_with(one, describe_one),
        )
        .unhurried(),
        Row::new(
            "/api/jobs/{id}/results.zip",
            Operation::ReadJobs,
            ("getJobResultsZip", TAG, "All results as a zip, made while it is sent."),
            get_with(zip, describe_zip),
        )
        .unhurried(),
    ]
}

fn describe_one(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let mut operation = super::job::also_unchanged(operation);
    for (status, words) in [(200, "The file, or its preview."), (206, "A range of the file.")] {
        crate::document::also(operation.inner_mut(), status, "*/*", words);
    }
    operation
}

fn describe_zip(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    crate::document::also(operation.inner_mut(), 200, "application/zip", "The archive.");
    operation
}

async fn list(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
) -> Result<Answer<ResultListJson>, Problem> {
    Ok(Answer::new(app.service.jobs(&caller).await?.results(id).await?.into()))
}

async fn one(
    State(app): State<App>,
    Who(caller): Who,
    Path(ResultPath { id, path }): Path<ResultPath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<NoApi<Response>, Problem> {
    let jobs = app.service.jobs(&caller).await?;
    match download(&jobs, id, &path).await {
        Ok(download) => Ok(NoApi(download.answer(&headers)?)),
        // A tool may leave a file of that name; only then it is the file that is meant.
        Err(error) => match (path.strip_suffix(PREVIEW), error) {
            (Some(before), ServiceError::NotFound(NotFound::Result(_)) | ServiceError::Invalid(_)) => {
                let preview = PreviewJson::from(jobs.preview(id, before).await?);
                Ok(NoApi(json(StatusCode::OK, &preview)))
            }
            (_, error) => Err(error.into()),
        },
    }
}

async fn download(jobs: &Jobs, id: JobId, path: &str) -> Result<Download, ServiceError> {
    let (result, file) = jobs.open_result(id, path).await?;
    let version = format!("{:x}-{:x}", result.size, result.modified_ms);
    let media_type = name_type(&result.rel_path).to_owned();
    Ok(Download { name: result.name, media_type, size: result.size, version, content: Content::File(file) })
}

async fn zip(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
) -> Result<NoApi<Response>, Problem> {
    let jobs = app.service.jobs(&caller).await?;
    // A job without results is refused before the archive begins.
    jobs.results(id).await?;
    let (writer, body) = pipe();
    tokio::spawn(async move {
        let writer = Shared(std::sync::Arc::new(std::sync::Mutex::new(BufWriter::with_capacity(ZIP_BUFFER, writer))));
        // A failure breaks the body off, so that half an archive is not taken for all of it.
        if let Err(error) = jobs.zip(id, writer.clone()).await {
            tracing::warn!(error = error.chain(), %id, "an archive of results broke off");
            return;
        }
        let _ = tokio::task::spawn_blocking(move || writer.finish()).await;
    });
    let name = disposition(&format!("job-{id}-results.zip"));
    let headers = [(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok(NoApi((headers, body).into_response()))
}

/// A writer that is still ours when the archive has ended.
#[derive(Clone)]
struct Shared(std::sync::Arc<std::sync::Mutex<BufWriter<crate::pipe::PipeWriter>>>);

impl Shared {
    fn with<T>(
        &self,
        write: impl FnOnce(&mut BufWriter<crate::pipe::PipeWriter>) -> std::io::Result<T>,
    ) -> std::io::Result<T> {
        write(&mut *self.0.lock().map_err(|_| std::io::ErrorKind::BrokenPipe)?)
    }

    /// Sends what is left, and says that this was all.
    fn finish(self) {
        let flushed = self.with(|writer| writer.flush());
        if flushed.is_ok() {
            let _ = self.with(|writer| {
                writer.get_mut().finish();
                Ok(())
            });
        }
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.with(|writer| writer.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
