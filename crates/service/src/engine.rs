//! The container engine, found when something first needs it.
//!
//! Owns the connection that everything of containers shares. An engine that is not there is looked for again at the next
//! request: it may be started any time. What is run on it is not decided here.

use super::error::ServiceError;
use runcell_docker::Docker;
use tokio::sync::Mutex;

/// Where containers run.
#[derive(Debug, Default)]
pub(super) struct Engine {
    found: Mutex<Option<Docker>>,
}

impl Engine {
    /// The engine.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if there is no engine or it denies access; the message says what to do.
    pub(super) async fn get(&self) -> Result<Docker, ServiceError> {
        let mut found = self.found.lock().await;
        if let Some(docker) = &*found {
            return Ok(docker.clone());
        }
        let docker = Docker::find().await?;
        Ok(found.insert(docker).clone())
    }
}
