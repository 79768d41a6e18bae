//! One document of the issuer.
//!
//! Owns how it is asked for: over TLS, or in plain text from this machine alone; one request, no redirect, bounded in size and
//! time. Which address that is says `keys`.

use crate::error::{SetupError, Unreachable};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::header::{ACCEPT, HOST, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The longest document, in bytes.
const MAX_BYTES: usize = 256 << 10;
/// The longest time for one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks for documents.
pub(crate) struct Fetch {
    tls: TlsConnector,
}

impl Fetch {
    /// Trusts the system's certificates, and those of a file.
    pub(crate) fn new(ca_bundle: Option<&Path>) -> Result<Self, SetupError> {
        let mut roots = RootCertStore::empty();
        // A certificate that the system cannot read is not trusted.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = ca_bundle {
            let bundle = |reason: String| SetupError::Bundle { path: path.to_owned(), reason };
            let certificates = CertificateDer::pem_file_iter(path).map_err(|error| bundle(error.to_string()))?;
            let certificates =
                certificates.collect::<Result<Vec<_>, _>>().map_err(|error| bundle(error.to_string()))?;
            if roots.add_parsable_certificates(certificates).0 == 0 {
                return Err(bundle("there is none".to_owned()));
            }
        }
        let config = ClientConfig::builder_with_provider(default_provider().into());
        let config =
            config.with_safe_default_protocol_versions().map_err(|error| SetupError::Tls(error.to_string()))?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: Arc::new(config).into() })
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
        let name = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
        ask(self.tls.connect(name, stream).await.map_err(|error| error.to_string())?, url).await
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
