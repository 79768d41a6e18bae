//! Bodies of requests: JSON, or a file as a form that is read while it is sent.
//!
//! Owns the form. No more of a file than a piece is in memory.

use crate::path::encoded;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};

/// The body of a request.
pub(crate) type Sent = UnsyncBoxBody<Bytes, io::Error>;
/// How much of a file is read at a time, in bytes.
const PIECE: usize = 64 << 10;

/// A file to be sent in the field `file` of a form.
pub struct Upload {
    name: String,
    media_type: String,
    source: Box<dyn AsyncRead + Send + Unpin>,
    size: Option<u64>,
}

impl Upload {
    /// A file of a name and a media type; `size` in bytes, where that is known.
    #[must_use]
    pub fn new(
        name: &str,
        media_type: &str,
        source: impl AsyncRead + Send + Unpin + 'static,
        size: Option<u64>,
    ) -> Self {
        Self { name: name.to_owned(), media_type: media_type.to_owned(), source: Box::new(source), size }
    }

    /// The media type of the form, and its body; `moved` counts what was sent of it.
    pub(crate) fn into_form(self, moved: Arc<AtomicU64>) -> (String, Sent) {
        // Nobody can write a file that holds it.
        let boundary =
            format!("runcell-{:016x}{:016x}", RandomState::new().hash_one(0), RandomState::new().hash_one(1));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            file_name(&self.name),
            self.media_type
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let form = Form {
            head: Some(head.into()),
            source: Some(self.source),
            tail: Some(tail.into()),
            size: self.size,
            moved,
        };
        (format!("multipart/form-data; boundary={boundary}"), form.boxed_unsync())
    }
}

/// A body of bytes that are there.
pub(crate) fn full(bytes: Bytes) -> Sent {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// A name between quotes. What cannot be there, or would be taken for a folder, is escaped.
fn file_name(name: &str) -> String {
    let escaped = |c: char| match c {
        '"' => "\\\"".to_owned(),
        c if c.is_control() || c == '\\' => encoded(c.encode_utf8(&mut [0; 4])),
        c => c.to_string(),
    };
    name.chars().map(escaped).collect()
}

struct Form {
    head: Option<Bytes>,
    source: Option<Box<dyn AsyncRead + Send + Unpin>>,
    tail: Option<Bytes>,
    /// The rest of the file, where that is known.
    size: Option<u64>,
    moved: Arc<AtomicU64>,
}

impl Body for Form {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.moved.fetch_add(1, Ordering::Relaxed);
        if let Some(head) = self.head.take() {
            return Poll::Ready(Some(Ok(Frame::data(head))));
        }
        if let Some(source) = &mut self.source {
            let mut buffer = vec![0; PIECE];
            let mut piece = ReadBuf::new(&mut buffer);
            ready!(Pin::new(source).poll_read(cx, &mut piece))?;
            let read = piece.filled().len();
            if read > 0 {
                buffer.truncate(read);
                // A file that grows meanwhile would be more than was announced: hyper ends the connection then.
                self.size = self.size.map(|size| size.saturating_sub(read as u64));
                return Poll::Ready(Some(Ok(Frame::data(buffer.into()))));
            }
            self.source = None;
        }
        Poll::Ready(self.tail.take().map(|tail| Ok(Frame::data(tail))))
    }

    fn size_hint(&self) -> SizeHint {
        let around = [&self.head, &self.tail].into_iter().flatten().map(|part| part.len() as u64).sum::<u64>();
        match (&self.source, self.size) {
            (Some(_), None) => SizeHint::default(),
            (Some(_), Some(size)) => SizeHint::with_exact(around + size),
            (None, _) => SizeHint::with_exact(around),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_form_says_how_long_it_is_and_is_so_long() {
        for size in [Some(5), None] {
            let upload = Upload::new("a \"b\"\r\nX: ü.py", "text/x-python", &b"12345"[..], size);
            let (media_type, body) = upload.into_form(Arc::default());
            let said = body.size_hint().exact();
            let bytes = body.collect().await.expect("reads").to_bytes();
            let text = String::from_utf8(bytes.to_vec()).expect("text");
            assert_eq!(said, size.map(|_| bytes.len() as u64), "{text}");
            let boundary = media_type.split_once("boundary=").expect("a boundary").1;
            assert!(
                text.starts_with(&format!("--{boundary}\r\n"))
                    && text.ends_with(&format!("12345\r\n--{boundary}--\r\n"))
            );
            assert!(
                text.contains("filename=\"a \\\"b\\\"%0D%0AX: ü.py\"\r\nContent-Type: text/x-python\r\n\r\n"),
                "{text}"
            );
        }
    }
}
