//! One request to a running server, as a stranger sends it.
//!
//! Owns the address and the connection: TCP, TLS or a Unix socket, a new one for each request, with a bound on time and on what is read.
//! Follows no redirect, so that a token goes nowhere else.

use super::super::CliError;
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// How long a request may take.
const WITHIN: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 4 << 20;
/// Certificates to trust beside the system's.
pub(super) const CA_FILE: &str = "RUNCELL_CA_FILE";

/// Where a server is.
#[derive(Debug)]
pub(super) struct Server {
    place: Place,
    /// The `Host` of requests.
    host: String,
    /// The text before every path.
    base: String,
    tls: Option<Arc<ClientConfig>>,
}

#[derive(Debug)]
enum Place {
    Tcp(String, u16),
    Unix(PathBuf),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("nothing answers there: {0}")]
    Connect(std::io::Error),
    #[error("TLS: {0}")]
    Tls(std::io::Error),
    #[error("it does not speak HTTP: {0}")]
    Http(#[from] hyper::Error),
    #[error("the answer is longer than {LONGEST} bytes, or broke off")]
    Body,
    #[error("there is no answer within {} s", WITHIN.as_secs())]
    Late,
    #[error("{0}")]
    Request(#[from] http::Error),
}

impl Server {
    /// Reads an address: `http://HOST:PORT`, `https://HOST`, or `unix:PATH`.
    pub(super) fn parse(text: &str) -> Result<Self, CliError> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            let path = path.strip_prefix("//").filter(|rest| rest.starts_with('/')).unwrap_or(path);
            let (host, base) = ("localhost".to_owned(), String::new());
            return Ok(Self { place: Place::Unix(path.into()), host, base, tls: None });
        }
        let wrong = || {
            let text: String = text.chars().take(200).collect();
            CliError::Usage(format!(
                "--url {text:?} is no address of a server: http://HOST:PORT, https://HOST or unix:PATH is expected"
            ))
        };
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let (scheme, authority) = (uri.scheme_str(), uri.authority().ok_or_else(wrong)?);
        let plain =
            authority.as_str() == authority.as_str().rsplit('@').next().unwrap_or_default() && uri.query().is_none();
        let port = match scheme {
            Some("http") if plain => 80,
            Some("https") if plain => 443,
            _ => return Err(wrong()),
        };
        let name = authority.host().trim_matches(['[', ']']).to_owned();
        let tls = if scheme == Some("https") { Some(trusting()?) } else { None };
        let (host, base) = (authority.to_string(), uri.path().trim_end_matches('/').to_owned());
        Ok(Self { place: Place::Tcp(name, authority.port_u16().unwrap_or(port)), host, base, tls })
    }

    /// Whether what is sent can be read on the way to another machine.
    pub(super) fn is_exposed(&self) -> bool {
        match &self.place {
            Place::Unix(_) => false,
            Place::Tcp(name, _) => {
                let local = name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
                self.tls.is_none() && !local
            }
        }
    }

    /// Whether it is reached over TLS.
    pub(super) fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Sends a request; `path` begins with a slash.
    pub(super) async fn ask(
        &self,
        request: http::request::Builder,
        path: &str,
        body: String,
    ) -> Result<Response<Bytes>, Fault> {
        let request =
            request.uri(format!("{}{path}", self.base)).header("host", &self.host).header("connection", "close");
        let request = request.body(Full::new(Bytes::from(body)))?;
        tokio::time::timeout(WITHIN, self.send(request)).await.map_err(|_| Fault::Late)?
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, Fault> {
        match (&self.place, &self.tls) {
            (Place::Unix(path), _) => exchange(UnixStream::connect(path).await.map_err(Fault::Connect)?, request).await,
            (Place::Tcp(name, port), None) => exchange(connect(name, *port).await?, request).await,
            (Place::Tcp(name, port), Some(config)) => {
                let stream = connect(name, *port).await?;
                let name =
                    ServerName::try_from(name.clone()).map_err(|error| Fault::Tls(std::io::Error::other(error)))?;
                let stream = TlsConnector::from(config.clone()).connect(name, stream).await.map_err(Fault::Tls)?;
                exchange(stream, request).await
            }
        }
    }
}

async fn connect(name: &str, port: u16) -> Result<TcpStream, Fault> {
    TcpStream::connect((name, port)).await.map_err(Fault::Connect)
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, Fault> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await?.into_parts();
    let body = Limited::new(body, LONGEST).collect().await.map_err(|_| Fault::Body)?.to_bytes();
    driving.abort();
    Ok(Response::from_parts(parts, body))
}

/// TLS that trusts the system's certificates, and those of [`CA_FILE`].
fn trusting() -> Result<Arc<ClientConfig>, CliError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = std::env::var_os(CA_FILE).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        let wrong = |why: String| {
            CliError::Usage(format!("{CA_FILE} = {}: {why}; a file of certificates in PEM is expected", path.display()))
        };
        let all = CertificateDer::pem_file_iter(&path).map_err(|error| wrong(error.to_string()))?;
        for certificate in all {
            let added = certificate
                .map_err(|error| error.to_string())
                .map(|one| roots.add(one).map_err(|error| error.to_string()));
            added.and_then(std::convert::identity).map_err(wrong)?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(|error| CliError::Usage(error.to_string()))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused() {
        for (text, exposed) in [
            ("http://localhost:8080", false),
            ("http://127.0.0.1", false),
            ("http://[::1]:80/base/", false),
            ("http://team.example", true),
            ("https://team.example", false),
            ("unix:/run/a.sock", false),
        ] {
            assert_eq!(Server::parse(text).expect(text).is_exposed(), exposed, "{text}");
        }
        for bad in ["", "team.example:80", "ftp://a", "http://user:word@a", "http://a?token=b", "unix:"] {
            let words = Server::parse(bad).expect_err(bad).to_string();
            assert!(words.contains("unix:PATH is expected"), "{words}");
        }
    }
}
