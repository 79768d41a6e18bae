//! The protocol over HTTP: one endpoint for requests of any server of HTTP.
//!
//! Owns the order in which a request is let in: names and origin, caller, body, allowances, connection. Listening, TLS and the
//! finding of the caller belong to the server of HTTP, which puts a [`Caller`] into the extensions of a request; what a request
//! says belongs to `server` and the library.

mod config;
mod connection;
mod handler;
mod refusal;
mod reply;
mod request_body;

pub use config::{HttpConfig, HttpLimits, OverTls, Stopping};
pub use reply::{ReplyBody, StalledReader};

use crate::client::{Allowances, Client, KnownClients, Owner};
use crate::config::McpConfig;
use crate::exchange::{Exchange, Hold};
use crate::message::{self, Known};
use crate::server::Server;
use bytes::Bytes;
use config::MAX_MESSAGE_BYTES;
use connection::{Bounds, Connections, Use};
use handler::HttpClients;
use http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use refusal::{Answer, refuse};
use reply::Replies;
use request_body::Unread;
use rmcp::ServerHandler;
use rmcp::transport::StreamableHttpService;
use runcell_model::caller::{Caller, Face};
use runcell_service::Service;
use std::convert::Infallible;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The header that names a connection.
const SESSION: &str = "mcp-session-id";

/// How long answers may take after all calls were stopped.
const LINGER: Duration = Duration::from_secs(1);

/// How long the last answers may take to be sent.
const FLUSH: Duration = Duration::from_millis(100);

type Answering<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The library's endpoint.
type Library = Box<dyn Fn(Request<Full<Bytes>>) -> Answering<Answer> + Send + Sync>;

/// The MCP endpoint of a server of HTTP. Clones are the same one.
#[derive(Clone)]
pub struct McpHttp {
    inner: Arc<Inner>,
}

struct Inner {
    library: Library,
    config: HttpConfig,
    clients: KnownClients,
    connections: Arc<Connections>,
    replies: Replies,
    stop: Stopping,
}

impl McpHttp {
    pub(crate) fn over_service(service: Arc<Service>, config: McpConfig, http: HttpConfig, stop: Stopping) -> Self {
        let (answers, calls) = (service.answers(), TaskTracker::new());
        let (config, of_handler) = (Arc::new(config), calls.clone());
        let handler = move || {
            let (service, config, calls) = (service.clone(), config.clone(), of_handler.clone());
            Server(HttpClients { service, config, calls, watches: Arc::default() })
        };
        Self::over((answers.unsent_bytes, answers.kept_bytes / 4), handler, http, calls, stop)
    }

    /// The same transport with another handler of the protocol, for programs that bring MCP tools of their own. Requests need a
    /// [`Caller`] all the same. To be called within a tokio runtime.
    #[must_use]
    pub fn with_handler<H: ServerHandler>(
        handler: impl Fn() -> H + Send + Sync + 'static,
        http: HttpConfig,
        stop: Stopping,
    ) -> Self {
        Self::over((32 << 20, 0), handler, http, TaskTracker::new(), stop)
    }

    fn over<H: ServerHandler>(
        (unsent, kept): (u64, u64),
        handler: impl Fn() -> H + Send + Sync + 'static,
        config: HttpConfig,
        calls: TaskTracker,
        stop: Stopping,
    ) -> Self {
        let limits = config.limits;
        let bounds = Bounds { of_one: limits.sessions_per_caller, of_all: limits.sessions, idle: limits.session_idle };
        let connections = Arc::new(Connections::new(bounds, stop.ending.clone()));
        let allowances = Allowances {
            requests: limits.requests_per_caller,
            received: limits.received_bytes_per_caller,
            received_in_all: limits.received_bytes,
            unsent,
            unsent_in_all: limits.unsent_bytes,
            kept,
        };
        let quit = CancellationToken::new();
        let inner = Arc::new(Inner {
            library: library(handler, connections.clone(), &config, quit.clone()),
            clients: KnownClients::new(allowances),
            replies: Replies::default(),
            stop: stop.clone(),
            connections,
            config,
        });
        tokio::spawn(tidy(Arc::downgrade(&inner)));
        tokio::spawn(end(stop, calls, quit));
        Self { inner }
    }

    /// The document of RFC 9728 about this endpoint, for `/.well-known/oauth-protected-resource` and the same with the path of
    /// the endpoint behind it. It is open to everybody.
    #[must_use]
    pub fn metadata(&self, request: &Parts) -> serde_json::Value {
        refusal::metadata(&self.inner.config, request)
    }

