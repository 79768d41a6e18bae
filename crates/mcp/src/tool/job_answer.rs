//! Answers of the tools about jobs.
//!
//! Owns the shapes and what is inlined: small texts and images are, everything else is a link. A tool that fails is a normal
//! answer; an error means that nothing was done.

use crate::answer::Answer;
use crate::content::{MAX_IMAGE_BYTES, image_type};
use crate::uri::Address;
use rmcp::model::{ContentBlock, Resource};
use runcell_model::job::{JobId, JobRecord, JobState};
use runcell_service::{CancelOutcome, Jobs, ResultFile, ResultKind, ResultList, ToolEntry, ToolList};
use runcell_wire::{FileJson, JobJson, RefusalJson, ResultListJson, ToolJson, ToolListJson, rfc3339};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::Read;

/// Links in one answer; the index has the rest.
const MAX_LINKS: usize = 50;
/// The end of a log that an answer shows, in bytes.
const LOG_TAIL: usize = 4 << 10;

/// A run that was taken in.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StartedJson {
    /// The run.
    run_id: i64,
    /// How it is: `pending` at first.
    status: String,
    /// When it was taken in.
    created_at: String,
    /// When it was started; none while it waits.
    started_at: Option<String>,
    /// Resources of it that can be read and subscribed to.
    resource_uris: Vec<String>,
    /// The next steps.
    next_steps: Vec<String>,
    /// Whether it is a run that the same request made earlier.
    repeated: bool,
}

/// A run and what it left.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RunJson {
    /// The run.
    #[serde(flatten)]
    run: JobJson,
    /// The end of what it wrote to stdout.
    stdout_tail: String,
    /// The end of what it wrote to stderr.
    stderr_tail: String,
    /// Resources of it that can be read.
    resource_uris: Vec<String>,
}

/// A result.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ResultFileJson {
    /// Its path in the results.
    filename: String,
    /// Its media type.
    mime_type: String,
    /// Its size in bytes.
    size: u64,
    /// Where it can be read as a resource.
    uri: String,
    /// The text, where it is one; its first 64 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// Whether there is more of the text.
    truncated: bool,
}

/// A run that was to be cancelled.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CancelledJson {
    /// The run.
    run_id: i64,
    /// How it is now.
    status: String,
    /// The result of the request, in words.
    message: String,
}

pub(super) fn started(job: JobRecord, fresh: bool) -> Answer {
    let id = job.id;
    let next_steps = vec![
        format!("get_run with run_id {id} and wait_ms 30000 waits for the end"),
        format!("list_run_results with run_id {id} lists what it wrote"),
    ];
    let work = job.request.work.title(&job.request.image);
    let text = format!("Run {id} of {work} is {}. Call get_run to wait for its end.", job.state);
    let mut answer = Answer::new(
        text,
        &StartedJson {
            run_id: id.get(),
            status: job.state.name().to_owned(),
            created_at: rfc3339(job.created_ms),
            started_at: job.started_ms.map(rfc3339),
            resource_uris: uris(id),
            next_steps,
            repeated: !fresh,
        },
    );
    answer.blocks.push(status_link(id));
    answer
}

pub(super) fn cancelled(job: &JobRecord, outcome: CancelOutcome) -> Answer {
    let message = match outcome {
        CancelOutcome::Cancelled => format!("Run {} is cancelled.", job.id),
        CancelOutcome::Requested => format!("Run {} is being stopped.", job.id),
        CancelOutcome::Ended(state) => format!("Run {} had ended before: {state}.", job.id),
    };
    let status = job.state.name().to_owned();
    Answer::new(message.clone(), &CancelledJson { run_id: job.id.get(), status, message })
}

pub(super) fn specs(list: ToolList) -> Answer {
    let line = |tool: &ToolEntry| format!("{}: {}\n", tool.slug, tool.spec.title);
    let mut text: String = list.tools.iter().map(line).collect();
    text.extend(list.broken.iter().map(|fault| format!("{} is broken: {}\n", fault.slug, fault.errors.join("; "))));
    if text.is_empty() {
        text = "No image of this machine has tools.".to_owned();
    }
    Answer::new(text, &ToolListJson::from(list))
}

pub(super) fn spec(tool: ToolEntry) -> Answer {
    let json = ToolJson::from(tool);
    Answer::new(serde_json::to_string_pretty(&json).unwrap_or_default(), &json)
}

pub(super) fn results(id: JobId, list: ResultList) -> Answer {
    let line = |file: &ResultFile| format!("{} ({} bytes)\n", file.rel_path, file.size);
    let text: String = list.files.iter().map(line).collect();
    let links: Vec<ContentBlock> = links(id, &list).collect();
    let text = if text.is_empty() { "The run has left nothing so far.".to_owned() } else { text };
    let mut answer = Answer::new(text, &ResultListJson::from(list));
    answer.blocks.extend(links);
    answer
}

fn uris(id: JobId) -> Vec<String> {
    [Address::Status(id), Address::Results(id)].iter().map(Address::uri).collect()
}

