//! A connection that stays open: one request after the other, each answer with its length.
//!
//! Owns no more of HTTP than that: the client must not cost what it measures.

use super::server::TOKEN;
use anyhow::Context;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const SILENCE: Duration = Duration::from_secs(60);

/// A connection and the answer that it read last.
pub(super) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(super) fn connect(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 << 10) })
    }

    /// Runs python and gives the body of the answer.
    pub(super) fn run(&mut self, code: &str) -> anyhow::Result<&[u8]> {
        self.send(&post("/api/execute", "", &format!(r#"{{"runtime":"python","code":"{code}"}}"#)))?;
        self.answer()
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// The body of the next answer, which has to be a good one.
    pub(super) fn answer(&mut self) -> anyhow::Result<&[u8]> {
        self.buffer.clear();
        let (mut body, mut length) = (None, 0);
        while body.is_none_or(|at| self.buffer.len() < at + length) {
            self.read()?;
            if body.is_none()
                && let Some(at) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n")
            {
                let head = std::str::from_utf8(&self.buffer[..at])?.to_ascii_lowercase();
                let good = head.starts_with("http/1.1 2");
                anyhow::ensure!(good, "{}", String::from_utf8_lossy(&self.buffer));
                let value = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                (body, length) = (Some(at + 4), value.context("an answer without a length")?.parse()?);
            }
        }
        let at = body.unwrap_or_default();
        Ok(&self.buffer[at..at + length])
    }

    /// Reads until bytes have come; gives all that came.
    pub(super) fn read_until(&mut self, bytes: &[u8]) -> anyhow::Result<&[u8]> {
        while !self.buffer.windows(bytes.len()).any(|window| window == bytes) {
            self.read()?;
        }
        Ok(&self.buffer)
    }

    fn read(&mut self) -> anyhow::Result<()> {
        let mut piece = [0; 16 << 10];
        let count = self.stream.read(&mut piece)?;
        anyhow::ensure!(count > 0, "the server closed the connection: {}", String::from_utf8_lossy(&self.buffer));
        self.buffer.extend_from_slice(&piece[..count]);
        Ok(())
    }
}

/// A request with a body of JSON, and headers of its own (each with its end of line).
pub(super) fn post(path: &str, headers: &str, json: &str) -> Vec<u8> {
    let length = json.len();
    let more = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}");
    [head("POST", path, &more), json.as_bytes().to_vec()].concat()
}

/// A request without a body.
pub(super) fn get(path: &str) -> Vec<u8> {
    head("GET", path, "")
}

/// The head of a request.
pub(super) fn head(method: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n{headers}\r\n")
        .into_bytes()
}
