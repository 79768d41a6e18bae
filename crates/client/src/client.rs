//! Requests to one server.
//!
//! Owns what each request carries, when a login is refreshed, and what an answer that is none is called. Asks again only after a
//! refresh: whether something is worth another try is the caller's business.

use crate::address::Address;
use crate::answer::{Answer, MOST_JSON, SILENCE, Seen, broken, cause};
use crate::ask::{Ask, Body};
use crate::body::{Sent, full};
use crate::connect::Connector;
use crate::credential::{Credential, Token};
use crate::error::ClientError;
use crate::event::Events;
use crate::keyring::{Entry, Keyring};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as Http;
use hyper_util::rt::TokioExecutor;
use runcell_tls::{Trust, TrustError};
use runcell_wire::{LoginJson, RefreshRequestJson, RefusalReason, now_ms, rfc3339};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The media type of events.
const EVENT_STREAM: &str = "text/event-stream";
/// How long before its end an access token is refreshed, in milliseconds.
const EARLY_MS: i64 = 30_000;

/// How a server is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it is.
    pub address: Address,
    /// The credential of its requests.
    pub credential: Credential,
    /// Certificates to trust beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// Whether a token may go over a network as it is.
    pub insecure_http: bool,
}

/// A server.
#[derive(Clone)]
pub struct Client {
    address: Address,
    credential: Credential,
    http: Http<Connector, Sent>,
}

/// The server's description of itself.
#[derive(Deserialize)]
struct Health {
    version: String,
}

