//! One document of the issuer.
//!
//! Owns how it is asked for: over TLS (`crates/tls`), or in plain text from this machine alone; one request, no redirect, bounded in size
//! and time. Which address that is says `keys`.

use crate::error::{SetupError, Unreachable};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::header::{ACCEPT, HOST, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use runcell_tls::{Trust, TrustError};
use serde::de::DeserializeOwned;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The longest document, in bytes.
const MAX_BYTES: usize = 256 << 10;
/// The longest time for one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks for documents.
pub(crate) struct Fetch {
    trust: Trust,
}

impl Fetch {
    /// Trusts the system's certificates, and those of a file.
    pub(crate) fn new(ca_bundle: Option<&Path>) -> Result<Self, SetupError> {
        let path = || ca_bundle.map(Path::to_owned).unwrap_or_default();
        let trust = Trust::new(ca_bundle).map_err(|error| match error {
            TrustError::File(reason) => SetupError::Bundle { path: path(), reason },
            TrustError::Library(error) => SetupError::Tls(error.to_string()),
        });
        Ok(Self { trust: trust? })
    }

    /// The JSON of an address.
    pub(crate) async fn json<T: DeserializeOwned>(&self, url: &Uri) -> Result<T, Unreachable> {
        let failed = |reason: String| Unreachable { url: url.to_string(), reason };
        let late = || failed(format!("no answer within {} s", PATIENCE.as_secs()));
        let body = timeout(PATIENCE, self.get(url)).await.map_err(|_| late())?.map_err(failed)?;
        serde_json::from_slice(&body).map_err(|error| failed(format!("the answer is not what is expected: {error}")))
    }

    async fn get(&self, url: &Uri) -> Result<Bytes, String> {
        let host = url.host().ok_or("the address names no host")?;
        let is_plain = url.scheme_str() == Some("http");
        let port = url.port_u16().unwrap_or(if is_plain { 80 } else { 443 });
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let addresses: Vec<_> = lookup_host((name, port)).await.map_err(|error| error.to_string())?.collect();
        if is_plain && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err("plain HTTP is for this machine alone: https is expected".to_owned());
        }
        let stream = TcpStream::connect(&*addresses).await.map_err(|error| error.to_string())?;
        if is_plain {
            return ask(stream, url).await;
        }
        ask(self.trust.connect(name, stream).await.map_err(|error| error.to_string())?, url).await
    }
}

/// Sends the one request of a connection.
async fn ask(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, url: &Uri) -> Result<Bytes, String> {
    let failed = |error: hyper::Error| error.to_string();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
    // It ends with this function.
    let mut serving = JoinSet::new();
    serving.spawn(connection);
    let host = url.authority().map(ToString::to_string).unwrap_or_default();
    let request = Request::get(url.path_and_query().map_or("/", |path| path.as_str()));
    let request = request.header(HOST, host).header(ACCEPT, "application/json").header(USER_AGENT, "runcell");
    let request = request.body(Empty::<Bytes>::new()).map_err(|error| error.to_string())?;
    let answer = sender.send_request(request).await.map_err(failed)?;
    match answer.status() {
        StatusCode::OK => {}
        status if status.is_redirection() => {
            return Err(format!("it answers {status}, and redirects are not followed: configure the address itself"));
        }
        status => return Err(format!("it answers {status}")),
    }
    let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
    Ok(body.map_err(|error| error.to_string())?.to_bytes())
}