    /// The value of `WWW-Authenticate` for a request without a valid token, for servers that refuse such a request themselves:
    /// it says where [`McpHttp::metadata`] is.
    #[must_use]
    pub fn challenge(&self, request: &Parts) -> HeaderValue {
        refusal::challenge(&self.inner.config, request, request.headers.contains_key(AUTHORIZATION))
    }
}

/// The library's own endpoint, for a handler of any kind.
fn library<H: ServerHandler>(
    handler: impl Fn() -> H + Send + Sync + 'static,
    connections: Arc<Connections>,
    config: &HttpConfig,
    quit: CancellationToken,
) -> Library {
    let library = StreamableHttpService::new(move || Ok(handler()), connections, config.library(quit));
    Box::new(move |request| {
        let library = library.clone();
        Box::pin(async move { library.handle(request).await })
    })
}

/// Ends what nobody uses and who does not read, as long as the endpoint is there.
async fn tidy(inner: Weak<Inner>) {
    loop {
        let Some(here) = inner.upgrade() else { return };
        let limits = here.config.limits;
        here.connections.end_idle().await;
        here.replies.give_up_stalled(limits.patience);
        drop(here);
        tokio::time::sleep((limits.patience.min(limits.session_idle) / 4).max(Duration::from_millis(50))).await;
    }
}

/// Lets the calls under way be answered when the server ends, and then ends the streams.
async fn end(stop: Stopping, calls: TaskTracker, quit: CancellationToken) {
    stop.draining.cancelled().await;
    calls.close();
    let ended = async {
        stop.ending.cancelled().await;
        tokio::time::sleep(LINGER).await;
    };
    tokio::select! {
        () = calls.wait() => {}
        () = ended => {}
    }
    tokio::time::sleep(FLUSH).await;
    quit.cancel();
}

impl<B> tower_service::Service<Request<B>> for McpHttp
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Display,
{
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = Answering<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let inner = self.inner.clone();
        Box::pin(async move {
            let (answer, exchange) = match inner.answer(request).await {
                Ok(answered) => answered,
                Err(refusal) => (*refusal, None),
            };
            let (parts, body) = answer.into_parts();
            Ok(Response::from_parts(parts, inner.replies.watch(body, exchange)))
        })
    }
}

/// An answer, and the exchange of which its body is the end.
type Answered = (Answer, Option<Arc<Exchange>>);

impl Inner {
    async fn answer<B>(&self, request: Request<B>) -> Result<Answered, Box<Answer>>
    where
        B: Body + Send,
        B::Data: Send,
        B::Error: Display,
    {
        let (mut parts, body) = request.into_parts();
        if is_own_page(&parts) {
            parts.headers.remove(ORIGIN);
        }
        self.check_names(&parts).await?;
        if self.stop.draining.is_cancelled() {
            return Err(Box::new(refuse(StatusCode::SERVICE_UNAVAILABLE, "the server ends")));
        }
        // The library and what it logs have no use for secrets.
        let had_token = parts.headers.remove(AUTHORIZATION).is_some();
        parts.headers.remove(COOKIE);
        let Some(mut caller) = parts.extensions.remove::<Caller>() else {
            return Err(Box::new(refusal::unknown(&self.config, &parts, had_token)));
        };
        caller.face = Face::Mcp;
        let owner = Owner::of(&caller);
        let session = parts.headers.get(SESSION).and_then(|id| id.to_str().ok());
        let entered = session.and_then(|id| self.connections.enter(id, &owner));
        if parts.method == Method::POST {
            return self.post(parts, body, caller, owner, entered).await;
        }
        if session.is_some() && entered.is_none() && matches!(parts.method, Method::GET | Method::DELETE) {
            return Err(Box::new(refuse(StatusCode::NOT_FOUND, "there is no such session; begin a new one")));
        }
        let mut exchange = self.exchange(caller, self.clients.of(&owner), entered.as_ref());
        exchange.holds.extend(entered.map(|entered| Hold::Use(Box::new(entered))));
        let ends = parts.method == Method::DELETE;
        let mut answer = self.ask(parts, Bytes::new(), owner).await;
        if ends && answer.status() == StatusCode::ACCEPTED {
            // It has ended, and clients take 202 for a failure.
            *answer.status_mut() = StatusCode::NO_CONTENT;
        }
        Ok((answer, Some(Arc::new(exchange))))
    }

    /// Checks `Host` and `Origin`, by the library's rules, before anything else is done.
    async fn check_names(&self, parts: &Parts) -> Result<(), Box<Answer>> {
        let mut probe = Request::new(Full::default());
        // The library takes no such request, but it looks at the names first.
        *probe.method_mut() = Method::OPTIONS;
        *probe.uri_mut() = parts.uri.clone();
        for name in [HOST, ORIGIN] {
            for value in parts.headers.get_all(&name) {
                probe.headers_mut().append(&name, value.clone());
            }
        }
        let answer = (self.library)(probe).await;
        if answer.status() == StatusCode::METHOD_NOT_ALLOWED { Ok(()) } else { Err(Box::new(answer)) }
    }

