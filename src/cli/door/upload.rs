//! Uploaded files: taken in, listed, fetched, deleted.
//!
//! Owns the two ways. How they are shown is the verb's business.

use super::content::Content;
use crate::cli::CliError;
use runcell_client::{Ask, Client, Upload, path};
use runcell_wire::{UploadJson, UploadListJson, UploadStatsJson};
use tokio::io::AsyncRead;

/// Uploaded files.
pub(in crate::cli) enum Uploads<'a> {
    Here(runcell_service::Uploads<'a>),
    There(&'a Client),
}

impl Uploads<'_> {
    /// Takes in a file as it is read.
    pub(in crate::cli) async fn add(
        &self,
        (name, media_type): (&str, &str),
        source: impl AsyncRead + Send + Unpin + 'static,
        size: Option<u64>,
    ) -> Result<UploadJson, CliError> {
        match self {
            Self::Here(uploads) => Ok(uploads.receive(name, media_type, source).await?.into()),
            Self::There(client) => {
                Ok(client.json(Ask::upload("/api/files", Upload::new(name, media_type, source, size))).await?)
            }
        }
    }

    /// All files.
    pub(in crate::cli) async fn list(&self) -> Result<UploadListJson, CliError> {
        match self {
            Self::Here(uploads) => Ok(uploads.list().await?.into()),
            Self::There(client) => Ok(client.json(Ask::get("/api/files")).await?),
        }
    }

    /// One file.
    pub(in crate::cli) async fn get(&self, id: &str) -> Result<UploadJson, CliError> {
        match self {
            Self::Here(uploads) => Ok(uploads.get(id).await?.into()),
            Self::There(client) => Ok(client.json(Ask::get(path("/api/files/", id, ""))).await?),
        }
    }

    /// The contents of a file.
    pub(in crate::cli) async fn content(&self, id: &str) -> Result<Content, CliError> {
        match self {
            Self::Here(uploads) => Ok(Content::File(uploads.open(id).await?.1)),
            Self::There(client) => {
                let answer = client.send(Ask::get(path("/api/files/", id, "/content"))).await?;
                Ok(Content::Answer(Box::new(answer)))
            }
        }
    }

    /// Deletes a file.
    pub(in crate::cli) async fn remove(&self, id: &str) -> Result<(), CliError> {
        match self {
            Self::Here(uploads) => Ok(uploads.remove(id).await?),
            Self::There(client) => Ok(client.done(Ask::delete(path("/api/files/", id, ""))).await?),
        }
    }

    /// How much is uploaded, and how much may be.
    pub(in crate::cli) async fn stats(&self) -> Result<UploadStatsJson, CliError> {
        match self {
            Self::Here(uploads) => Ok(uploads.stats().await?.into()),
            Self::There(client) => Ok(client.json(Ask::get("/api/files/stats")).await?),
        }
    }
}
