//! The container engine, found when something first needs it.
//!
//! Owns the connection that everything of containers shares. An engine that is not there is looked for again at the next
//! request: it may be started any time. What is run on it is not decided here.

use super::error::ServiceError;
use super::vitals::Part;
use runcell_docker::Docker;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

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

    /// Whether the engine answers within some time.
    pub(super) async fn part(&self, patience: Duration) -> Part {
        let known = timeout(patience, async { self.found.lock().await.clone() }).await;
        match known {
            Ok(Some(docker)) => {
                let answers = timeout(patience, docker.answers()).await.unwrap_or(false);
                if answers { Part::Good } else { Part::Failing }
            }
            Ok(None) => {
                let found = timeout(patience, self.get()).await;
                if matches!(found, Ok(Ok(_))) { Part::Good } else { Part::Absent }
            }
            // Somebody has been looking for it for as long.
            Err(_) => Part::Absent,
        }
    }
}
