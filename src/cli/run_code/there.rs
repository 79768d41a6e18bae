//! A run at a server: what it is sent, what it tells, how it is stopped.
//!
//! Owns following it, also over a connection that breaks. What is printed and how the verb ends is the same as on this machine.

use super::CliError;
use super::stream::Going;
use crate::cli::door::bytes;
use crate::cli::progress::Screen;
use crate::cli::shell;
use runcell_client::{Ask, Client, ClientError, Event, Follow, path, query};
use runcell_model::limits::{LimitKind, LimitPolicy};
use runcell_model::outcome::{BackendKind, Ending, Outcome};
use runcell_model::run::{OutputStream, RunEvent};
use runcell_model::runtime::RuntimeRef;
use runcell_service::{RunRequest, Stdin};
use runcell_wire::{
    ExecutionJson, FileJson, OutcomeJson, OutputJson, RefusalReason, RuntimeListJson, StartedJson, StepJson,
};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

/// The most bytes that are sent with a run. The server's own limits come after it.
const MOST_SENT: u64 = 64 << 20;
/// How long a run that was stopped may take to end.
const STOPPING: Duration = Duration::from_secs(10);

/// The limits of host files for a server, whose own are not known here: as much as can be sent.
pub(in crate::cli) fn policy() -> LimitPolicy {
    let all = [LimitKind::Code, LimitKind::FileBytes].map(|kind| (kind, MOST_SENT));
    LimitPolicy { default: all.into(), ceiling: all.into() }
}

/// Checks that all of a request can be sent.
pub(super) fn check(request: &RunRequest) -> Result<(), CliError> {
    let sent = request.code.len() as u64 + request.files.iter().map(|file| file.bytes.len() as u64).sum::<u64>();
    if sent <= MOST_SENT {
        return Ok(());
    }
    let words = format!("code and files have more than {} MiB: a run at a server is sent no more", MOST_SENT >> 20);
    Err(CliError::Usage(words))
}

/// The path of a request to run something whose stdin comes as it is read.
pub(super) fn with_stdin(path: &str, stdin: &Stdin) -> String {
    query(path, &[("stdin", matches!(stdin, Stdin::OnDemand(_)).then(|| "later".to_owned()))])
}

/// The name that a snippet without one has at a server.
pub(super) async fn main_file(client: &Client, runtime: &RuntimeRef, backend: BackendKind) -> Result<String, CliError> {
    let list: RuntimeListJson = client.json(Ask::get("/api/runtimes")).await?;
    let called =
        |name: &str, aliases: &[String]| name == runtime.name() || aliases.iter().any(|alias| alias == runtime.name());
    let found = match backend {
        BackendKind::Wasm => (list.runtimes.into_iter())
            .filter(|known| called(&known.name, &known.aliases))
            .find(|known| runtime.version().map_or(known.default, |version| known.version == version))
            .map(|known| known.main_file),
        BackendKind::Container => (list.container_languages.into_iter())
            .find(|known| called(&known.name, &known.aliases))
            .map(|known| known.main_file),
    };
    Ok(found.unwrap_or_default())
}

/// A run at a server.
pub(super) struct RunThere<'a> {
    client: &'a Client,
    events: Follow,
    id: Option<String>,
    /// The number of the last event, and whether some before it never came.
    last: u64,
    gap: bool,
    /// The printed part of each stream, in bytes of its text, and whether some of it was no text.
    printed: [usize; 2],
    bytes: bool,
    waiting: VecDeque<RunEvent>,
    screen: Option<Screen>,
    /// The program's input, until it reads it.
    stdin: Stdin,
    stopped: bool,
    end: Option<Result<Outcome, CliError>>,
}

impl<'a> RunThere<'a> {
    /// Begins a run.
    pub(super) async fn start(client: &'a Client, ask: Ask, stdin: Stdin) -> Result<Self, CliError> {
        let events = Follow::of(client, client.events(ask).await?);
        Ok(Self {
            client,
            events,
            id: None,
            last: 0,
            gap: false,
            printed: [0; 2],
            bytes: false,
            waiting: VecDeque::new(),
            screen: None,
            stdin,
            stopped: false,
            end: None,
        })
    }

    async fn hear(&mut self) -> Result<(), CliError> {
        let event = if self.stopped {
            match tokio::time::timeout(STOPPING, self.events.next()).await {
                Ok(event) => event?,
                Err(_) => {
                    self.end = Some(Ok(Outcome::unstarted(Ending::Cancelled)));
                    return Ok(());
                }
            }
        } else {
            self.events.next().await?
        };
        if let Some(number) = event.id {
            self.gap |= number > self.last + 1;
            self.last = number;
        }
        match &*event.name {
            "started" => self.started(event.data()?).await,
            "progress" => {
                let step: StepJson = event.data()?;
                let screen = || Screen::new(&step.subject, step.percent.is_some());
                self.screen.get_or_insert_with(screen).show(step.into(), &[]);
            }
            "output" => self.output(event.data()?)?,
            "stdin" => self.read(),
            "outcome" => self.ended(&event).await?,
            "problem" => {
                self.ready(false);
                return Err(ClientError::Refused(event.data()?).into());
            }
            // Of a later version.
            _ => {}
        }
        Ok(())
    }

    async fn started(&mut self, started: StartedJson) {
        self.events.known_at(path("/api/executions/", &started.execution_id, "/stream"));
        self.id = Some(started.execution_id);
        if self.stopped {
            self.stop().await;
        }
    }

