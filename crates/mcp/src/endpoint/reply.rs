//! The body of an answer.
//!
//! Owns how much of it the server of HTTP holds at a time, and the end of one that its client does not read.

use crate::exchange::Exchange;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::BoxBody;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// The longest piece that the server of HTTP gets at a time, in bytes: of what it has, nothing can be taken back.
const PIECE: usize = 64 << 10;

/// The body of an answer of the endpoint. When it is dropped before its end, what it tells of is cancelled where the revision
/// of the protocol says so.
pub struct ReplyBody {
    reply: Arc<Reply>,
}

/// The client has not read its answer for so long that it was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client does not read its answer")]
pub struct StalledReader;

struct Reply {
    rest: Mutex<Rest>,
    /// Of a request whose answer this is.
    exchange: Option<Arc<Exchange>>,
}

struct Rest {
    /// `None` after it was given up.
    body: Option<BoxBody<Bytes, Infallible>>,
    /// The part of a frame that was not asked for yet.
    frame: Bytes,
    /// Since when a piece was handed over and no further one was asked for.
    handed: Option<Instant>,
}

/// The answers that are being sent.
#[derive(Default)]
pub(super) struct Replies(Mutex<Vec<Weak<Reply>>>);

impl Replies {
    /// The body of an answer, watched from now on.
    pub(super) fn watch(&self, body: BoxBody<Bytes, Infallible>, exchange: Option<Arc<Exchange>>) -> ReplyBody {
        let rest = Rest { body: Some(body), frame: Bytes::new(), handed: None };
        let reply = Arc::new(Reply { rest: Mutex::new(rest), exchange });
        self.all().push(Arc::downgrade(&reply));
        ReplyBody { reply }
    }

    /// Gives up those whose clients have paused for longer than `patience`.
    pub(super) fn give_up_stalled(&self, patience: Duration) {
        let replies: Vec<_> = {
            let mut all = self.all();
            all.retain(|reply| reply.strong_count() > 0);
            all.iter().filter_map(Weak::upgrade).collect()
        };
        for reply in replies {
            let body = {
                let mut rest = reply.rest();
                let stalled = rest.handed.is_some_and(|since| since.elapsed() >= patience);
                stalled.then(|| (rest.body.take(), std::mem::take(&mut rest.frame)))
            };
            if body.is_some() {
                reply.gone();
                tracing::info!("a client did not read its answer, and was given up");
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Weak<Reply>>> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

impl Reply {
    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().expect("no holder of this lock panics")
    }

    fn gone(&self) {
        if let Some(exchange) = &self.exchange {
            exchange.sent();
        }
    }
}

impl Drop for ReplyBody {
    fn drop(&mut self) {
        let body = self.reply.rest().body.take();
        drop(body);
        self.reply.gone();
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = StalledReader;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StalledReader>>> {
        let mut rest = self.reply.rest();
        rest.handed = None;
        if rest.frame.is_empty() {
            let Some(body) = &mut rest.body else { return Poll::Ready(Some(Err(StalledReader))) };
            match Pin::new(body).poll_frame(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => {
                    drop(rest);
                    self.reply.gone();
                    return Poll::Ready(None);
                }
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => rest.frame = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                Poll::Ready(Some(Err(never))) => match never {},
            }
        }
        rest.handed = Some(Instant::now());
        let length = rest.frame.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(rest.frame.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        let rest = self.reply.rest();
        rest.frame.is_empty() && rest.body.as_ref().is_some_and(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.reply.rest();
        let Some(body) = &rest.body else { return SizeHint::new() };
        let (of_body, of_frame) = (body.size_hint(), rest.frame.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(of_body.lower() + of_frame);
        if let Some(upper) = of_body.upper() {
            hint.set_upper(upper + of_frame);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt, Full, StreamBody};

    #[tokio::test]
    async fn a_long_frame_comes_in_pieces() {
        let replies = Replies::default();
        let bytes =
            Bytes::from((0..PIECE * 2 + 9).map(|at| u8::try_from(at % 251).expect("small")).collect::<Vec<_>>());
        let mut body = replies.watch(Full::new(bytes.clone()).boxed(), None);
        let (mut read, mut longest) = (Vec::new(), 0);
        assert_eq!(body.size_hint().exact(), Some(bytes.len() as u64));
        while let Some(frame) = body.frame().await {
            let data = frame.expect("no stall").into_data().expect("data");
            longest = longest.max(data.len());
            read.extend_from_slice(&data);
        }
        assert!(read == bytes && longest == PIECE && body.is_end_stream());
    }

    #[tokio::test]
    async fn who_does_not_read_is_given_up_and_who_waits_is_not() {
        let replies = Replies::default();
        let mut deaf = replies.watch(Full::new(Bytes::from(vec![0; PIECE * 2])).boxed(), None);
        let pending = futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>();
        let mut waiting = replies.watch(StreamBody::new(pending).boxed(), None);
        deaf.frame().await.expect("a piece").expect("no stall");
        assert!(futures_util::FutureExt::now_or_never(waiting.frame()).is_none());
        replies.give_up_stalled(Duration::ZERO);
        assert_eq!(deaf.frame().await.expect("an error").map(drop), Err(StalledReader));
        assert!(waiting.reply.rest().body.is_some());
        drop((deaf, waiting));
        replies.give_up_stalled(Duration::ZERO);
        assert!(replies.all().is_empty());
    }
}
