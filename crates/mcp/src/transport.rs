//! The two streams as a transport: one message a line.
//!
//! Owns the order of first messages, the count of unsent bytes, and the meaning of a closed stream: runs are ended, after a
//! moment in which short ones may still answer. What a line says, `message` finds out.

use crate::line::{Line, LineReader};
use crate::message;
use crate::outbox::Outbox;
use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, ErrorData, GetMeta, ProtocolVersion, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// How long runs may go on after the client closed its side: enough for `runcell mcp < requests` to answer what takes a
/// moment, and less than clients wait before they kill.
const GRACE: Duration = Duration::from_millis(500);

/// A transport that cancels `gone` when the client does not read or write any more.
pub(super) struct Lines<R, W> {
    reader: LineReader<R>,
    longest: usize,
    writer: Arc<Mutex<W>>,
    outbox: Arc<Outbox>,
    gone: CancellationToken,
    /// Whether a request has chosen one of the protocol's lifecycles.
    opened: bool,
    /// A message that was read and not handed over.
    read: Option<ClientJsonRpcMessage>,
}

impl<R: AsyncRead + Unpin + Send, W: AsyncWrite + Unpin + Send + 'static> Lines<R, W> {
    /// A transport over two streams. A line longer than `longest` bytes is refused.
    pub(super) fn new(reader: R, writer: W, longest: usize, outbox: Arc<Outbox>, gone: CancellationToken) -> Self {
        let (reader, writer) = (LineReader::new(reader, longest), Arc::new(Mutex::new(writer)));
        Self { reader, longest, writer, outbox, gone, opened: false, read: None }
    }

    /// The next message of the stream; `None` at its end. Lines that are no messages are answered here.
    async fn next(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            let answer = match self.reader.next().await.ok()?? {
                Line::Whole(line) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Line::Whole(line) => match message::parse(&line) {
                    Ok(message) => return Some(message),
                    Err(answer) => answer,
                },
                Line::TooLong { head, tail } => {
                    let reason = format!("the line is longer than the {} bytes that a message may have", self.longest);
                    let id = message::find_id(&head, &tail);
                    Some(Box::new(ServerJsonRpcMessage::error(ErrorData::invalid_request(reason, None), id)))
                }
            };
            if let Some(answer) = answer {
                tokio::spawn(self.send(*answer));
            }
        }
    }

    /// Whether the library takes a message now. Before a request has chosen a lifecycle it gives up on anything but a request.
    fn accepts(&mut self, message: &ClientJsonRpcMessage) -> bool {
        if let ClientJsonRpcMessage::Request(request) = message {
            self.opened |= chooses_lifecycle(&request.request);
            return true;
        }
        if !self.opened {
            tracing::debug!("ignored a message that came before a lifecycle was chosen");
        }
        self.opened
    }
}

/// Whether the library enters its loop with this request, and not only answers it.
fn chooses_lifecycle(request: &ClientRequest) -> bool {
    match request {
        ClientRequest::InitializeRequest(_) => true,
        ClientRequest::PingRequest(_) | ClientRequest::DiscoverRequest(_) => false,
        other => {
            let meta = other.get_meta();
            let known = |version: ProtocolVersion| ProtocolVersion::KNOWN_VERSIONS.contains(&version);
            meta.missing_required_keys(&ProtocolVersion::V_2026_07_28).is_empty()
                && meta.protocol_version().is_some_and(known)
        }
    }
}

impl<R: AsyncRead + Unpin + Send, W: AsyncWrite + Unpin + Send + 'static> Transport<RoleServer> for Lines<R, W> {
    type Error = io::Error;

    fn send(&mut self, message: ServerJsonRpcMessage) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        // Now and not when it is its turn: bytes are smaller than the message, and they are counted.
        let line = serde_json::to_vec(&message).map(|mut line| {
            line.push(b'\n');
            line
        });
        drop(message);
        let line = line.unwrap_or_default();
        let unsent = Outbox::hold(&self.outbox, line.len());
        let (writer, gone) = (self.writer.clone(), self.gone.clone());
        async move {
            let mut writer = writer.lock().await;
            let written = async {
                writer.write_all(&line).await?;
                writer.flush().await
            };
            // The client is gone, and its going should not fill the log.
            if written.await.is_err() {
                gone.cancel();
            }
            drop(unsent);
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if self.read.is_none() {
                self.read = self.next().await;
            }
            let Some(message) = &self.read else {
                let gone = self.gone.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(GRACE).await;
                    gone.cancel();
                });
                return None;
            };
            if matches!(message, ClientJsonRpcMessage::Request(_)) {
                self.outbox.room().await;
            }
            let message = self.read.take()?;
            if self.accepts(&message) {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        self.writer.lock().await.shutdown().await
    }
}
