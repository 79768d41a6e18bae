//! The parts that verbs which wait and print have in common.
//!
//! Owns the tokio runtime of a verb, and what reaches stdout and stderr. What is said is the verb's business.

use super::CliError;
use runcell_model::terminal::{printable, printable_json};
use serde::Serialize;
use std::future::Future;
use std::io::Write;

/// Runs something that waits.
pub(super) fn within<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let tokio = tokio.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
    let done = tokio.block_on(work);
    // A task that still reads or writes for somebody who is gone does not keep us.
    tokio.shutdown_background();
    done
}

/// Prints text to stdout. Parts of it may come from elsewhere: nothing in it reaches a terminal as a control.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    write(&printable(text))
}

fn write(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(CliError::Output)
}

/// Prints something as JSON to stdout.
pub(super) fn print_json(json: &(impl Serialize + ?Sized)) -> Result<(), CliError> {
    let json = serde_json::to_string_pretty(json).expect("plain data serialises");
    write(&format!("{}\n", printable_json(&json)))
}

/// Says something on stderr. Nobody needs to listen.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "runcell: {}", printable(text));
}

/// The names and values of `NAME=VALUE` texts of a flag.
pub(super) fn pairs(flag: &str, texts: &[String]) -> Result<Vec<(String, String)>, CliError> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    let parse = |text| pair(text).ok_or_else(|| CliError::Usage(format!("{flag} {text:?} is not NAME=VALUE")));
    texts.iter().map(parse).collect()
}
