//! Resources: tools, the state of runs, their results.
//!
//! Owns the lists, the templates and the reading. A list is short (the latest runs); every run and result can be read by
//! its address. Large results are refused: whoever has a shell on this machine fetches them there.

use crate::kept::{CallNumber, PIECE_BYTES};
use crate::outbox::Outbox;
use crate::session::Session;
use crate::uri::Address;
use rmcp::ErrorData;
use rmcp::model::{Resource, ResourceContents, ResourceTemplate};
use runcell_model::job::{JobFilter, JobState};
use runcell_service::{InvalidJob, NotFound, ServiceError};
use runcell_wire::{FileJson, JobJson, ResultListJson, ToolJson};
use serde::Serialize;
use std::io::Read;
use tokio_util::sync::CancellationToken;

/// The latest runs that a list shows.
const LISTED_RUNS: u32 = 25;
/// The largest result that is read as a resource, in bytes.
const MAX_READ_BYTES: u64 = 8 << 20;
const JSON: &str = "application/json";

impl Session {
    /// The tools there are and the latest runs. Where there is no engine, there are no tools.
    pub(crate) async fn resources(&self) -> Vec<Resource> {
        let mut resources = self.specs().await;
        let filter = JobFilter { limit: LISTED_RUNS, ..JobFilter::default() };
        let latest = async { self.jobs().await?.list(&filter).await };
        for job in latest.await.map(|page| page.jobs).unwrap_or_default() {
            let (id, work) = (job.id, job.request.work.title(&job.request.image));
            let status = Resource::new(Address::Status(id).uri(), format!("run {id}"));
            let results = Resource::new(Address::Results(id).uri(), format!("results of run {id}"));
            resources.push(status.with_title(format!("Run {id} of {work}")).with_mime_type(JSON));
            resources.push(results.with_title(format!("Results of run {id} of {work}")).with_mime_type(JSON));
        }
        resources
    }

    async fn specs(&self) -> Vec<Resource> {
        let found = async { self.tools().await?.list(None).await };
        let tools = match found.await {
            Ok(list) => list.tools,
            Err(error) => {
                tracing::debug!(%error, "no tools are listed");
                Vec::new()
            }
        };
        let resource = tools.into_iter().map(|tool| {
            let uri = Address::Spec(tool.slug.clone()).uri();
            Resource::new(uri, tool.slug).with_title(tool.spec.title).with_mime_type(JSON)
        });
        resource.collect()
    }

    /// Reads a resource. `request` ends when the answer is on its way.
    pub(crate) async fn read(&self, uri: &str, request: &CancellationToken) -> Result<ResourceContents, ErrorData> {
        // The protocol wants the address in the data of the error.
        let data = || Some(serde_json::json!({ "uri": uri }));
        let unknown = || ErrorData::resource_not_found(format!("there is no resource {uri:?}"), data());
        let address = Address::parse(uri).ok_or_else(unknown)?;
        self.read_address(&address, request).await.map_err(|error| match error {
            ServiceError::NotFound(_) => ErrorData::resource_not_found(error.chain(), data()),
            error => error_data(&error),
        })
    }

    async fn read_address(
        &self,
        address: &Address,
        request: &CancellationToken,
    ) -> Result<ResourceContents, ServiceError> {
        match address {
            Address::Status(id) => {
                let jobs = self.jobs().await?;
                let job = jobs.get(*id).await?;
                let position = if job.state == JobState::Pending { jobs.queue_position(*id).await? } else { None };
                Ok(json(address, &JobJson::new(job, position)))
            }
            Address::Results(id) => Ok(json(address, &ResultListJson::from(self.jobs().await?.results(*id).await?))),
            Address::Spec(slug) => Ok(json(address, &ToolJson::from(self.tools().await?.get(None, slug).await?))),
            Address::Result(id, path) => {
                let (found, file) = self.jobs().await?.open_result(*id, path).await?;
                self.admit(found.size.min(MAX_READ_BYTES), request).await;
                read_result(address, found.rel_path, found.size, file).await
            }
            Address::Output(call, name, from) => self.read_output(address, (*call, name, *from), request).await,
        }
    }

    /// Waits until the client has read so much that so many bytes more may be made for it.
    async fn admit(&self, bytes: u64, request: &CancellationToken) {
        // A byte may take six.
        Outbox::admit(&self.outbox, bytes * 6).await.until_answered(request.clone());
    }