    async fn post<B>(
        &self,
        mut parts: Parts,
        body: B,
        caller: Caller,
        owner: Owner,
        entered: Option<Use>,
    ) -> Result<Answered, Box<Answer>>
    where
        B: Body + Send,
        B::Data: Send,
        B::Error: Display,
    {
        let client = self.clients.of(&owner);
        let (patience, shares) = (self.config.limits.patience, (&*client, &self.clients));
        let read = request_body::read(body, &parts.headers, MAX_MESSAGE_BYTES, patience, shares).await;
        let (bytes, mut holds) = read.map_err(|unread| Box::new(refuse(status(&unread), unread.to_string())))?;
        let opened = message::open(bytes);
        let opened = opened.map_err(|answer| Box::new(refusal::message(StatusCode::BAD_REQUEST, &answer)))?;
        if opened.head.is_request {
            holds.push(self.admit(&client).await?);
        }
        if opened.head.method.as_deref() == Some("initialize") && entered.is_none() {
            let room = self.connections.make_room(&owner).await;
            room.map_err(|full| Box::new(refuse(StatusCode::TOO_MANY_REQUESTS, full.to_string())))?;
        }
        let mut exchange = self.exchange(caller, client, entered.as_ref());
        exchange.holds = holds;
        exchange.holds.extend(entered.map(|entered| Hold::Use(Box::new(entered))));
        let exchange = Arc::new(exchange);
        parts.extensions.insert(exchange.clone());
        let answer = self.ask(parts, Bytes::from(opened.text), owner).await;
        Ok((readable(answer, &opened.head).await, Some(exchange)))
    }

    fn exchange(&self, caller: Caller, client: Arc<Client>, entered: Option<&Use>) -> Exchange {
        let ending = entered.map_or(&self.stop.ending, |entered| &entered.ending).clone();
        Exchange::new(caller, client, ending)
    }

    /// Lets a request in, when its client has read enough of its earlier answers.
    async fn admit(&self, client: &Client) -> Result<Hold, Box<Answer>> {
        let most = self.config.limits.requests_per_caller;
        let place = client.requests.clone().try_acquire_owned().map_err(|_| {
            let words = format!("{most} of your requests are being answered, and no more are allowed at a time");
            Box::new(refuse(StatusCode::TOO_MANY_REQUESTS, words))
        })?;
        client.outbox.room().await;
        if self.clients.unsent() >= self.config.limits.unsent_bytes {
            let words = "too many bytes of answers wait to be read; try again later";
            return Err(Box::new(refuse(StatusCode::SERVICE_UNAVAILABLE, words)));
        }
        Ok(Hold::Permit(place))
    }

    /// Asks the library as an owner.
    async fn ask(&self, parts: Parts, body: Bytes, owner: Owner) -> Answer {
        let request = Request::from_parts(parts, Full::new(body));
        Connections::asked_by(owner, (self.library)(request)).await
    }
}

/// Whether a page asks that this server has given out itself: its origin is the host that is asked. Whether we have that name
/// is checked all the same.
fn is_own_page(parts: &Parts) -> bool {
    let only = |name: HeaderName| {
        let mut values = parts.headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none())?.to_str().ok()
    };
    let (Some(origin), Some(host)) = (only(ORIGIN), only(HOST)) else { return false };
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

fn status(unread: &Unread) -> StatusCode {
    match unread {
        Unread::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::Crowded { of_one: true } => StatusCode::TOO_MANY_REQUESTS,
        Unread::Crowded { of_one: false } => StatusCode::SERVICE_UNAVAILABLE,
        Unread::Paused(_) => StatusCode::REQUEST_TIMEOUT,
        Unread::Broken(_) => StatusCode::BAD_REQUEST,
    }
}

/// The library's answer; where it is the text about a message that it could not read, the error of the protocol that says so.
async fn readable(answer: Answer, head: &Known) -> Answer {
    const SAYS: &str = "fail to deserialize request body ";
    if answer.status() != StatusCode::UNSUPPORTED_MEDIA_TYPE {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let Ok(text) = body.collect().await.map(http_body_util::Collected::to_bytes);
    match String::from_utf8_lossy(&text).strip_prefix(SAYS) {
        Some(reason) => refusal::message(StatusCode::BAD_REQUEST, &message::unreadable(head, reason)),
        None => Response::from_parts(parts, Full::new(text).boxed()),
    }
}