impl Client {
    /// A client of a server. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError`] where the settings cannot be, or a token would go over a network as it is.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        let Settings { address, credential, ca_file, insecure_http } = settings;
        if address.is_open() && !insecure_http {
            return Err(ClientError::Open(address.to_string()));
        }
        let tls = address.is_tls().then(|| trust(ca_file.as_deref())).transpose()?;
        let http = Http::builder(TokioExecutor::new()).build(Connector::new(&address, tls));
        Ok(Self { address, credential, http })
    }

    /// The same server, asked by nobody.
    #[must_use]
    pub fn nobody(&self) -> Self {
        Self { credential: Credential::Nobody, ..self.clone() }
    }

    /// Where the server is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Asks, and reads the answer as JSON.
    ///
    /// # Errors
    /// [`ClientError`], a refusal of the server included.
    pub async fn json<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, ClientError> {
        let answer = self.send(ask).await?;
        self.read(answer).await
    }

    /// Reads an answer as JSON.
    ///
    /// # Errors
    /// [`ClientError`] where it is something else.
    pub async fn read<T: DeserializeOwned>(&self, mut answer: Answer) -> Result<T, ClientError> {
        let body = answer.whole(MOST_JSON).await?;
        match serde_json::from_slice(&body) {
            Ok(read) => Ok(read),
            Err(error) => Err(self.explained(answer.strange(error.to_string())).await),
        }
    }

    /// Asks for something to be done that is answered with nothing.
    ///
    /// # Errors
    /// [`ClientError`], a refusal of the server included.
    pub async fn done(&self, ask: Ask) -> Result<(), ClientError> {
        self.send(ask).await.map(drop)
    }

    /// Asks, and reads the answer as events.
    ///
    /// # Errors
    /// [`ClientError`], a refusal of the server included.
    pub async fn events(&self, ask: Ask) -> Result<Events, ClientError> {
        let answer = self.send(Ask { events: true, ..ask }).await?;
        if answer.media_type() != EVENT_STREAM {
            let why = format!("it is {:?} and no stream of events", answer.media_type());
            return Err(self.explained(answer.strange(why)).await);
        }
        Ok(Events::new(answer))
    }

    /// Asks, and gives the answer as it comes.
    ///
    /// # Errors
    /// [`ClientError`], a refusal of the server included.
    pub async fn send(&self, ask: Ask) -> Result<Answer, ClientError> {
        match self.answered(ask).await?.checked().await {
            Err(error) => Err(self.explained(error).await),
            answer => answer,
        }
    }

    /// Asks, and gives the whole answer, a refusal or something strange included: for a look at a server from outside.
    ///
    /// # Errors
    /// [`ClientError`] where there is no answer.
    pub async fn look(&self, ask: Ask) -> Result<Seen, ClientError> {
        self.answered(ask).await?.seen().await
    }

    /// The answer of the server, whatever it is.
    async fn answered(&self, ask: Ask) -> Result<Answer, ClientError> {
        let Ask { method, path, headers, events, patient, body } = ask;
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address.base()));
        request = request.header(USER_AGENT, concat!("runcell/", env!("CARGO_PKG_VERSION")));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut request = request.body(()).map_err(|error| self.broken(&error))?;
        let accept = HeaderValue::from_static(if events { EVENT_STREAM } else { "*/*" });
        request.headers_mut().entry(ACCEPT).or_insert(accept);
        match body {
            Body::Upload(upload) => {
                let moved = Arc::new(AtomicU64::new(0));
                let (media_type, form) = upload.into_form(moved.clone());
                let request = self.signed(&request, Some(&media_type), &self.token(None).await?, form)?;
                self.once(request, Some(&moved)).await
            }
            Body::Bytes(body) => {
                let media_type = body.as_ref().map(|(media_type, _)| *media_type);
                let bytes = body.map(|(_, bytes)| bytes).unwrap_or_default();
                self.repeated(&request, (media_type, bytes), patient).await
            }
        }
    }

    /// Sends a request, and once more after a refresh where the token has lost its worth before its time.
    async fn repeated(
        &self,
        request: &Request<()>,
        (media_type, bytes): (Option<&str>, Bytes),
        patient: bool,
    ) -> Result<Answer, ClientError> {
        let still = AtomicU64::new(0);
        let moved = (!patient).then_some(&still);
        let token = self.token(None).await?;
        let first = self.signed(request, media_type, &token, full(bytes.clone()))?;
        let answer = self.once(first, moved).await?;
        if answer.status() != StatusCode::UNAUTHORIZED || !matches!(self.credential, Credential::Kept(_)) {
            return Ok(answer);
        }
        let fresh = self.token(token.as_ref()).await?;
        if fresh == token {
            return Ok(answer);
        }
        self.once(self.signed(request, media_type, &fresh, full(bytes))?, moved).await
    }

    fn signed(
        &self,
        request: &Request<()>,
        media_type: Option<&str>,
        token: &Option<Token>,
        body: Sent,
    ) -> Result<Request<Sent>, ClientError> {
        let mut signed = request.clone().map(|()| body);
        if let Some(media_type) = media_type {
            let value = media_type.parse().map_err(|error: http::header::InvalidHeaderValue| self.broken(&error))?;
            signed.headers_mut().insert(CONTENT_TYPE, value);
        }
        if let Some(token) = token {
            signed.headers_mut().insert(AUTHORIZATION, token.header()?);
        }
        Ok(signed)
    }

    /// Sends one request. The answer has to begin in time after the last piece was sent; without `moved`, whenever it will.
    async fn once(&self, request: Request<Sent>, moved: Option<&AtomicU64>) -> Result<Answer, ClientError> {
        let mut answering = self.http.request(request);
        let sent = || moved.map(|moved| moved.load(Ordering::Relaxed));
        loop {
            let before = sent();
            match tokio::time::timeout(SILENCE, &mut answering).await {
                Ok(Ok(response)) => return Ok(self.answer(response)),
                Ok(Err(error)) if error.is_connect() => {
                    return Err(ClientError::Unreachable {
                        address: self.address.to_string(),
                        why: unreachable(&error),
                        of_tls: is_of_tls(&error),
                    });
                }
                Ok(Err(error)) => return Err(self.broken(&error)),
                Err(_) if before.is_none() || sent() != before => {}
                Err(_) => {
                    let (address, seconds) = (self.address.to_string(), SILENCE.as_secs());
                    return Err(ClientError::Silent { address, seconds });
                }
            }
        }
    }

    fn answer(&self, response: http::Response<Incoming>) -> Answer {
        Answer::new(self.address.to_string(), response)
    }

    fn broken(&self, error: &dyn std::error::Error) -> ClientError {
        broken(&self.address.to_string(), error)
    }

    /// The token of a request: not `spent`, where a login is kept.
    async fn token(&self, spent: Option<&Token>) -> Result<Option<Token>, ClientError> {
        match &self.credential {
            Credential::Nobody => Ok(None),
            Credential::Token(token) => Ok(Some(token.clone())),
            Credential::Kept(keyring) => match self.kept(keyring)? {
                Entry::Token { token } => Ok(Some(Token::new(&token))),
                entry => match current(&entry, spent) {
                    Some(token) => Ok(Some(token)),
                    None => self.refreshed(keyring, spent).await.map(Some),
                },
            },
        }
    }

    fn kept(&self, keyring: &Keyring) -> Result<Entry, ClientError> {
        keyring.get(&self.address)?.ok_or_else(|| ClientError::NotLoggedIn(self.address.to_string()))
    }

    /// A new access token. A refresh token is good once, so programs take turns, and the next one finds what this one got.
    async fn refreshed(&self, keyring: &Keyring, spent: Option<&Token>) -> Result<Token, ClientError> {
        let ring = keyring.clone();
        let turn = tokio::task::spawn_blocking(move || ring.turn()).await;
        let _turn = turn.map_err(|error| self.broken(&error))??;
        let entry = self.kept(keyring)?;
        if let Some(token) = current(&entry, spent) {
            return Ok(token);
        }
        let Entry::Login { refresh_token, .. } = entry else {
            return Err(ClientError::LoginOver(self.address.to_string()));
        };
        let asked = Ask::post("/api/auth/refresh", &RefreshRequestJson { refresh_token });
        // The future of a refresh would hold itself: a request refreshes before it is sent.
        let login: Result<LoginJson, ClientError> = Box::pin(self.nobody().json(asked)).await;
        match login {
            Ok(login) => {
                keyring.replace(&self.address, Some(Entry::from(&login)))?;
                Ok(Token::new(&login.access_token))
            }
            Err(error) if error.reason() == Some(RefusalReason::Unauthenticated) => {
                keyring.replace(&self.address, None)?;
                Err(ClientError::LoginOver(self.address.to_string()))
            }
            Err(error) => Err(error),
        }
    }

    /// An error with what two versions may have to do with it.
    async fn explained(&self, error: ClientError) -> ClientError {
        match error {
            ClientError::Strange { address, why, version: None } => {
                ClientError::Strange { address, why, version: self.version().await }
            }
            ClientError::Refused(mut problem) if may_be_of_versions(&problem) => {
                let (own, server) = (env!("CARGO_PKG_VERSION"), self.version().await);
                if let Some(server) = server.filter(|server| server != own) {
                    problem.detail +=
                        &format!(" (the server is runcell {server}, this is {own}: use the same version)");
                }
                ClientError::Refused(problem)
            }
            error => error,
        }
    }

    /// The version that the server says it has.
    async fn version(&self) -> Option<String> {
        let request = Request::get(format!("{}/health", self.address.base())).body(full(Bytes::new())).ok()?;
        let answer = self.once(request, Some(&AtomicU64::new(0))).await.ok()?.whole(MOST_JSON).await.ok()?;
        let health: Health = serde_json::from_slice(&answer).ok()?;
        Some(health.version.chars().take(40).collect())
    }
}

