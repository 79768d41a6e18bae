//! The folders of runs in containers, and what a dead runcell left of them.
//!
//! Owns their place (`runs` in the data folder) and the name that marks this installation's containers on the engine. A folder is
//! locked by the process that made it, so that what nobody holds any more is removed, container and all, by the next one.

use crate::error::{ServiceError, Unavailable};
use runcell_docker::{Docker, Labels, WorkFolder};
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;

/// The folders of runs.
#[derive(Debug)]
pub(crate) struct Folders {
    root: Option<PathBuf>,
    owner: String,
    reaped: OnceCell<()>,
}

impl Folders {
    pub(crate) fn new(data_dir: Option<&Path>) -> Self {
        let root = data_dir.map(|dir| std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()).join("runs"));
        let bytes = root.as_ref().map(|root| root.as_os_str().as_encoded_bytes().to_vec()).unwrap_or_default();
        Self { root, owner: format!("runs-{:016x}", fnv(&bytes)), reaped: OnceCell::new() }
    }

    /// The name that marks what is ours.
    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    /// A new folder, and the mark of its container.
    pub(crate) async fn take(&self) -> Result<(WorkFolder, &str), ServiceError> {
        let Some(root) = self.root.clone() else {
            return Err(Unavailable::NoDataDir.into());
        };
        let made = tokio::task::spawn_blocking(move || WorkFolder::create(&root)).await;
        let made = made.map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok((made?, &self.owner))
    }

    /// Removes what dead processes left, once.
    pub(crate) async fn reap(&self, docker: &Docker) {
        self.reaped.get_or_init(|| self.reap_now(docker)).await;
    }

    async fn reap_now(&self, docker: &Docker) {
        let Some(root) = self.root.clone() else { return };
        let found = tokio::task::spawn_blocking(move || WorkFolder::abandoned(&root)).await.unwrap_or_default();
        for folder in found {
            let labels = Labels::new(&*self.owner, "run", folder.id());
            let removed = match docker.find_owned(&labels).await {
                Ok(Some(container)) => docker.remove(&container.container_id).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = removed {
                tracing::warn!(id = folder.id(), %error, "a container of a dead runcell could not be removed");
            }
            // Emptying it may take a while.
            drop(tokio::task::spawn_blocking(move || drop(folder)).await);
        }
    }
}

/// A short name of a long one (FNV-1a): it has to be the same tomorrow, no more.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
