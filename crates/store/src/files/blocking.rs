//! Work that blocks, and names that nobody can guess.
//!
//! Owns how the file store leaves the threads of tasks. Knows no folder.

use super::error::FileError;

/// Runs blocking work on a thread of its own. The work goes on to its end even if the caller stops waiting.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| FileError::Stopped)?
}

/// A random name: 32 hexadecimal digits.
pub(crate) fn random_name() -> Result<String, FileError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| FileError::NoRandom)?;
    Ok(runcell_model::job::FileId::from_random(bytes).to_string())
}
