//! Why a verb could not do its work.
//!
//! Owns the error of the shell face and its one line for people. The exit code that it becomes is `exit_code`'s.

use runcell_client::ClientError;
use runcell_wire::RefusalReason;

/// A verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The service refused or failed.
    #[error(transparent)]
    Service(#[from] runcell_service::ServiceError),
    /// An argument is wrong.
    #[error("{0}")]
    Usage(String),
    /// A host file that the user named.
    #[error("cannot {action} {path}")]
    File {
        /// The action that failed.
        action: &'static str,
        /// The path as it was given.
        path: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The configuration file is wrong.
    #[error("the configuration {path} cannot be used: {source}")]
    Config {
        /// The file.
        path: String,
        /// The fault.
        source: runcell_model::config::ConfigError,
    },
    /// Nobody says where prepared runtimes are to be kept.
    #[error("there is no home folder to keep prepared runtimes in: set RUNCELL_CACHE_DIR to a folder of your own")]
    NoCacheDir,
    /// Nobody says where credentials are to be kept.
    #[error(
        "there is no home folder to keep credentials in: set XDG_CONFIG_HOME to a folder of your own, or RUNCELL_TOKEN"
    )]
    NoConfigDir,
    /// The server could not be asked, or refused.
    #[error("{}", at_server(.0))]
    Client(#[from] ClientError),
    /// A wall is missing that the configuration requires.
    #[error("{0}, and the configuration requires it: walls = \"require\"")]
    Walls(String),
    /// A worker process cannot serve.
    #[error(transparent)]
    Worker(#[from] runcell_wasm::WorkerError),
    /// The face for assistants failed.
    #[error(transparent)]
    Mcp(#[from] runcell_mcp::McpError),
    /// The HTTP face failed.
    #[error(transparent)]
    Http(#[from] runcell_http::HttpError),
    /// Traces cannot be sent.
    #[error(transparent)]
    Traces(#[from] runcell_telemetry::trace::ExportError),
    /// The terminal or pipe is gone.
    #[error("cannot write the output")]
    Output(#[source] std::io::Error),
}

impl CliError {
    /// Something that a server does not do for others.
    pub(super) fn only_here(what: &str) -> Self {
        Self::Usage(format!("{what} works on the machine itself only: leave --url away, and unset RUNCELL_URL"))
    }
}

/// The words of a server, and the remedy where the caller is not known there.
fn at_server(error: &ClientError) -> String {
    match error.reason() {
        Some(RefusalReason::Unauthenticated) => format!("{error}; `runcell login` does that, or RUNCELL_TOKEN"),
        _ => error.to_string(),
    }
}

/// The error chain for people, safe for a terminal.
#[must_use]
pub fn describe(error: &CliError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    runcell_model::terminal::printable(&text).into_owned()
}
