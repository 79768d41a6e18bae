//! The output of a job: read as far as it is, or along with the job.
//!
//! Owns the query and both answers. A listener that comes back goes on where it was: events carry the place in the log.

use super::job::JobPath;
use crate::admission::Who;
use crate::event::{self, EVENT_STREAM, Events};
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use runcell_model::caller::Operation;
use runcell_model::job::{JobId, LogStart};
use runcell_service::{Jobs, LogFollower, LogStream, ServiceError};
use runcell_wire::OutputJson;
use schemars::JsonSchema;
use serde::Deserialize;
use std::pin::Pin;
use std::task::{Context, Poll};
use tracing::Instrument;

/// The most lines that may be asked for from the end.
const MOST_LINES: u32 = 100_000;
/// The longest text that lines are looked for with, in bytes.
const LONGEST_GREP: usize = 1000;
/// A line that is longer is matched and sent in pieces of this size, in bytes.
const LONGEST_LINE: usize = 64 << 10;

/// Which part of a log.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogQuery {
    /// `stdout` (the default) or `stderr`.
    #[schemars(extend("enum" = ["stdout", "stderr"]))]
    stream: Option<String>,
    /// Whether to go on until the job has ended. The answer is a stream of events then.
    follow: bool,
    /// Where to begin: with what was written at a time (`2026-01-31T12:00:00Z`; without a zone it is UTC) or in the last while
    /// (`10m`, `1h30m`), or a position in bytes from the log's beginning (the `id` of the last event that was seen).
    since: Option<String>,
    /// Only the last so many lines, of those after `since` too.
    #[schemars(range(max = 100_000))]
    tail: Option<u32>,
    /// Only lines that hold this text.
    grep: Option<String>,
}

pub(crate) fn rows() -> Vec<Row> {
    let words = ("getJobLog", "jobs", "What a job writes to stdout or stderr; with `follow` as it is written.");
    vec![Row::new("/api/jobs/{id}/logs", Operation::ReadJobs, words, get_with(log, describe)).unhurried()]
}

fn describe(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let words = "The log; with `follow` events `log` ({\"stream\", \"text\"}, id: the place after it) and at last `end` (the job).";
    crate::document::also(operation.inner_mut(), 200, "text/plain; charset=utf-8", words);
    crate::document::also(operation.inner_mut(), 200, EVENT_STREAM, words);
    operation
}

