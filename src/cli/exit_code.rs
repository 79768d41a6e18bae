//! The exit codes of the process: a contract with scripts.
//!
//! Owns the numbers and the exhaustive matches to them. A guest's own code is passed on as it is; the codes of ours are
//! those that shells and `timeout` use for the same things.

use super::CliError;
use runcell_model::job::JobState;
use runcell_model::outcome::Ending;
use runcell_service::ServiceError;
use runcell_wire::{JobJson, RefusalReason};

/// An exit code of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExitCode(u8);

impl ExitCode {
    /// All went well.
    pub const SUCCESS: Self = Self(0);
    /// The command line is wrong, or the request it makes.
    pub const USAGE: Self = Self(2);
    /// The limit of time stopped the guest.
    pub const TIMED_OUT: Self = Self(124);
    /// runcell itself failed.
    pub const FAILED: Self = Self(125);
    /// Interrupted by Ctrl-C.
    pub const INTERRUPTED: Self = Self(130);
    /// The guest crashed.
    pub const CRASHED: Self = Self(134);
    /// Another limit stopped the guest.
    pub const LIMIT: Self = Self(137);
    /// The reader of our output is gone.
    pub const CLOSED_PIPE: Self = Self(141);

    /// The exit code of another process.
    pub(super) fn from_number(number: u8) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl From<&Ending> for ExitCode {
    fn from(ending: &Ending) -> Self {
        match ending {
            Ending::Completed { exit_code } => Self(u8::try_from(exit_code & 0xff).unwrap_or(u8::MAX)),
            Ending::Crashed { .. } => Self::CRASHED,
            Ending::Terminated { .. } => Self::LIMIT,
            Ending::TimedOut { .. } => Self::TIMED_OUT,
            Ending::Cancelled => Self::INTERRUPTED,
            Ending::Lost { .. } => Self::FAILED,
        }
    }
}

impl From<&JobJson> for ExitCode {
    fn from(job: &JobJson) -> Self {
        let end = job.end.as_ref();
        match (end.and_then(|end| end.exit_code), job.status.parse()) {
            (Some(exit_code), _) => Self(u8::try_from(exit_code & 0xff).unwrap_or(u8::MAX)),
            (None, Ok(JobState::TimedOut)) => Self::TIMED_OUT,
            (None, Ok(JobState::Cancelled)) => Self::INTERRUPTED,
            (None, _) if end.is_some_and(|end| end.limit.is_some()) => Self::LIMIT,
            (None, _) => Self::FAILED,
        }
    }
}

impl From<RefusalReason> for ExitCode {
    /// The same as for the refusals of this machine: the request is to be corrected, or something does not work.
    fn from(reason: RefusalReason) -> Self {
        match reason {
            RefusalReason::Invalid
            | RefusalReason::Forbidden
            | RefusalReason::NotFound
            | RefusalReason::Conflict
            | RefusalReason::Changed
            | RefusalReason::TooLarge
            | RefusalReason::OutOfRange
            | RefusalReason::WrongType
            | RefusalReason::Quota => Self::USAGE,
            RefusalReason::Unauthenticated
            | RefusalReason::WrongMethod
            | RefusalReason::TooSlow
            | RefusalReason::WrongHost
            | RefusalReason::Preparing
            | RefusalReason::Busy
            | RefusalReason::Unavailable
            | RefusalReason::Internal => Self::FAILED,
        }
    }
}

impl From<&CliError> for ExitCode {
    fn from(error: &CliError) -> Self {
        match error {
            CliError::Usage(_)
            | CliError::Service(ServiceError::Invalid(_) | ServiceError::Forbidden(_) | ServiceError::NotFound(_)) => {
                Self::USAGE
            }
            CliError::Service(
                ServiceError::Busy { .. }
                | ServiceError::Limited(_)
                | ServiceError::Unauthenticated(_)
                | ServiceError::Unavailable(_)
                | ServiceError::Internal(_),
            )
            | CliError::File { .. }
            | CliError::Config { .. }
            | CliError::NoCacheDir
            | CliError::NoConfigDir
            | CliError::Walls(_)
            | CliError::Worker(_)
            | CliError::Mcp(_)
            | CliError::Traces(_)
            | CliError::Http(_) => Self::FAILED,
            CliError::Client(error) => error.reason().map_or(Self::FAILED, Self::from),
            CliError::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Self::CLOSED_PIPE,
            CliError::Output(_) => Self::FAILED,
        }
    }
}
