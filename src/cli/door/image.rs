//! Images that were made: made, listed, removed.
//!
//! Owns the two ways. How they are shown is the verb's business.

use super::step;
use crate::cli::{CliError, progress};
use runcell_client::{Ask, Client};
use runcell_service::{ImagePruning, ImageRequest};
use runcell_wire::{CreateImageArguments, DerivedImageJson, DerivedImageListJson, ImageJson};
use serde_json::json;

/// Images.
pub(in crate::cli) enum Images<'a> {
    Here(runcell_service::Images<'a>),
    There(&'a Client),
}

impl Images<'_> {
    /// The images that were made from others.
    pub(in crate::cli) async fn list(&self) -> Result<Vec<DerivedImageJson>, CliError> {
        match self {
            Self::Here(images) => Ok(images.list().await?.into_iter().map(Into::into).collect()),
            Self::There(client) => Ok(client.json::<DerivedImageListJson>(Ask::get("/api/images")).await?.images),
        }
    }

    /// Removes images, and names them.
    pub(in crate::cli) async fn prune(&self, which: ImagePruning) -> Result<Vec<DerivedImageJson>, CliError> {
        match self {
            Self::Here(images) => Ok(images.prune(which).await?.into_iter().map(Into::into).collect()),
            Self::There(client) => {
                let ImagePruning { own, everyone, dry_run } = which;
                let which = json!({ "own": own, "everyone": everyone, "dry_run": dry_run });
                Ok(client.json::<DerivedImageListJson>(Ask::post("/api/images/prune", &which)).await?.images)
            }
        }
    }

    /// Makes an image, and shows how far it is.
    pub(in crate::cli) async fn make(&self, request: &ImageRequest) -> Result<ImageJson, CliError> {
        match self {
            Self::Here(images) => {
                let preparation = images.make(request).await?;
                let ready = progress::watch(preparation.clone()).await?;
                Ok(ImageJson::new(ready.image_id().unwrap_or_default().to_owned(), &preparation))
            }
            Self::There(client) => {
                step::made(client, Ask::post("/api/images/create", &CreateImageArguments::from(request))).await
            }
        }
    }
}
