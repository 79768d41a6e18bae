//! A server of HTTP for the endpoint, and a client of raw bytes.
//!
//! The server knows callers by plain names as tokens: accounts are not what is tested here.

use crate::harness::{cache_dir, start, tokio};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use runcell::caller::{Caller, Face, Role};
use runcell::config::Config;
use runcell::service::Service;
use runcell_mcp::{HttpConfig, McpConfig, McpHttp, Stopping};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tower_service::Service as _;

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(400);

/// A server that listens.
pub struct Server {
    pub address: SocketAddr,
    pub stop: Stopping,
    pub service: Option<Arc<Service>>,
}

/// The caller of a token `TENANT:ROLE`; a user of that tenant with the role's name.
fn caller(request: &Request<Incoming>) -> Option<Caller> {
    let token = request.headers().get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")?;
    let (tenant, role) = token.split_once(':')?;
    let role = Role::ALL.into_iter().find(|known| known.name() == role)?;
    Some(Caller::new(tenant.parse().ok()?, tenant, role, Face::Http))
}

/// Serves an endpoint; `everybody` is who calls without a token.
pub fn serve(endpoint: McpHttp, stop: Stopping, everybody: Option<Caller>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    tokio().spawn(async move {
        let listener = ::tokio::net::TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (endpoint, everybody) = (endpoint.clone(), everybody.clone());
            let answer = service_fn(move |request| answer(endpoint.clone(), everybody.clone(), request));
            let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
            ::tokio::spawn(serving);
        }
    });
    Server { address, stop, service: None }
}

type Body = http_body_util::combinators::BoxBody<hyper::body::Bytes, runcell_mcp::StalledReader>;

async fn answer(
    mut endpoint: McpHttp,
    everybody: Option<Caller>,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, std::convert::Infallible> {
    if request.uri().path().starts_with("/.well-known/oauth-protected-resource") {
        let (parts, _) = request.into_parts();
        let text = endpoint.metadata(&parts).to_string();
        return Ok(Response::new(http_body_util::Full::from(text).map_err(|never| match never {}).boxed()));
    }
    if let Some(caller) = caller(&request).or(everybody) {
        request.extensions_mut().insert(caller);
    }
    Ok(endpoint.call(request).await?.map(BodyExt::boxed))
}

/// Serves the product's own endpoint.
pub fn product(http: HttpConfig) -> Server {
    product_with(Config::default(), http)
}

/// The same with a configuration.
pub fn product_with(config: Config, http: HttpConfig) -> Server {
    product_for(None, config, http)
}

/// The same for everybody, with a token or without.
pub fn product_for(everybody: Option<Caller>, config: Config, http: HttpConfig) -> Server {
    let _inside = tokio().enter();
    let service = Arc::new(start(config, cache_dir(), None));
    let (stop, mcp) = (Stopping::default(), McpConfig { prepare_wait: PATIENCE, ..McpConfig::default() });
    let endpoint = runcell_mcp::http(service.clone(), mcp, http, stop.clone());
    Server { service: Some(service), ..serve(endpoint, stop, everybody) }
}

/// An answer: status, headers as they came, and what was read of the body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &'_ str| line.split_once(':').filter(|(known, _)| known.eq_ignore_ascii_case(name)).is_some();
        self.head.lines().find(|text| line(text)).and_then(|text| text.split_once(':')).map(|(_, value)| value.trim())
    }

    /// The messages of the protocol in it.
    pub fn messages(&self) -> Vec<Value> {
        if !self.header("content-type").is_some_and(|media| media.starts_with("text/event-stream")) {
            return vec![serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))];
        }
        let data = self.body.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
        data.filter(|text| !text.is_empty()).map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    /// The last message: the answer to the request.
    pub fn last(&self) -> Value {
        self.messages().pop().unwrap_or_else(|| panic!("no message: {self:?}"))
    }
}

/// A stream of bytes to the server, of which the answer's head was read.
pub struct Open {
    pub status: u16,
    pub head: String,
    pub reader: BufReader<TcpStream>,
}

