//! The parts that these tests share: a machine and a server with one data folder, and a server that says what a test wants.
//!
//! Owns no test.

use crate::harness::binary;
use crate::http::server::{Server, TOKEN};
use regex_lite::Regex;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The end of a verb: exit code, stdout, stderr.
pub type End = (Option<i32>, String, String);

pub fn end(output: &Output) -> End {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A machine, and a server on its data folder.
pub struct Pair {
    pub server: Server,
    pub folder: TempDir,
}

impl Pair {
    pub fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let server = Server::start(config, |command| {
            command.env("RUNCELL_DATA_DIR", data);
        });
        Self { server, folder }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
        self.path(name)
    }

    /// The program on this machine.
    pub fn here(&self, args: &[&str]) -> Command {
        let mut command = client(&self.path("home"), args);
        command.env("RUNCELL_DATA_DIR", self.path("data")).current_dir(self.folder.path());
        command
    }

    /// The program at the server, as whoever is logged in there.
    pub fn as_user(&self, args: &[&str]) -> Command {
        let mut command = self.here(args);
        // A request that is not sent to the server would ask a folder that does not exist.
        command.env("RUNCELL_URL", self.url()).env("RUNCELL_DATA_DIR", "/nonexistent");
        command
    }

    /// The program at the server, as an admin.
    pub fn there(&self, args: &[&str]) -> Command {
        let mut command = self.as_user(args);
        command.env("RUNCELL_TOKEN", TOKEN);
        command
    }

    /// Demands that a verb comes to the same on both, but for values that differ from time to time.
    #[track_caller]
    pub fn same(&self, args: &[&str], stdin: &[u8]) -> End {
        let [here, there] = [self.here(args), self.there(args)].map(|mut command| end(&given(&mut command, stdin)));
        assert_eq!(plain(&there), plain(&here), "{args:?}: there, here");
        there
    }
}

/// The program, with credentials of its own and no server.
pub fn client(home: &str, args: &[&str]) -> Command {
    let mut command = binary();
    for name in ["RUNCELL_URL", "RUNCELL_TOKEN", "RUNCELL_CA_FILE", "RUNCELL_INSECURE_HTTP"] {
        command.env_remove(name);
    }
    command.env("XDG_CONFIG_HOME", home).args(args).stdin(Stdio::null());
    command
}

/// Runs a command with these bytes as its stdin.
pub fn given(command: &mut Command, stdin: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    // A client that does not read it closes it.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// An end without the values that differ from run to run: usage, ids, times, what preparing says.
fn plain(end: &End) -> End {
    let patterns = [
        (r"(?s)\n  \x22usage\x22: \{.*?\}", "usage"),
        (r"\b[0-9a-f]{32}\b", "(id)"),
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "(time)"),
        (r"\x22created_ms\x22: \d+", "(time)"),
        (r"(?m)^  from: .*\n", ""),
        (r",\n    \x22folder\x22: [^\n]*", ""),
        (r"(?m)^(preparing| {2}).*: \d.*\n|^preparing .*\n|^\S+ is ready\n", ""),
    ];
    let clean = |text: &String| {
        patterns.iter().fold(text.clone(), |text, (pattern, with)| {
            Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned()
        })
    };
    (end.0, clean(&end.1), clean(&end.2))
}

/// A server that answers each connection with the next of some texts, and keeps what it was asked.
pub struct Fake {
    pub url: String,
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// Whatever is not in the texts is answered with the last of them.
    pub fn new(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                heard.lock().unwrap().push(request(&stream));
                // A client that has read enough is gone.
                let _ = stream.write_all(&answers[number.min(answers.len() - 1)]);
            }
        });
        Self { url, asked }
    }

    pub fn run(&self, args: &[&str]) -> End {
        let home = tempfile::tempdir().unwrap();
        let mut command = client(home.path().to_str().unwrap(), args);
        end(&command.env("RUNCELL_URL", &self.url).env("RUNCELL_TOKEN", TOKEN).output().unwrap())
    }
}

/// The request of a connection, with its body.
fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        text += &line;
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    text + "\n" + &String::from_utf8_lossy(&body)
}

/// An answer with a body.
pub fn answer(status: &str, media_type: &str, body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nConnection: close\r\n");
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A stream of events that ends with the connection.
pub fn events(events: &[(u64, &str, &str)]) -> Vec<u8> {
    let mut text = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n".to_owned();
    for (id, name, data) in events {
        text += &format!("id: {id}\nevent: {name}\ndata: {data}\n\n");
    }
    text.into_bytes()
}
