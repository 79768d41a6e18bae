//! Clients that no decent one is like: slow readers and writers, large uploads, half a request, floods of headers. Each
//! kind has a server of its own, on which another client runs hellos meanwhile.
//!
//! Owns the attacks and the bar of the server's memory.

use super::client::{Client, get, head, post};
use super::hello::drive;
use super::server::HttpServer;
use crate::load::drive::Stop;
use crate::load::footprint;
use crate::load::report::{Line, Lines};
use crate::load::setting::Load;
use anyhow::Context;
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the hellos go on at most; an attack ends them.
const LONG: Duration = Duration::from_secs(300);
/// Clients of each attack.
const CLIENTS: usize = 200;
/// Bytes of an upload.
const UPLOAD: u64 = 200 << 20;

/// One kind of bad client.
struct Attack {
    name: &'static str,
    /// The memory that the server may take beside that at rest, in MiB: three times the output under way, and some.
    bar_mib: u64,
    run: fn(&HttpServer) -> anyhow::Result<()>,
}

const ATTACKS: [Attack; 5] = [
    Attack { name: "200 clients that do not read 1 MB each", bar_mib: 664, run: slow_readers },
    Attack { name: "200 clients that write a byte at a time", bar_mib: 64, run: slow_writers },
    Attack { name: "8 uploads of 200 MiB", bar_mib: 64, run: uploads },
    Attack { name: "2,000 halves of a request", bar_mib: 64, run: halves },
    Attack { name: "2,000 floods of headers", bar_mib: 64, run: floods },
];

/// All attacks, one after the other.
pub(super) fn all(load: &Load) -> anyhow::Result<Lines> {
    let mut lines = Lines::default();
    for Attack { name, bar_mib, run } in ATTACKS {
        crate::workspace::eprint_line(&format!("  {name} ..."));
        let server = HttpServer::start(&load.binary)?;
        drive(&server, 1, Stop::Runs(100), &AtomicBool::new(false))?;
        let (rest, over) = (footprint::peak_kib(server.pid())? >> 10, AtomicBool::new(false));
        let tally = std::thread::scope(|scope| {
            let attack = scope.spawn(|| {
                let ended = run(&server);
                over.store(true, Ordering::Relaxed);
                ended
            });
            let tally = drive(&server, 1, Stop::After(LONG), &over);
            attack.join().map_err(|_| anyhow::anyhow!("the attack panicked"))?.with_context(|| name)?;
            tally
        })?;
        let more = (footprint::peak_kib(server.pid())? >> 10).saturating_sub(rest);
        let line = format!("http: hello beside {name}; the server took {more} MiB more, {bar_mib} are allowed");
        let mut part = Lines::of(Line::of(&line, &tally.all(), &tally), &tally);
        if more > bar_mib {
            part.problem(line);
        }
        lines.join(part);
        server.end()?;
    }
    Ok(lines)
}

/// Each asks for 1 MB of output and reads nothing of it until all have asked.
fn slow_readers(server: &HttpServer) -> anyhow::Result<()> {
    let json = r#"{"runtime":"python","code":"print('x' * 1000000)"}"#;
    let mut open = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = Client::connect(server.address())?;
        client.send(&post("/api/execute/stream", "", json))?;
        open.push(client);
    }
    std::thread::sleep(Duration::from_secs(5));
    // Those who read after all get their answer to its end.
    open.iter_mut().take(10).try_for_each(|client| client.read_until(b"event: outcome").map(drop))
}

/// Each sends a run, byte after byte, and gets its answer.
fn slow_writers(server: &HttpServer) -> anyhow::Result<()> {
    let request = post("/api/execute", "", r#"{"runtime":"python","code":"print(1)"}"#);
    let clients: anyhow::Result<Vec<_>> = (0..CLIENTS).map(|_| Client::connect(server.address())).collect();
    let mut clients = clients?;
    for byte in &request {
        clients.iter_mut().try_for_each(|client| client.send(std::slice::from_ref(byte)))?;
    }
    clients.iter_mut().try_for_each(|client| client.answer().map(drop))
}

/// Uploads side by side.
fn uploads(server: &HttpServer) -> anyhow::Result<()> {
    let before = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big\"\r\n\r\n";
    let (after, piece) = ("\r\n--XX--\r\n", vec![b'u'; 1 << 20]);
    let length = before.len() as u64 + UPLOAD + after.len() as u64;
    let headers = format!("Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: {length}\r\n");
    std::thread::scope(|scope| {
        let one = || -> anyhow::Result<()> {
            let mut client = Client::connect(server.address())?;
            client.send(&head("POST", "/api/files", &headers))?;
            client.send(before.as_bytes())?;
            (0..UPLOAD >> 20).try_for_each(|_| client.send(&piece))?;
            client.send(after.as_bytes())?;
            client.answer().map(drop)
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("an upload panicked"))?)
    })
}

/// Connections that send half a request and stay.
fn halves(server: &HttpServer) -> anyhow::Result<()> {
    let open: anyhow::Result<Vec<TcpStream>> = (0..2_000)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address())?;
            stream
                .write_all(b"POST /api/execute HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{\"run")?;
            Ok(stream)
        })
        .collect();
    let open = open?;
    std::thread::sleep(Duration::from_secs(3));
    drop(open);
    Ok(())
}

/// Headers without end, on many connections.
fn floods(server: &HttpServer) -> anyhow::Result<()> {
    let line = format!("X-Flood: {}\r\n", "f".repeat(4000));
    for _ in 0..2_000 {
        let mut stream = TcpStream::connect(server.address())?;
        stream.write_all(&get("/health")[..30])?;
        // The server closes when it has seen too much.
        let _closed = (0..64).try_for_each(|_| stream.write_all(line.as_bytes()));
    }
    Ok(())
}
