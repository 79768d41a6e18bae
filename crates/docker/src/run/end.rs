//! Waiting for the end of a container, signals to it, and removing it.
//!
//! Owns the difference between an engine that went away and a program that ended.

use super::super::Docker;
use super::super::error::DockerError;
use super::super::usage::Meter;
use bollard::query_parameters::{KillContainerOptionsBuilder, WaitContainerOptionsBuilder};
use futures_util::StreamExt;
use std::time::Duration;

/// Seconds in which an engine that went away may come back, so that our container can still be removed.
const CLEANING_TRIES: u32 = 120;

/// The engine's report of a container's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Exit {
    /// With this code.
    Code(i64),
    /// Unknown: the engine or the container is gone.
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
                // Podman sends nothing until the end.
                Some(Err(Error::RequestTimeoutError)) => continue,
                Some(Err(error)) => Exit::Lost(DockerError::of_container(id, "wait for", error).to_string()),
                None => Exit::Lost("the engine stopped answering in mid-run".to_owned()),
            };
        }
    }

    /// Sends a signal. A container that has ended is fine.
    pub(super) async fn signal(&self, id: &str, signal: &str) {
        let options = KillContainerOptionsBuilder::default().signal(signal).build();
        if let Err(error) = self.api().kill_container(id, Some(options)).await {
            tracing::debug!(id, signal, %error, "signal not delivered");
        }
    }

    /// Removes a container. If the engine is away, a task goes on trying.
    pub(in super::super) async fn clean_up(&self, id: &str) {
        self.clean_up_with(id, None).await;
    }

    /// Removes a container and then, not before, its meter.
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
