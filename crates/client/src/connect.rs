//! Connections: TCP, TLS over it, or a Unix socket.
//!
//! Owns opening one to the server of a client, whatever the address of a request says, and the time that this may take.

use crate::address::{Address, Route};
use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use runcell_tls::Trust;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

/// The longest time until a connection is there.
const CONNECT: Duration = Duration::from_secs(10);

/// Opens connections to one server.
#[derive(Clone)]
pub(crate) struct Connector {
    address: Arc<Address>,
    /// Only for addresses that want it.
    tls: Option<Trust>,
}

/// Bytes both ways.
trait Line: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// A connection.
pub(crate) struct Wire(TokioIo<Box<dyn Line>>);

impl Connector {
    pub(crate) fn new(address: &Address, tls: Option<Trust>) -> Self {
        Self { address: Arc::new(address.clone()), tls }
    }

    async fn open(self) -> io::Result<Wire> {
        let late = || io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {} s", CONNECT.as_secs()));
        tokio::time::timeout(CONNECT, self.line())
            .await
            .unwrap_or_else(|_| Err(late()))
            .map(|line| Wire(TokioIo::new(line)))
    }

    async fn line(&self) -> io::Result<Box<dyn Line>> {
        let (host, port) = match self.address.route() {
            Route::Socket(path) => return Ok(Box::new(UnixStream::connect(path).await?)),
            Route::Host { host, port } => (host, port),
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((bare, port)).await?;
        // Small pieces are sent as they come.
        stream.set_nodelay(true)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        Ok(Box::new(tls.connect(bare, stream).await?))
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = Wire;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        Box::pin(self.clone().open())
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl Write for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
