//! Server-sent events: how one is written, and a body that sends them as they come.
//!
//! Owns the form and the bound on what waits for a client. A client that does not read holds its sender up, and nothing
//! else.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame};
use serde::Serialize;
use std::convert::Infallible;
use std::fmt::Write;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};

/// The media type of streams of events.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";
/// Events that wait for the client.
const WAITING: usize = 4;
/// How often a silent stream says that it is there, so that nothing on the way takes it for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where events go in.
#[derive(Debug, Clone)]
pub(crate) struct Events(mpsc::Sender<Bytes>);

/// The client is gone.
#[derive(Debug)]
pub(crate) struct Gone;

/// A stream of events as an answer.
pub(crate) fn stream() -> (Events, Response) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let mut response = Body::new(EventBody { receiver, silence: None }).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    // Proxies hold answers back to send them in larger pieces; nginx asks this header.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    (Events(sender), response)
}

impl Events {
    /// Sends an event, as soon as the client has read enough.
    pub(crate) async fn send(&self, event: Bytes) -> Result<(), Gone> {
        self.0.send(event).await.map_err(|_| Gone)
    }

    /// Waits until the client is gone.
    pub(crate) async fn gone(&self) {
        self.0.closed().await;
    }
}

/// An event with data as JSON, which has no line breaks.
pub(crate) fn event(id: Option<u64>, name: &str, data: &impl Serialize) -> Bytes {
    let json = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
    let mut text = String::with_capacity(json.len() + name.len() + 40);
    if let Some(id) = id {
        let _ = writeln!(text, "id: {id}");
    }
    let _ = write!(text, "event: {name}\ndata: {json}\n\n");
    text.into()
}

/// The body for the client: events, and now and then a sign of life.
struct EventBody {
    receiver: mpsc::Receiver<Bytes>,
    silence: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for EventBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Poll::Ready(event) = self.receiver.poll_recv(cx) {
            self.silence = None;
            return Poll::Ready(event.map(|event| Ok(Frame::data(event))));
        }
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(KEEP_ALIVE)));
        if silence.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        silence.as_mut().reset(Instant::now() + KEEP_ALIVE);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b": here\n\n")))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_data_can_begin_a_line() {
        let event = event(Some(7), "output", &"a\r\ndata: b\n\nevent: c\u{2028}");
        let text = std::str::from_utf8(&event).expect("text");
        assert_eq!(text.lines().count(), 4, "{text:?}");
        assert!(text.starts_with("id: 7\nevent: output\ndata: \"a\\r\\ndata: b"), "{text:?}");
    }
}
