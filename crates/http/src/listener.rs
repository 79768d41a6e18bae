//! The socket that connections come from, of either kind.
//!
//! Owns binding and accepting. A Unix socket that a dead server left is replaced; one that somebody answers is not.

use crate::address::Address;
use crate::error::HttpError;
use crate::peer::Peer;
use crate::tls::{CertificateWatch, Files, Tls};
use runcell_model::config::ServerConfig;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

/// A socket that is being listened at.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    address: Address,
    tls: Option<Tls>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A connection as it came.
pub(crate) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Listener {
    /// Listens at an address from now on, over TLS where the configuration names a certificate. Called within a tokio runtime.
    ///
    /// # Errors
    /// [`HttpError::Listen`] where the address cannot be had, [`HttpError::Certificate`] where the certificate cannot be used.
    pub async fn bind(address: &Address, config: &ServerConfig) -> Result<Self, HttpError> {
        let tls = match config.tls.files()? {
            None => None,
            Some(_) if matches!(address, Address::Unix(_)) => return Err(HttpError::TlsOnSocket),
            Some((certificate, key)) => {
                Some(Tls::load(&config.tls, Files { certificate: certificate.clone(), key: key.clone() })?)
            }
        };
        let failed = |source| HttpError::Listen { address: address.clone(), source };
        match address {
            Address::Tcp(wanted) => {
                let socket = TcpListener::bind(wanted).await.map_err(failed)?;
                let address = Address::Tcp(socket.local_addr().map_err(failed)?);
                Ok(Self { socket: Socket::Tcp(socket), address, tls })
            }
            Address::Unix(path) => {
                let socket = bind_unix(path).await.map_err(failed)?;
                Ok(Self { socket: Socket::Unix(socket), address: address.clone(), tls })
            }
        }
    }

    /// Where it listens; the port that was free where any was asked for.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Where clients find it, as a URL; of a Unix socket, its path.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.address {
            Address::Tcp(address) if self.tls.is_some() => format!("https://{address}"),
            Address::Tcp(address) => format!("http://{address}"),
            Address::Unix(_) => self.address.to_string(),
        }
    }

    /// A watch of its certificate, if it has one.
    pub(crate) fn certificate(&self) -> Option<CertificateWatch> {
        self.tls.as_ref().map(Tls::watch)
    }

    /// How connections agree on keys; `None` where they do not.
    pub(crate) fn take_tls(&mut self) -> Option<Tls> {
        self.tls.take()
    }

    /// The next connection, and from where it comes.
    pub(crate) async fn accept(&self) -> io::Result<(Stream, Peer)> {
        match &self.socket {
            Socket::Tcp(socket) => {
                let (stream, from) = socket.accept().await?;
                // An answer goes out at once; where that cannot be had it goes out all the same.
                let _ = stream.set_nodelay(true);
                Ok((Stream::Tcp(stream), Peer::tcp(from.ip())))
            }
            Socket::Unix(socket) => Ok((Stream::Unix(socket.accept().await?.0), Peer::unix())),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Address::Unix(path) = &self.address {
            // The next server would replace it.
            let _ = std::fs::remove_file(path);
        }
    }
}

async fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if is_socket {
        match UnixStream::connect(path).await {
            Ok(_) => return Err(io::Error::new(io::ErrorKind::AddrInUse, "another server answers there")),
            Err(_) => std::fs::remove_file(path)?,
        }
    }
    UnixListener::bind(path)
}

macro_rules! either {
    ($stream:expr, $inner:ident => $call:expr) => {
        match $stream.get_mut() {
            Stream::Tcp($inner) => $call,
            Stream::Unix($inner) => $call,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => Pin::new(stream).poll_read(cx, into))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        either!(self, stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, stream => Pin::new(stream).poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}
