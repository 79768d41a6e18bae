//! Bytes from one side to the other: what a thread writes becomes a body, what a body brings becomes something to read.
//!
//! Owns the bound on what lies between. A side that fails fails the other one: half of something is never taken for all.

use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use bytes::{Buf, Bytes};
use futures_core::Stream;
use hyper::body::{Body as HttpBody, Frame};
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

/// Pieces between a writer and its client.
const WAITING: usize = 4;

/// Where a thread writes. Dropped before [`PipeWriter::finish`], it breaks the body off.
pub(crate) struct PipeWriter {
    sender: mpsc::Sender<Bytes>,
    finished: Arc<AtomicBool>,
}

struct PipeBody {
    receiver: mpsc::Receiver<Bytes>,
    finished: Arc<AtomicBool>,
}

/// A writer, and the body that it fills.
pub(crate) fn pipe() -> (PipeWriter, Body) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let finished = Arc::new(AtomicBool::new(false));
    let body = PipeBody { receiver, finished: finished.clone() };
    (PipeWriter { sender, finished }, Body::new(body))
}

impl PipeWriter {
    /// All was written.
    pub(crate) fn finish(&self) {
        self.finished.store(true, Ordering::Release);
    }
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.sender.blocking_send(Bytes::copy_from_slice(bytes));
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl HttpBody for PipeBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match ready!(self.receiver.poll_recv(cx)) {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.finished.load(Ordering::Acquire) => Poll::Ready(None),
            None => Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
        }
    }
}

/// A field of a form, to be read.
pub(crate) struct FieldReader<'a> {
    field: Pin<Box<Field<'a>>>,
    piece: Bytes,
    failure: Option<MultipartError>,
}

impl<'a> FieldReader<'a> {
    pub(crate) fn new(field: Field<'a>) -> Self {
        Self { field: Box::pin(field), piece: Bytes::new(), failure: None }
    }

    /// Why it could not be read to its end.
    pub(crate) fn failure(&self) -> Option<&MultipartError> {
        self.failure.as_ref()
    }
}

impl AsyncRead for FieldReader<'_> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.piece.is_empty() {
            match ready!(self.field.as_mut().poll_next(cx)) {
                None => return Poll::Ready(Ok(())),
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(error)) => {
                    self.failure = Some(error);
                    return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
                }
            }
        }
        let count = self.piece.len().min(into.remaining());
        into.put_slice(&self.piece[..count]);
        self.piece.advance(count);
        Poll::Ready(Ok(()))
    }
}