/// Trusts the certificates of the system, and those of a file.
fn trust(ca_file: Option<&Path>) -> Result<Trust, ClientError> {
    let path = || ca_file.map(|path| path.display().to_string()).unwrap_or_default();
    Trust::new(ca_file).map_err(|error| match error {
        TrustError::File(why) => ClientError::CaFile { path: path(), why },
        TrustError::Library(error) => ClientError::Tls(error.to_string()),
    })
}

/// Why there is no connection, and what to do about a certificate.
fn unreachable(error: &dyn std::error::Error) -> String {
    let why = cause(error);
    let of_certificate = why.contains("certificate");
    if of_certificate {
        format!("{why} (--ca-file names what to trust beside the authorities of the system)")
    } else {
        why
    }
}

/// Whether the two did not agree on keys.
fn is_of_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut errors = std::iter::successors(Some(error), |error| error.source());
    errors.any(|error| {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.is_some_and(|inner| inner.is::<rustls::Error>())
    })
}

/// The access token of a login, while it is good.
fn current(entry: &Entry, spent: Option<&Token>) -> Option<Token> {
    match entry {
        Entry::Token { token } => Some(Token::new(token)),
        Entry::Login { access_token, expires_at, .. } => {
            let token = Token::new(access_token);
            let good = *expires_at > rfc3339(now_ms().saturating_add(EARLY_MS)) && spent != Some(&token);
            good.then_some(token)
        }
    }
}

/// Whether a refusal may come from a server of another version, which knows other paths and names.
fn may_be_of_versions(problem: &runcell_wire::ProblemJson) -> bool {
    match problem.reason {
        RefusalReason::WrongMethod => true,
        RefusalReason::NotFound => problem.detail.starts_with("there is no path"),
        RefusalReason::Invalid => {
            ["unknown field", "unknown variant"].iter().any(|words| problem.detail.contains(words))
        }
        _ => false,
    }
}
