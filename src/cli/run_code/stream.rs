//! A run on the terminal: its output as it comes, stdin as it is typed, Ctrl-C.
//!
//! Owns the pumping. A closed pipe or Ctrl-C cancels the run and ends quietly.

use super::CliError;
use runcell_model::outcome::{Ending, Outcome};
use runcell_model::run::{OutputStream, RunEvent};
use runcell_service::{Run, Stdin};
use std::io::{self, Read, Write};
use tokio::sync::mpsc;

/// How much of stdin is read at a time, in bytes.
const PIECE: usize = 64 << 10;

/// A host stream as the stdin of a run, read only when the guest reads.
pub(super) fn stdin_of(mut host: impl Read + Send + Sync + 'static) -> Stdin {
    Stdin::OnDemand(Box::new(move || {
        let (sender, receiver) = mpsc::channel(1);
        // Without a thread the sender is gone, which the guest sees as the end of its input.
        let _ = std::thread::Builder::new().name("runcell-stdin".to_owned()).spawn(move || {
            let mut buffer = vec![0; PIECE];
            while let Ok(count @ 1..) = host.read(&mut buffer) {
                if sender.blocking_send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        receiver
    }))
}

/// A run that goes on, here or at a server.
pub(super) trait Going {
    /// The next event; `None` once it has ended.
    async fn next_event(&mut self) -> Option<RunEvent>;

    /// Stops it. It still has an outcome.
    async fn cancel(&mut self);

    /// How it ended.
    async fn outcome(self) -> Result<Outcome, CliError>;
}

impl Going for Run {
    async fn next_event(&mut self) -> Option<RunEvent> {
        Self::next_event(self).await
    }

    async fn cancel(&mut self) {
        self.canceller().cancel();
    }

    async fn outcome(self) -> Result<Outcome, CliError> {
        Ok(Self::outcome(self).await?)
    }
}

/// Waits for the end of a run and, if `show`, prints what it writes.
pub(super) async fn follow(mut run: impl Going, show: bool) -> Result<Outcome, CliError> {
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let mut listening = true;
    loop {
        tokio::select! {
            event = run.next_event() => match event {
                None => break,
                Some(event) if show => {
                    if let Err(error) = print(event) {
                        run.cancel().await;
                        return Err(CliError::Output(error));
                    }
                }
                Some(_) => {}
            },
            _ = &mut interrupted, if listening => {
                listening = false;
                run.cancel().await;
            }
        }
    }
    let mut outcome = run.outcome().await?;
    if !listening {
        outcome.ending = Ending::Cancelled;
    }
    Ok(outcome)
}

fn print(event: RunEvent) -> io::Result<()> {
    let RunEvent::Output { stream, bytes } = event;
    match stream {
        OutputStream::Stdout => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&bytes)?;
            stdout.flush()
        }
        OutputStream::Stderr | OutputStream::Compiler => io::stderr().lock().write_all(&bytes),
    }
}
