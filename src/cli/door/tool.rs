//! Tools: listed and described.
//!
//! Owns the two ways. How they are shown is the verb's business.

use crate::cli::CliError;
use runcell_client::{Ask, Client, path, query};
use runcell_wire::{ToolJson, ToolListJson};

/// Tools.
pub(in crate::cli) enum Tools<'a> {
    Here(runcell_service::Tools<'a>),
    There(&'a Client),
}

impl Tools<'_> {
    /// The tools of all images.
    pub(in crate::cli) async fn list(&self, filter: Option<&str>) -> Result<ToolListJson, CliError> {
        match self {
            Self::Here(tools) => Ok(tools.list(filter).await?.into()),
            Self::There(client) => {
                Ok(client.json(Ask::get(query("/api/specs", &[("filter", filter.map(str::to_owned))]))).await?)
            }
        }
    }

    /// One tool.
    pub(in crate::cli) async fn get(&self, slug: &str) -> Result<ToolJson, CliError> {
        match self {
            Self::Here(tools) => Ok(tools.get(None, slug).await?.into()),
            Self::There(client) => Ok(client.json(Ask::get(path("/api/specs/", slug, ""))).await?),
        }
    }

    /// The tools of this machine.
    ///
    /// # Errors
    /// [`CliError::Usage`] at a server.
    pub(in crate::cli) fn here(&self, what: &str) -> Result<&runcell_service::Tools<'_>, CliError> {
        match self {
            Self::Here(tools) => Ok(tools),
            Self::There(_) => Err(CliError::only_here(what)),
        }
    }
}
