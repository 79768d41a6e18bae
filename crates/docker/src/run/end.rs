//! How a container came to its end, and getting rid of it.
//!
//! Owns waiting, stopping and cleaning up, each so that an engine that went away is told from a program that ended.

use super::super::Docker;
use super::super::error::DockerError;
use super::super::usage::Meter;
use bollard::query_parameters::{KillContainerOptionsBuilder, WaitContainerOptionsBuilder};
use futures_util::StreamExt;
use std::time::Duration;

/// How long an engine that went away is given to come back, so that what it still holds of ours can be removed.
const CLEANING_TRIES: u32 = 120;

/// How a container ended, as the engine tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Exit {
    /// With this code.
    Code(i64),
    /// Nobody knows: the engine or the container is gone.
    Lost(String),
}

impl Docker {
    /// Waits until a container runs no more.
    pub(super) async fn wait_exit(&self, id: &str) -> Exit {
        use bollard::errors::Error;
        loop {
            let options = WaitContainerOptionsBuilder::default().condition("not-running").build();
            let mut answers = Box::pin(self.api().wait_container(id, Some(options)));
            return match answers.next().await {
                Some(Ok(answer)) => Exit::Code(answer.status_code),
                Some(Err(Error::DockerContainerWaitError { code, .. })) => Exit::Code(code),
                // An engine may say nothing until the end: Podman does.
                Some(Err(Error::RequestTimeoutError)) => continue,
                Some(Err(error)) => Exit::Lost(DockerError::of_container(id, "wait for", error).to_string()),
                None => Exit::Lost("the engine stopped answering in mid-run".to_owned()),
            };
        }
    }

    /// Sends a signal; a container that has ended needs none.
    pub(super) async fn signal(&self, id: &str, signal: &str) {
        let options = KillContainerOptionsBuilder::default().signal(signal).build();
        if let Err(error) = self.api().kill_container(id, Some(options)).await {
            tracing::debug!(id, signal, %error, "signal not delivered");
        }
    }

    /// Removes a container. Where the engine is away, a task goes on trying.
    pub(in super::super) async fn clean_up(&self, id: &str) {
        self.clean_up_with(id, None).await;
    }

    /// The same, and what measured the container is let go when it is gone, not before.
    pub(super) async fn clean_up_with(&self, id: &str, meter: Option<Meter>) {
        if self.remove_now(id).await.is_ok() && meter.as_ref().is_none_or(Meter::release) {
            return;
        }
        let (docker, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move {
            for _ in 0..CLEANING_TRIES {
                tokio::time::sleep(Duration::from_secs(1)).await;
                if docker.remove_now(&id).await.is_ok() && meter.as_ref().is_none_or(Meter::release) {
                    return;
                }
            }
            tracing::warn!(id, "a container could not be removed; the next start of runcell finds it by its label");
        });
    }
}
