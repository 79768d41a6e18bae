//! Why the backend could not run a snippet.
//!
//! Owns the type. A guest that fails is an outcome and not among these.

use crate::worker::WorkerError;

/// The backend could not start, or lost a run.
#[derive(Debug, thiserror::Error)]
pub enum WasmError {
    /// The machine cannot run compiled WebAssembly.
    #[error("this machine cannot run WebAssembly cells: {0}")]
    Engine(String),
    /// The threads that run cells cannot be started.
    #[error("cannot start the threads that run cells")]
    Threads(#[source] std::io::Error),
    /// A run ended in a fault of ours.
    #[error("the run was lost to an internal fault: {0}")]
    Fault(String),
    /// No worker process takes runs.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The files of a prepared runtime are gone.
    #[error("{runtime} was prepared, but its files are gone from the cache; the next call prepares it again")]
    Vanished {
        /// The runtime.
        runtime: String,
    },
}