impl Open {
    /// The next message of a stream of events.
    pub fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        while self.reader.read_line(&mut line).unwrap() > 0 {
            // A chunk may begin within a line only where it is longer than ours here.
            if let Some(text) = line.trim().strip_prefix("data:").map(str::trim).filter(|text| !text.is_empty()) {
                return Some(serde_json::from_str(text).unwrap());
            }
            line.clear();
        }
        None
    }
}

impl Server {
    /// Connects.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a request and reads the head of its answer.
    pub fn open(&self, method: &str, headers: &[(&str, &str)], body: &[u8]) -> Open {
        let stream = self.connect();
        let told = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let mut head = format!("{method} /mcp HTTP/1.1\r\n");
        let defaults = [
            ("host", format!("localhost:{}", self.address.port())),
            ("accept", "application/json, text/event-stream".to_owned()),
            ("content-type", "application/json".to_owned()),
            ("content-length", body.len().to_string()),
            ("connection", "close".to_owned()),
        ];
        for (name, value) in defaults.iter().filter(|(name, _)| !told(name)) {
            head += &format!("{name}: {value}\r\n");
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        (&stream).write_all((head + "\r\n").as_bytes()).unwrap();
        // A server that refuses does not read on.
        let _ = (&stream).write_all(body);
        read_head(stream)
    }

    /// Sends a request and reads its answer to the end.
    pub fn ask(&self, method: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        read_rest(self.open(method, headers, body))
    }

    /// Sends a message in the revision of 2026-07-28.
    pub fn call(&self, token: &str, method: &str, params: Value) -> Answer {
        read_rest(self.begin(token, method, params))
    }

    /// The same; only the head of the answer is read.
    pub fn begin(&self, token: &str, method: &str, mut params: Value) -> Open {
        let name = params.get("name").or(params.get("uri")).and_then(Value::as_str).unwrap_or_default().to_owned();
        let meta = params.as_object_mut().unwrap().entry("_meta").or_insert(json!({}));
        meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28".into();
        meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
        meta["io.modelcontextprotocol/clientInfo"] = json!({ "name": "it", "version": "1" });
        let bearer = format!("Bearer {token}");
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut headers =
            vec![("authorization", bearer.as_str()), ("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)];
        if !name.is_empty() {
            headers.push(("mcp-name", name.as_str()));
        }
        self.open("POST", &headers, body.as_bytes())
    }

    /// Runs a snippet and returns the result.
    pub fn run(&self, token: &str, runtime: &str, code: &str) -> Value {
        let arguments = json!({ "runtime": runtime, "code": code });
        let answer = self.call(token, "tools/call", json!({ "name": "run_code", "arguments": arguments }));
        answer.last()["result"].clone()
    }

    /// Begins a session in the revision of 2025-11-25; returns its id.
    pub fn greet(&self, token: &str) -> String {
        let client = json!({ "name": "it", "version": "1" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }).to_string();
        let answer = self.ask("POST", &[("authorization", &format!("Bearer {token}"))], body.as_bytes());
        assert_eq!(answer.last()["result"]["protocolVersion"], "2025-11-25", "{answer:?}");
        let session = answer.header("mcp-session-id").expect("a session").to_owned();
        let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string();
        assert_eq!(self.ask("POST", &headers(token, &session), done.as_bytes()).status, 202);
        session
    }
}

/// The headers of a request in a session.
pub fn headers<'a>(token: &str, session: &'a str) -> [(&'static str, &'a str); 3] {
    let bearer: &'static str = format!("Bearer {token}").leak();
    [("authorization", bearer), ("mcp-session-id", session), ("mcp-protocol-version", "2025-11-25")]
}

fn read_head(stream: TcpStream) -> Open {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    loop {
        let before = head.len();
        let read = reader.read_line(&mut head).unwrap();
        assert!(read > 0, "the server closed the connection: {head}");
        if head[before..].trim().is_empty() {
            break;
        }
    }
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{head}"));
    Open { status, head, reader }
}

fn read_rest(mut open: Open) -> Answer {
    let mut bytes = Vec::new();
    open.reader.read_to_end(&mut bytes).unwrap();
    let chunked = open.head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunk(&bytes) } else { bytes };
    Answer { status: open.status, head: open.head, body: String::from_utf8(body).unwrap() }
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap().trim(), 16).unwrap();
        if length == 0 {
            break;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 2 + length + 2..];
    }
    body
}