    /// Reads a piece of an output that did not fit into its answer.
    async fn read_output(
        &self,
        address: &Address,
        (call, name, from): (CallNumber, &str, u64),
        request: &CancellationToken,
    ) -> Result<ResourceContents, ServiceError> {
        let gone = || NotFound::Result(format!("{} (the latest outputs are kept, not all)", address.uri()));
        let piece = self.kept.find(call, name).ok_or_else(gone)?;
        self.admit(piece.bytes.saturating_sub(from).min(PIECE_BYTES), request).await;
        let read = tokio::task::spawn_blocking(move || piece.read(from, PIECE_BYTES).map(|bytes| (bytes, piece)));
        let read = read.await.map_err(|error| ServiceError::Internal(error.to_string()))?;
        let (bytes, piece) =
            read.map_err(|error| ServiceError::Internal(format!("could not read an output: {error}")))?;
        let (end, bytes) = (from + bytes.len() as u64 == piece.bytes, bytes);
        let bytes = if end { bytes } else { whole_characters(bytes) };
        let file = FileJson::new(name.to_owned(), bytes);
        let content = file.content.unwrap_or_default();
        let contents = match file.encoding.as_str() {
            "text" => ResourceContents::text(content, address.uri()),
            _ => ResourceContents::blob(content, address.uri()),
        };
        Ok(contents.with_mime_type(piece.media_type.clone()))
    }
}

/// The start of a piece that is text, up to the end of a character; all of it otherwise.
fn whole_characters(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Err(error) = std::str::from_utf8(&bytes)
        && error.error_len().is_none()
    {
        bytes.truncate(error.valid_up_to());
    }
    bytes
}

async fn read_result(
    address: &Address,
    path: String,
    size: u64,
    file: std::fs::File,
) -> Result<ResourceContents, ServiceError> {
    let too_large =
        |bytes: u64| ServiceError::from(InvalidJob::ResultTooLarge { name: path.clone(), bytes, most: MAX_READ_BYTES });
    if size > MAX_READ_BYTES {
        return Err(too_large(size));
    }
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        file.take(MAX_READ_BYTES + 1).read_to_end(&mut bytes).map(|_| bytes)
    });
    let read = read.await.map_err(|error| ServiceError::Internal(error.to_string()))?;
    let bytes = read.map_err(|error| ServiceError::Internal(format!("could not read a result: {error}")))?;
    if bytes.len() as u64 > MAX_READ_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    let file = FileJson::new(path, bytes);
    let content = file.content.unwrap_or_default();
    let contents = match file.encoding.as_str() {
        "text" => ResourceContents::text(content, address.uri()),
        _ => ResourceContents::blob(content, address.uri()),
    };
    Ok(contents.with_mime_type(file.media_type))
}

fn json(address: &Address, value: &impl Serialize) -> ResourceContents {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    ResourceContents::text(text, address.uri()).with_mime_type(JSON)
}

/// An error in the words of a client that reads a resource.
pub(crate) fn error_data(error: &ServiceError) -> ErrorData {
    let message = error.chain();
    match error {
        ServiceError::NotFound(_) => ErrorData::resource_not_found(message, None),
        ServiceError::Invalid(_) | ServiceError::Forbidden(_) | ServiceError::Unauthenticated(_) => {
            ErrorData::invalid_params(message, None)
        }
        ServiceError::Busy { .. }
        | ServiceError::Limited(_)
        | ServiceError::Unavailable(_)
        | ServiceError::Internal(_) => ErrorData::internal_error(message, None),
    }
}

/// The addresses that can be made up.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    let template = |uri: &str, name: &str, title: &str| ResourceTemplate::new(uri, name).with_title(title);
    vec![
        template("spec://{+slug}", "spec", "What a tool takes").with_mime_type(JSON),
        template("run://{id}/status", "status", "How a run is").with_mime_type(JSON),
        template("run://{id}/results-index", "results-index", "What a run has written").with_mime_type(JSON),
        template("run://{id}/results/{+path}", "result", "A file that a run has written"),
        template("run://call-{number}/{+output}{?from}", "output", "An output that did not fit into an answer"),
    ]
}
