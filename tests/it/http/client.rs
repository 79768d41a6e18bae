//! A client of HTTP/1.1 that sends what it is told, byte for byte.
//!
//! Owns nothing of the API. It speaks to a socket itself, so that tests can send what no library would.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The answer of a server.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// Demands a problem of this status and reason, and gives its words.
    #[track_caller]
    pub fn problem(&self, status: u16, reason: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let json = self.json();
        assert_eq!((&json["status"], &json["reason"]), (&status.into(), &reason.into()), "{json}");
        assert_eq!(json["request_id"], self.header("x-request-id"), "{json}");
        json["detail"].as_str().unwrap().to_owned()
    }
}

/// Whether a value is of a kind.
pub type Kind = fn(&Value) -> bool;

/// Demands that an object has these fields, of these kinds.
#[track_caller]
pub fn has(object: &Value, fields: &[(&str, Kind)]) {
    for (name, kind) in fields {
        assert!(object.get(name).is_some_and(kind), "{name} in {object}");
    }
}

/// A request to be sent.
pub struct Ask {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

pub fn ask(method: &str, path: &str) -> Ask {
    Ask { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
}

impl Ask {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn json(self, json: &Value) -> Self {
        self.body("application/json", json.to_string().as_bytes())
    }

    pub fn body(mut self, media_type: &str, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.header("Content-Type", media_type)
    }

    /// A form: each field has a name, the name of a file or none, and its bytes.
    pub fn form(self, fields: &[(&str, Option<&str>, &[u8])]) -> Self {
        let mut body = Vec::new();
        for (name, file, bytes) in fields {
            let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            body.extend_from_slice(
                format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--XX--\r\n");
        self.body("multipart/form-data; boundary=XX", &body)
    }

    fn bytes(&self, token: Option<&str>) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            head += "Host: localhost\r\n";
        }
        if let Some(token) = token {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        if !self.body.is_empty() || self.method == "POST" {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }

    /// Sends it, and waits for the whole answer.
    pub fn send(&self, address: &str, token: Option<&str>) -> Answer {
        raw(address, &self.bytes(token))
    }

    /// Sends it, and gives the answer as it comes.
    pub fn open(&self, address: &str, token: Option<&str>) -> Stream {
        let mut stream = connect(address);
        stream.write_all(&self.bytes(token)).unwrap();
        let mut reader = BufReader::new(stream);
        let head = head(&mut reader);
        Stream { reader, head }
    }
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    // A server that says nothing for so long never will.
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    stream
}

/// Sends bytes as they are, and waits for the whole answer.
pub fn raw(address: &str, bytes: &[u8]) -> Answer {
    let mut stream = connect(address);
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes);
    whole(BufReader::new(stream))
}

/// The whole answer of a connection that ends with it.
pub fn whole(mut reader: impl BufRead) -> Answer {
    let mut answer = head(&mut reader);
    let mut body = Vec::new();
    let _ = reader.read_to_end(&mut body);
    answer.body = if answer.header("transfer-encoding") == "chunked" { unchunked(&body) } else { body };
    answer
}

fn head(reader: &mut impl BufRead) -> Answer {
    let mut line = String::new();
    let _ = reader.read_line(&mut line);
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            return Answer { status, headers, body: Vec::new() };
        }
        let (name, value) = line.split_once(':').unwrap();
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap_or("0"), 16).unwrap_or(0);
        if size == 0 || body.len() < end + 2 + size {
            break;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = body.get(end + 4 + size..).unwrap_or_default();
    }
    whole
}

/// An answer that is still coming: events.
pub struct Stream {
    reader: BufReader<TcpStream>,
    pub head: Answer,
}

/// One event.
#[derive(Debug)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl Stream {
    /// The next event; `None` at the end.
    pub fn next(&mut self) -> Option<Event> {
        let mut event = Event { id: String::new(), name: String::new(), data: Value::Null };
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            // Sizes of chunks are lines of their own.
            match line.trim_end().split_once(": ") {
                Some(("id", id)) => event.id = id.to_owned(),
                Some(("event", name)) => event.name = name.to_owned(),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                _ if line.trim().is_empty() && !event.name.is_empty() => return Some(event),
                _ => {}
            }
        }
    }

    /// All events until the end.
    pub fn all(mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.next()).collect()
    }
}
