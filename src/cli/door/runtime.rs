//! Runtimes: listed, described, prepared.
//!
//! Owns the two ways. How they are shown is the verb's business.

use super::step;
use crate::cli::{CliError, progress};
use runcell_client::{Ask, Client, path};
use runcell_model::runtime::{RuntimeInfo, RuntimeRef};
use runcell_service::{BrokenRuntime, RuntimeList};
use runcell_wire::{ContainerLanguageJson, RuntimeListJson, VersionsJson};
use serde_json::{Value, json};

/// Runtimes.
pub(in crate::cli) enum Runtimes<'a> {
    Here { runtimes: runcell_service::Runtimes<'a>, images: runcell_service::Images<'a> },
    There(&'a Client),
}

/// All languages.
pub(in crate::cli) struct Languages {
    pub(in crate::cli) runtimes: Vec<RuntimeInfo>,
    pub(in crate::cli) in_containers: Vec<ContainerLanguageJson>,
    /// Runtimes of this machine's user that cannot be read.
    pub(in crate::cli) broken: Vec<BrokenRuntime>,
}

impl Runtimes<'_> {
    /// All languages.
    pub(in crate::cli) async fn list(&self) -> Result<Languages, CliError> {
        match self {
            Self::Here { runtimes, images } => {
                let RuntimeList { infos, broken } = runtimes.look()?;
                let in_containers = images.languages().iter().map(Into::into).collect();
                Ok(Languages { runtimes: infos, in_containers, broken })
            }
            Self::There(client) => {
                let list: RuntimeListJson = client.json(Ask::get("/api/runtimes")).await?;
                let runtimes = list.runtimes.into_iter().map(Into::into).collect();
                Ok(Languages { runtimes, in_containers: list.container_languages, broken: Vec::new() })
            }
        }
    }

    /// The versions of one.
    pub(in crate::cli) async fn get(&self, runtime: &RuntimeRef) -> Result<Vec<RuntimeInfo>, CliError> {
        match self {
            Self::Here { runtimes, .. } => Ok(runtimes.get(runtime)?),
            Self::There(client) => {
                let ask = Ask::get(path("/api/runtimes/", &runtime.to_string(), ""));
                let list: VersionsJson = client.json(ask).await?;
                Ok(list.versions.into_iter().map(Into::into).collect())
            }
        }
    }

    /// Prepares one, and shows how far it is.
    pub(in crate::cli) async fn prepare(&self, runtime: &RuntimeRef) -> Result<(), CliError> {
        match self {
            Self::Here { runtimes, .. } => Ok(progress::watch(runtimes.prepare(runtime)?).await.map(drop)?),
            Self::There(client) => {
                let ask = Ask::post(path("/api/runtimes/", &runtime.to_string(), "/prepare"), &json!({}));
                step::made::<Value>(client, ask).await.map(drop)
            }
        }
    }

    /// The runtimes of this machine.
    ///
    /// # Errors
    /// [`CliError::Usage`] at a server.
    pub(in crate::cli) fn here(&self, what: &str) -> Result<&runcell_service::Runtimes<'_>, CliError> {
        match self {
            Self::Here { runtimes, .. } => Ok(runtimes),
            Self::There(_) => Err(CliError::only_here(what)),
        }
    }
}