fn status_link(id: JobId) -> ContentBlock {
    let link = Resource::new(Address::Status(id).uri(), format!("run {id}")).with_mime_type("application/json");
    ContentBlock::resource_link(link)
}

/// Links to what a tool was run for, and not to logs.
fn links(id: JobId, list: &ResultList) -> impl Iterator<Item = ContentBlock> {
    let artifacts = list.files.iter().filter(|file| file.kind == ResultKind::Artifact).take(MAX_LINKS);
    artifacts.map(move |file| ContentBlock::resource_link(file_link(id, &file.rel_path, file.size)))
}

fn file_link(id: JobId, path: &str, size: u64) -> Resource {
    let media_type = FileJson::new(path.to_owned(), Vec::new()).media_type;
    let uri = Address::Result(id, path.to_owned()).uri();
    Resource::new(uri, path).with_mime_type(media_type).with_size(size)
}

/// How a run is, and what it left if it has ended.
pub(super) async fn run(jobs: &Jobs, job: JobRecord) -> Result<Answer, RefusalJson> {
    let id = job.id;
    let position = if job.state == JobState::Pending { jobs.queue_position(id).await? } else { None };
    let mut text = match (&job.end, job.state) {
        (Some(end), _) => format!("Run {id} is {}: {end}.", job.state),
        (None, JobState::Pending) => format!("Run {id} waits; {} before it.", position.unwrap_or(0)),
        (None, _) => match &job.progress {
            Some(progress) => format!("Run {id} is {}: {progress}.", job.state),
            None => format!("Run {id} is {}.", job.state),
        },
    };
    let (stdout_tail, stderr_tail) = (tail(jobs, id, "STDOUT").await, tail(jobs, id, "STDERR").await);
    for (name, tail) in [("stdout", &stdout_tail), ("stderr", &stderr_tail)] {
        if !tail.is_empty() {
            text += &format!("\n{name}:\n{tail}");
        }
    }
    let list = if job.state.is_final() { jobs.results(id).await.unwrap_or_default() } else { ResultList::default() };
    let json = RunJson { run: JobJson::new(job, position), stdout_tail, stderr_tail, resource_uris: uris(id) };
    let mut answer = Answer::new(text, &json);
    answer.blocks.extend(links(id, &list));
    Ok(answer)
}

/// The end of a log; empty before the tool has written. Where `gotap` ran the tool, it kept the tool's output itself.
async fn tail(jobs: &Jobs, id: JobId, name: &str) -> String {
    for name in [name.to_owned(), format!("{name}.log")] {
        let Ok((_, file)) = jobs.open_result(id, &name).await else { continue };
        let read = tokio::task::spawn_blocking(move || last_bytes(file)).await;
        return String::from_utf8_lossy(&read.unwrap_or_default()).into_owned();
    }
    String::new()
}

fn last_bytes(mut file: std::fs::File) -> Vec<u8> {
    use std::io::{Seek, SeekFrom};
    let length = file.seek(SeekFrom::End(0)).unwrap_or(0);
    let start = length.saturating_sub(LOG_TAIL as u64);
    let mut bytes = Vec::new();
    let sought = file.seek(SeekFrom::Start(start));
    // A file that cannot be read is not shown.
    let _read = sought.and_then(|_| file.take(LOG_TAIL as u64).read_to_end(&mut bytes));
    bytes
}

/// One result: an image as an image, a text as text, and everything as a link.
pub(super) async fn file(jobs: &Jobs, id: JobId, path: &str) -> Result<Answer, RefusalJson> {
    let (found, file) = jobs.open_result(id, path).await?;
    let link = file_link(id, &found.rel_path, found.size);
    let mut json = ResultFileJson {
        filename: found.rel_path.clone(),
        mime_type: link.mime_type.clone().unwrap_or_default(),
        size: found.size,
        uri: link.uri.clone(),
        content: None,
        truncated: false,
    };
    let image = image(file, &found).await;
    let text = match (&image, jobs.preview(id, path).await) {
        (None, Ok(preview)) => {
            json.truncated = preview.truncated;
            Some(json.content.insert(preview.content).clone())
        }
        // No text, or it is shown as an image.
        _ => None,
    };
    let words = format!("{} ({} bytes, {})", json.filename, json.size, json.mime_type);
    let mut answer = Answer::new(words, &json);
    answer.blocks.extend(text.map(ContentBlock::text));
    answer.blocks.extend(image);
    answer.blocks.push(ContentBlock::resource_link(link));
    Ok(answer)
}

/// The image that a result is, if it is one of a size that clients take.
async fn image(file: std::fs::File, found: &ResultFile) -> Option<ContentBlock> {
    if found.size > MAX_IMAGE_BYTES as u64 {
        return None;
    }
    let (path, most) = (found.rel_path.clone(), MAX_IMAGE_BYTES as u64);
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes).map(|_| bytes)
    });
    let bytes = read.await.ok()?.ok()?;
    let media_type = image_type(&bytes)?;
    Some(ContentBlock::image(FileJson::new(path, bytes).content.unwrap_or_default(), media_type))
}
