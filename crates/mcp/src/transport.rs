//! A transport that notices when its client is gone.
//!
//! Owns what a closed stream means: runs are ended, after a moment in which short ones may still answer. Does not parse
//! messages.

use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use std::future::Future;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long runs may go on after the client closed its side: enough for `runcell mcp < requests` to answer what takes a
/// moment, and less than clients wait before they kill.
const GRACE: Duration = Duration::from_millis(500);

/// A transport that cancels `gone` when the client does not read or write any more.
pub(super) struct Watched<T> {
    inner: T,
    gone: CancellationToken,
    opened: bool,
}

impl<T> Watched<T> {
    pub(super) fn new(inner: T, gone: CancellationToken) -> Self {
        Self { inner, gone, opened: false }
    }
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Watched<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let sending = self.inner.send(message);
        let gone = self.gone.clone();
        async move {
            let sent = sending.await;
            if sent.is_err() {
                gone.cancel();
            }
            // The client is gone, and its going should not fill the log.
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            let message = self.inner.receive().await;
            match &message {
                None => {
                    let gone = self.gone.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(GRACE).await;
                        gone.cancel();
                    });
                }
                Some(ClientJsonRpcMessage::Request(_)) => self.opened = true,
                // The library gives up on a client that begins with anything but a request; we wait for one.
                Some(_) if !self.opened => {
                    tracing::debug!("ignored a message that came before the first request");
                    continue;
                }
                Some(_) => {}
            }
            return message;
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}
