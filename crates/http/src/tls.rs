//! TLS: the certificate of the server, and a connection's way to keys.
//!
//! Owns reading the two files, at the start and again when one has changed, and the time that a handshake may take. What
//! cannot be used at the start is an error; what cannot be used later is a line of the log, and the certificate stays.

use crate::validity::{CertificateState, Validity};
use runcell_model::config::TlsConfig;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig as RustlsConfig};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How often the end of a certificate is said that is near or over.
const WARN_AGAIN: Duration = Duration::from_secs(86_400);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no PEM file of its kind.
    #[error("{path} cannot be used: {expected} is expected in it as PEM ({reason})")]
    Form {
        /// The file.
        path: PathBuf,
        /// The expected content.
        expected: &'static str,
        /// The fault.
        reason: String,
    },
    /// Certificate and key are good, but not for each other.
    #[error("{certificate} and {key} do not belong together: the key is that of another certificate")]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// The library takes them for no good.
    #[error("{certificate} and {key} cannot be used for TLS: {reason}")]
    Unfit {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// Why.
        reason: rustls::Error,
    },
}

/// A certificate that is in use, with what it is used with.
#[derive(Debug, Clone)]
struct InUse {
    config: Arc<RustlsConfig>,
    validity: Validity,
}

/// The certificate that is in use now.
type Now = Arc<RwLock<InUse>>;

/// Tells how the certificate of a server is. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct CertificateWatch {
    now: Now,
    warn_days: u32,
}

impl CertificateWatch {
    /// For how long it is good, and how it is now.
    pub(crate) fn look(&self) -> (Validity, CertificateState) {
        let validity = self.now.read().unwrap_or_else(PoisonError::into_inner).validity;
        (validity, validity.state(self.warn_days))
    }
}

/// The certificate of a server, as it is now.
#[derive(Debug)]
pub(crate) struct Tls {
    now: Now,
    patience: Duration,
    warn_days: u32,
    /// Ends the looking.
    _watched: DropGuard,
}

impl Tls {
    /// Reads the files, and looks at them from now on. Called within a tokio runtime.
    pub(crate) fn load(config: &TlsConfig, files: Files) -> Result<Self, CertificateError> {
        let (stamp, first) = (files.stamp(), files.load()?);
        let (now, end) = (Arc::new(RwLock::new(first)), CancellationToken::new());
        let told = CertificateWatch { now: now.clone(), warn_days: config.warn_days };
        tokio::spawn(end.clone().run_until_cancelled_owned(watch(files, stamp, told)));
        Ok(Self {
            now,
            patience: Duration::from_secs(config.handshake_seconds),
            warn_days: config.warn_days,
            _watched: end.drop_guard(),
        })
    }

    /// A watch of its certificate.
    pub(crate) fn watch(&self) -> CertificateWatch {
        CertificateWatch { now: self.now.clone(), warn_days: self.warn_days }
    }

    /// Agrees on keys with a client.
    pub(crate) async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = self.now.read().unwrap_or_else(PoisonError::into_inner).config.clone();
        tokio::time::timeout(self.patience, TlsAcceptor::from(config).accept(stream)).await?
    }
}

/// For how long the certificate that a configuration names is good; `None` where it names none.
///
/// # Errors
/// [`CertificateError`] where it cannot be used.
pub fn check_certificate(config: &TlsConfig) -> Result<Option<Validity>, CertificateError> {
    let (Some(certificate), Some(key)) = (config.certificate.clone(), config.key.clone()) else { return Ok(None) };
    Files { certificate, key }.load().map(|found| Some(found.validity))
}

/// Where certificate and key lie.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// Which bytes a path led to: device, inode, size, and the times of the last changes.
type Stamp = [Option<(u64, u64, u64, i64, i64)>; 2];

impl Files {
    fn stamp(&self) -> Stamp {
        [&self.certificate, &self.key].map(|path| {
            let found = std::fs::metadata(path).ok()?;
            let changed = found.ctime().wrapping_mul(1_000_000_000).wrapping_add(found.ctime_nsec());
            Some((found.dev(), found.ino(), found.len(), changed, found.mtime_nsec()))
        })
    }

    fn load(&self) -> Result<InUse, CertificateError> {
        let expected = "a certificate";
        let chain = CertificateDer::pem_slice_iter(&read(&self.certificate)?).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|error| form(&self.certificate, expected, &error))?;
        let Some(own) = chain.first() else {
            return Err(form(&self.certificate, expected, &pem::Error::NoItemsFound));
        };
        let unread = |reason| CertificateError::Form { path: self.certificate.clone(), expected, reason };
        let validity = Validity::of(own).map_err(unread)?;
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?);
        let key = key.map_err(|error| form(&self.key, "a private key without a password", &error))?;
        let unfit = |reason| match reason {
            rustls::Error::InconsistentKeys(_) => {
                CertificateError::Mismatch { certificate: self.certificate.clone(), key: self.key.clone() }
            }
            reason => CertificateError::Unfit { certificate: self.certificate.clone(), key: self.key.clone(), reason },
        };
        let config = RustlsConfig::builder_with_provider(default_provider().into());
        let config = config.with_safe_default_protocol_versions().map_err(unfit)?.with_no_client_auth();
        let mut config = config.with_single_cert(chain, key).map_err(unfit)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(InUse { config: config.into(), validity })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    std::fs::read(path).map_err(|source| CertificateError::Read { path: path.to_owned(), source })
}

fn form(path: &Path, expected: &'static str, error: &pem::Error) -> CertificateError {
    CertificateError::Form { path: path.to_owned(), expected, reason: error.to_string() }
}

/// Reads the files again whenever one has changed, and says when the end of the certificate is near.
async fn watch(files: Files, mut seen: Stamp, told: CertificateWatch) {
    let mut warned: Option<Instant> = None;
    loop {
        if warned.is_none_or(|warned| warned.elapsed() >= WARN_AGAIN)
            && let Some(warning) = told.look().0.warning(told.warn_days)
        {
            tracing::warn!(certificate = %files.certificate.display(), "{warning}");
            warned = Some(Instant::now());
        }
        tokio::time::sleep(LOOK).await;
        let (known, looking) = (seen, files.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let stamp = looking.stamp();
            (stamp != known).then(|| (stamp, looking.load()))
        });
        match looked.await {
            Ok(Some((stamp, Ok(renewed)))) => {
                *told.now.write().unwrap_or_else(PoisonError::into_inner) = renewed;
                warned = None;
                tracing::info!(certificate = %files.certificate.display(), "a new certificate is in use");
                seen = stamp;
            }
            // A renewal may be half way; the next change is looked at again.
            Ok(Some((stamp, Err(error)))) => {
                tracing::warn!("the certificate has changed, and the one before stays in use: {error}");
                seen = stamp;
            }
            Ok(None) | Err(_) => {}
        }
    }
}