    /// Begins to send what the program reads.
    fn read(&mut self) {
        let (Stdin::OnDemand(begin), Some(id)) = (std::mem::take(&mut self.stdin), self.id.clone()) else { return };
        let client = self.client.clone();
        tokio::spawn(async move {
            if let Err(error) = send(&client, &id, begin()).await {
                shell::say(&format!("stdin broke off, the run is stopped: {error}"));
                // If it cannot be asked, that is heard from the events.
                let _ = client.done(Ask::delete(path("/api/executions/", &id, ""))).await;
            }
        });
    }

    /// Asks the server to stop the run. If it cannot be asked, that is heard from the events.
    async fn stop(&self) {
        if let Some(id) = &self.id {
            let asked = self.client.done(Ask::delete(path("/api/executions/", id, "")));
            let _ = tokio::time::timeout(STOPPING, asked).await;
        }
    }

    fn ready(&mut self, well: bool) {
        if let Some(screen) = self.screen.take() {
            screen.finish(well);
        }
    }

    fn output(&mut self, output: OutputJson) -> Result<(), CliError> {
        self.ready(true);
        self.bytes |= output.base64.is_some();
        // Output after a gap is printed with the rest, from the outcome.
        if self.gap {
            return Ok(());
        }
        let (stream, index) = match &*output.stream {
            "stderr" => (OutputStream::Stderr, 1),
            _ => (OutputStream::Stdout, 0),
        };
        self.printed[index] += output.text.len();
        self.waiting.push_back(RunEvent::Output { stream, bytes: bytes(output)? });
        Ok(())
    }

    async fn ended(&mut self, event: &Event) -> Result<(), CliError> {
        self.ready(true);
        let Some(mut json) = event.data::<Option<OutcomeJson>>()? else {
            self.end = Some(Ok(Outcome::unstarted(self.unkept().await?)));
            return Ok(());
        };
        for file in &mut json.files {
            self.fetch(file).await?;
        }
        let outcome = Outcome::try_from(json).map_err(|error| ClientError::Strange {
            address: self.client.address().to_string(),
            why: error.to_string(),
            version: None,
        })?;
        if self.gap {
            self.catch_up(&outcome);
        }
        self.end = Some(Ok(outcome));
        Ok(())
    }

    /// Fetches a file that was too large for the answer.
    async fn fetch(&self, file: &mut FileJson) -> Result<(), CliError> {
        let Some(uri) = file.uri.take().filter(|uri| file.content.is_none() && uri.starts_with('/')) else {
            return Ok(());
        };
        let mut answer = self.client.send(Ask::get(uri)).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.piece().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > file.bytes {
                break;
            }
        }
        if bytes.len() as u64 != file.bytes {
            let why = format!("{:?} has {} bytes, and {} came", file.path, file.bytes, bytes.len());
            let address = self.client.address().to_string();
            return Err(ClientError::Strange { address, why, version: None }.into());
        }
        *file = FileJson::new(std::mem::take(&mut file.path), bytes);
        Ok(())
    }

    /// The output that came faster than it could be sent: the outcome has all of it, as text.
    fn catch_up(&mut self, outcome: &Outcome) {
        let streams = [(OutputStream::Stdout, &outcome.output.stdout), (OutputStream::Stderr, &outcome.output.stderr)];
        for ((stream, all), printed) in streams.into_iter().zip(self.printed) {
            let rest = all.get(printed..).unwrap_or_default().to_vec();
            self.waiting.push_back(RunEvent::Output { stream, bytes: rest });
        }
        if self.bytes {
            shell::say(
                "the program wrote bytes that are no text faster than they could be sent: some were replaced; let it write a file",
            );
        }
    }

    /// The ending of a run whose outcome was not kept.
    async fn unkept(&self) -> Result<Ending, CliError> {
        let id = self.id.as_deref().unwrap_or_default();
        let record: ExecutionJson = self.client.json(Ask::get(path("/api/executions/", id, ""))).await?;
        let message = match &*record.state {
            "lost" => "the server that ran it has ended".to_owned(),
            state => {
                format!("it ended ({state}) while the connection was broken, and its outcome was too long to be kept")
            }
        };
        Ok(Ending::Lost { message })
    }
}

/// Sends stdin piece by piece, as the program reads it.
async fn send(client: &Client, id: &str, mut pieces: Receiver<Vec<u8>>) -> Result<(), ClientError> {
    let to = path("/api/executions/", id, "/stdin");
    loop {
        let piece = pieces.recv().await;
        let (path, piece) = match piece {
            Some(piece) => (to.clone(), piece),
            None => (query(&to, &[("end", Some("true".to_owned()))]), Vec::new()),
        };
        let last = path != to;
        match given(client, &path, piece).await {
            // The program has ended, or reads no more.
            Err(error) if matches!(error.reason(), Some(RefusalReason::Conflict | RefusalReason::NotFound)) => {
                return Ok(());
            }
            Ok(()) if !last => {}
            ended => return ended,
        }
    }
}

/// Sends a piece, as soon as the server takes requests.
async fn given(client: &Client, path: &str, piece: Vec<u8>) -> Result<(), ClientError> {
    loop {
        match client.done(Ask::bytes(path, piece.clone())).await {
            Err(ClientError::Refused(problem)) if problem.reason == RefusalReason::Busy => {
                tokio::time::sleep(Duration::from_millis(problem.retry_after_ms.unwrap_or(1000))).await;
            }
            ended => return ended,
        }
    }
}

impl Going for RunThere<'_> {
    async fn next_event(&mut self) -> Option<RunEvent> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.end.is_some() {
                return None;
            }
            if let Err(error) = self.hear().await {
                self.end = Some(Err(error));
            }
        }
    }

    async fn cancel(&mut self) {
        self.stopped = true;
        self.stop().await;
    }

    async fn outcome(self) -> Result<Outcome, CliError> {
        self.end.unwrap_or_else(|| Ok(Outcome::unstarted(Ending::Cancelled)))
    }
}
