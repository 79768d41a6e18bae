//! The standard streams of the process, taken over for the protocol.
//!
//! Owns the two descriptors. Does not know what is said over them.

use super::error::McpError;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use tokio::io::{AsyncRead, AsyncWrite};

/// The client's end of our stdin and stdout.
#[derive(Debug)]
pub struct Stdio {
    input: File,
    output: File,
}

impl Stdio {
    /// Takes the streams over: to be called before anything else of the process reads or writes.
    ///
    /// The protocol moves to private copies of descriptors 0 and 1. In their places come `/dev/null` and stderr, because
    /// one stray line on stdout is a broken message to the client: a `println!` of a library, the output of a package
    /// client that a preparation starts, a panic hook of an embedding program. From here on they land in the log. The
    /// private copies are closed in child processes.
    ///
    /// # Errors
    /// [`McpError::Stdio`] where a descriptor cannot be copied.
    pub fn take() -> Result<Self, McpError> {
        Self::move_away().map_err(McpError::Stdio)
    }

    fn move_away() -> io::Result<Self> {
        let input = io::stdin().as_fd().try_clone_to_owned()?;
        let output = io::stdout().as_fd().try_clone_to_owned()?;
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        rustix::stdio::dup2_stdout(io::stderr())?;
        Ok(Self { input: input.into(), output: output.into() })
    }

    /// The streams for reading and writing in tasks.
    ///
    /// Blocking descriptors behind tokio's blocking threads, not non-blocking ones: clients hand us pipes, sockets or a
    /// terminal, and `O_NONBLOCK` would be seen by every process that shares them.
    pub(super) fn into_async(self) -> (impl AsyncRead + Unpin + Send, impl AsyncWrite + Unpin + Send) {
        (tokio::fs::File::from_std(self.input), tokio::fs::File::from_std(self.output))
    }
}
