//! Bytes of something, piece by piece, wherever they come from.
//!
//! Owns reading them: a file, a log, an answer, or events of a log. Where they go is the verb's business.

use crate::cli::CliError;
use runcell_client::{Answer, ClientError, Follow};
use runcell_service::LogFollower;
use runcell_wire::OutputJson;
use std::fs::File;
use std::io::{self, Read, Write};

/// How much of a file is read at a time, in bytes.
const PIECE: usize = 64 << 10;

/// Bytes of something.
pub(in crate::cli) enum Content {
    /// A file of this machine.
    File(File),
    /// A log of this machine.
    Log(Box<LogFollower>),
    /// The answer of a server.
    Answer(Box<Answer>),
    /// A log that a server tells as it is written.
    Told(Box<Follow>),
}

impl Content {
    /// The next bytes; `None` at the end.
    async fn piece(&mut self) -> Result<Option<Vec<u8>>, CliError> {
        match self {
            Self::File(file) => {
                let mut buffer = vec![0; PIECE];
                let failed = |source| CliError::File { action: "read", path: "the data folder".to_owned(), source };
                let read = file.read(&mut buffer).map_err(failed)?;
                buffer.truncate(read);
                Ok(Some(buffer).filter(|buffer| !buffer.is_empty()))
            }
            Self::Log(log) => Ok(log.next().await?),
            Self::Answer(answer) => Ok(answer.piece().await?.map(Into::into)),
            Self::Told(events) => loop {
                let event = events.next().await?;
                match &*event.name {
                    "end" => return Ok(None),
                    "log" => return Ok(Some(bytes(event.data()?)?)),
                    // Of a later version.
                    _ => {}
                }
            },
        }
    }

    /// Writes all of it as it comes; `failed` says what it means that it cannot be written.
    pub(in crate::cli) async fn copy(
        mut self,
        mut to: impl Write,
        failed: impl Fn(io::Error) -> CliError,
    ) -> Result<(), CliError> {
        while let Some(piece) = self.piece().await? {
            to.write_all(&piece).and_then(|()| to.flush()).map_err(&failed)?;
        }
        Ok(())
    }
}

/// The bytes of an output that a server tells of.
pub(in crate::cli) fn bytes(output: OutputJson) -> Result<Vec<u8>, ClientError> {
    let strange = || ClientError::Strange {
        address: "the server".to_owned(),
        why: "an output is not base64".to_owned(),
        version: None,
    };
    output.into_bytes().ok_or_else(strange)
}
