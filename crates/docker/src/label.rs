//! Labels that mark a container as ours, so that a later runcell finds it.
//!
//! Owns the labels, the search by them and the clean-up. The caller decides which containers stay.

use super::Docker;
use super::container::ContainerState;
use super::error::DockerError;
use super::name::check_word;
use bollard::models::ContainerSummary;
use bollard::query_parameters::ListContainersOptionsBuilder;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The label that names the installation (its data folder) that a container belongs to.
pub(super) const OWNER: &str = "runcell.owner";
/// The label that names the purpose of a container.
pub(super) const KIND: &str = "runcell.kind";
/// The label that names the job or run that a container belongs to.
pub(super) const ID: &str = "runcell.id";

/// The labels of a container of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// An id of this installation's data folder.
    pub owner: String,
    /// `job`, `run`, `inspect` and the like.
    pub kind: String,
    /// The job or run it belongs to.
    pub id: String,
}

impl Labels {
    /// Three words: letters, digits and `._-`.
    pub fn new(owner: impl Into<String>, kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self { owner: owner.into(), kind: kind.into(), id: id.into() }
    }

    /// Checks the words.
    ///
    /// # Errors
    /// [`DockerError::BadName`].
    pub fn check(&self) -> Result<(), DockerError> {
        check_word("owner", &self.owner)?;
        check_word("kind", &self.kind)?;
        check_word("id", &self.id)
    }

    pub(super) fn to_map(&self) -> HashMap<String, String> {
        let pairs = [(OWNER, &self.owner), (KIND, &self.kind), (ID, &self.id)];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

/// A container with our labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedContainer {
    /// The engine's id of it.
    pub container_id: String,
    /// Its labels.
    pub labels: Labels,
    /// How it is.
    pub state: ContainerState,
}

/// The caller's decision about a container that an earlier runcell left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CleanUp {
    /// It is left as it is; [`Docker::resume`] waits for its end.
    Keep,
    /// It is killed and removed.
    Remove,
}

/// The result of a clean-up.
#[derive(Debug, Default)]
pub struct CleanedUp {
    /// Containers that were left as they are.
    pub kept: Vec<OwnedContainer>,
    /// Containers that were removed.
    pub removed: Vec<OwnedContainer>,
    /// Containers that could not be removed, each with the reason.
    pub failed: Vec<(OwnedContainer, DockerError)>,
}

impl Docker {
    /// Every container of an owner, ended ones included.
    ///
    /// # Errors
    /// Any of the engine.
    pub async fn owned(&self, owner: &str) -> Result<Vec<OwnedContainer>, DockerError> {
        check_word("owner", owner)?;
        self.labelled(vec![format!("{OWNER}={owner}")]).await
    }

    /// The container of an owner's job or run, if there is one.
    ///
    /// # Errors
    /// Any of the engine.
    pub async fn find_owned(&self, labels: &Labels) -> Result<Option<OwnedContainer>, DockerError> {
        labels.check()?;
        let marks = labels.to_map().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        Ok(self.labelled(marks).await?.into_iter().next())
    }

    /// Finds the containers of an owner, such as a runcell that was killed, and removes those that the caller does not keep. To be
    /// called at the start, before anything of the same owner runs.
    ///
    /// # Errors
    /// Where the engine cannot list them. A container that cannot be removed is in [`CleanedUp::failed`].
    pub async fn clean_up_owned(
        &self,
        owner: &str,
        mut decide: impl FnMut(&OwnedContainer) -> CleanUp,
    ) -> Result<CleanedUp, DockerError> {
        let mut cleaned = CleanedUp::default();
        for container in self.owned(owner).await? {
            match decide(&container) {
                CleanUp::Keep => cleaned.kept.push(container),
                CleanUp::Remove => match self.remove_now(&container.container_id).await {
                    Ok(()) => cleaned.removed.push(container),
                    Err(error) => cleaned.failed.push((container, error)),
                },
            }
        }
        super::cgroup::sweep(owner);
        Ok(cleaned)
    }

    async fn labelled(&self, marks: Vec<String>) -> Result<Vec<OwnedContainer>, DockerError> {
        let filters = HashMap::from([("label".to_owned(), marks)]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let list = self.api().list_containers(Some(options)).await;
        let list = list.map_err(|error| DockerError::of("list our containers", error))?;
        Ok(list.into_iter().map(to_owned_container).collect())
    }
}

fn to_owned_container(summary: ContainerSummary) -> OwnedContainer {
    let labels = summary.labels.unwrap_or_default();
    let label = |name: &str| labels.get(name).cloned().unwrap_or_default();
    let state = summary.state.map(|state| state.to_string()).unwrap_or_default();
    OwnedContainer {
        container_id: summary.id.unwrap_or_default(),
        labels: Labels { owner: label(OWNER), kind: label(KIND), id: label(ID) },
        state: ContainerState::from_engine(&state),
    }
}