async fn log(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
    NoApi(headers): NoApi<HeaderMap>,
    Query(query): Query<LogQuery>,
) -> Result<NoApi<Response>, Problem> {
    let wants_events = headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(EVENT_STREAM.as_bytes()));
    let follow = query.follow || wants_events;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let (stream, name) = match query.stream.as_deref() {
        None | Some("stdout") => (LogStream::Stdout, "stdout"),
        Some("stderr") => (LogStream::Stderr, "stderr"),
        Some(other) => return Err(Problem::invalid(format!("stream: {other:?} is none of stdout, stderr"))),
    };
    let jobs = app.service.jobs(&caller).await?;
    let mut follower = jobs.log(id, stream, follow).await?;
    match last {
        // It comes back, and goes on.
        Some(place) => follower.begin_at(place),
        None => begin(&mut follower, &query).await?,
    }
    let lines = Lines::new(query.grep)?;
    if follow {
        return Ok(NoApi(followed(&app, (jobs, id), name, (follower, lines))));
    }
    let body = Body::new(LogBody { reading: Some(Box::pin(piece(follower, lines))) });
    Ok(NoApi(([(CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()))
}

/// Goes to the place that a request begins at.
async fn begin(follower: &mut LogFollower, query: &LogQuery) -> Result<(), Problem> {
    if let Some(since) = &query.since {
        let start = since.parse::<LogStart>().map_err(|error| Problem::invalid(error.to_string()))?;
        follower.begin(start).await?;
    }
    match query.tail {
        Some(lines) if lines > MOST_LINES => {
            Err(Problem::invalid(format!("tail = {lines}: at most {MOST_LINES} lines can be asked for")))
        }
        Some(lines) => Ok(follower.begin_before_end(lines).await?),
        None => Ok(()),
    }
}

/// Sends pieces as they come, until the job has ended, the client is gone, or the server ends.
fn followed(
    app: &App,
    (jobs, id): (Jobs, JobId),
    name: &'static str,
    (mut follower, mut lines): (LogFollower, Lines),
) -> Response {
    let (events, response) = event::stream();
    let draining = app.gate.draining();
    let following = async move {
        let telling = async {
            // A failure ends the stream: whoever listens asks again, and gets it as a problem.
            let _ = tell(&events, name, &mut follower, &mut lines).await;
            if let Ok(job) = jobs.get(id).await
                && job.state.is_final()
            {
                let _ = events
                    .send(event::event(Some(follower.place()), "end", &runcell_wire::JobJson::new(job, None)))
                    .await;
            }
        };
        tokio::select! {
            () = telling => {}
            () = events.gone() => {}
            () = draining.cancelled() => {}
        }
    };
    tokio::spawn(following.in_current_span());
    response
}

async fn tell(events: &Events, name: &str, follower: &mut LogFollower, lines: &mut Lines) -> Result<(), ServiceError> {
    while let Some(piece) = follower.next().await? {
        let text = lines.keep(&piece);
        if !text.is_empty() {
            let data = OutputJson::new(name, &text);
            if events.send(event::event(Some(follower.place()), "log", &data)).await.is_err() {
                return Ok(());
            }
        }
    }
    let rest = lines.rest();
    if !rest.is_empty() {
        let data = OutputJson::new(name, &rest);
        let _ = events.send(event::event(Some(follower.place()), "log", &data)).await;
    }
    Ok(())
}

/// The lines of a log that are wanted.
struct Lines {
    grep: Option<Vec<u8>>,
    begun: Vec<u8>,
}

impl Lines {
    fn new(grep: Option<String>) -> Result<Self, Problem> {
        let grep = grep.filter(|text| !text.is_empty()).map(String::into_bytes);
        if grep.as_ref().is_some_and(|text| text.len() > LONGEST_GREP) {
            return Err(Problem::invalid(format!("grep: at most {LONGEST_GREP} bytes are taken")));
        }
        Ok(Self { grep, begun: Vec::new() })
    }

    /// The part of a piece that is to be sent: whole characters, and whole lines where they are looked through.
    fn keep(&mut self, piece: &[u8]) -> Vec<u8> {
        self.begun.extend_from_slice(piece);
        let Some(grep) = &self.grep else {
            let whole = crate::live::whole_characters(&self.begun);
            let rest = self.begun.split_off(whole);
            return std::mem::replace(&mut self.begun, rest);
        };
        let mut kept = Vec::new();
        while let Some(end) = line_end(&self.begun) {
            let rest = self.begun.split_off(end);
            let line = std::mem::replace(&mut self.begun, rest);
            if holds(&line, grep) {
                kept.extend_from_slice(&line);
            }
        }
        kept
    }

    /// The rest at the end.
    fn rest(&mut self) -> Vec<u8> {
        let rest = std::mem::take(&mut self.begun);
        if self.grep.as_ref().is_none_or(|grep| holds(&rest, grep)) { rest } else { Vec::new() }
    }
}

fn line_end(bytes: &[u8]) -> Option<usize> {
    let found = bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
    found.or((bytes.len() >= LONGEST_LINE).then_some(LONGEST_LINE))
}

fn holds(line: &[u8], text: &[u8]) -> bool {
    line.windows(text.len()).any(|window| window == text)
}

/// One step of reading: the piece, and what reads the next one.
type Reading = Pin<Box<dyn Future<Output = (Option<Vec<u8>>, LogFollower, Lines)> + Send>>;

async fn piece(mut follower: LogFollower, mut lines: Lines) -> (Option<Vec<u8>>, LogFollower, Lines) {
    loop {
        let piece = match follower.next().await {
            Ok(Some(piece)) => lines.keep(&piece),
            // A job that was removed meanwhile has no more to say.
            Ok(None) | Err(_) => {
                let rest = lines.rest();
                return (Some(rest).filter(|rest| !rest.is_empty()), follower, lines);
            }
        };
        if !piece.is_empty() {
            return (Some(piece), follower, lines);
        }
    }
}

/// A log as a body, read as fast as the client reads.
struct LogBody {
    reading: Option<Reading>,
}

impl hyper::body::Body for LogBody {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<bytes::Bytes>, std::convert::Infallible>>> {
        let Some(reading) = &mut self.reading else { return Poll::Ready(None) };
        let (found, follower, lines) = std::task::ready!(reading.as_mut().poll(cx));
        self.reading = found.is_some().then(|| Box::pin(piece(follower, lines)) as Reading);
        Poll::Ready(found.map(|piece| Ok(Frame::data(piece.into()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_looked_through_whatever_their_pieces() {
        let text = b"one a\ntwo b\nthree a\nfour a";
        for size in 1..text.len() {
            let mut lines = Lines::new(Some("a".to_owned())).expect("short");
            let mut kept: Vec<u8> = text.chunks(size).flat_map(|piece| lines.keep(piece)).collect();
            kept.extend(lines.rest());
            assert_eq!(kept, b"one a\nthree a\nfour a", "{size}");
        }
        assert!(Lines::new(Some("x".repeat(1001))).is_err());
    }

    #[test]
    fn a_line_without_end_is_bounded() {
        let mut lines = Lines::new(Some("b".to_owned())).expect("short");
        for _ in 0..100 {
            assert!(lines.keep(&[b'a'; 10_000]).is_empty());
            assert!(lines.begun.len() < LONGEST_LINE + 10_000);
        }
    }
}
