//! Images as the engine knows them.
//!
//! Owns looking images up and pulling them. Does not read their files ([`super::discover`] does) nor make them
//! ([`super::build`] does).

use super::Docker;
use super::error::DockerError;
use super::name::{ImageName, check_image};
use super::progress::{Progress, ProgressSender};
use bollard::query_parameters::{CreateImageOptionsBuilder, ListImagesOptionsBuilder};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings in an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageInfo {
    /// Its id: `sha256:` and 64 digits.
    pub id: String,
    /// Its names.
    pub tags: Vec<String>,
    /// The user that its programs run as, in the image's own words; empty for root.
    pub user: String,
    /// Its entry point.
    pub entrypoint: Vec<String>,
    /// Its command.
    pub command: Vec<String>,
    /// Its environment, `K=V` each.
    pub env: Vec<String>,
    /// The paths that it declares as volumes.
    pub volumes: Vec<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// An image in the list of images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageEntry {
    /// Its id.
    pub id: String,
    /// Its names; empty for an image that only other images are built on.
    pub tags: Vec<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Bytes on disk, including layers that it shares with other images.
    pub bytes: u64,
}

impl Docker {
    /// The settings in an image of this machine.
    ///
    /// # Errors
    /// [`DockerError::NoImage`], [`DockerError::BadName`] and those of the engine.
    pub async fn image(&self, image: &str) -> Result<ImageInfo, DockerError> {
        check_image(image)?;
        let found = self.api().inspect_image(image).await;
        let found =
            found.map_err(|error| no_image(image, DockerError::of(format!("look at the image {image}"), error)))?;
        let config = found.config.unwrap_or_default();
        Ok(ImageInfo {
            id: found.id.unwrap_or_default(),
            tags: found.repo_tags.unwrap_or_default(),
            user: config.user.unwrap_or_default(),
            entrypoint: config.entrypoint.unwrap_or_default(),
            command: config.cmd.unwrap_or_default(),
            env: config.env.unwrap_or_default(),
            volumes: config.volumes.unwrap_or_default(),
            labels: config.labels.unwrap_or_default().into_iter().collect(),
        })
    }

    /// Whether an image is on this machine.
    ///
    /// # Errors
    /// [`DockerError::BadName`] and those of the engine.
    pub async fn image_exists(&self, image: &str) -> Result<bool, DockerError> {
        match self.image(image).await {
            Ok(_) => Ok(true),
            Err(DockerError::NoImage { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The images of this machine, without the intermediate ones of builds.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn images(&self) -> Result<Vec<ImageEntry>, DockerError> {
        let options = ListImagesOptionsBuilder::default().all(false).build();
        let list = self.api().list_images(Some(options)).await;
        let list = list.map_err(|error| DockerError::of("list its images", error))?;
        let named = |tag: &String| tag != "<none>:<none>";
        Ok(list
            .into_iter()
            .map(|image| ImageEntry {
                id: image.id,
                tags: image.repo_tags.into_iter().filter(named).collect(),
                labels: image.labels.into_iter().collect(),
                bytes: u64::try_from(image.size).unwrap_or(0),
            })
            .collect())
    }

    /// Fetches an image. Dropping the future stops it.
    ///
    /// # Errors
    /// [`DockerError::PullFailed`], [`DockerError::BadName`] and those of the engine.
    pub async fn pull(&self, image: &str, progress: Option<&ProgressSender>) -> Result<(), DockerError> {
        check_image(image)?;
        let name = ImageName::parse(image);
        // Without a tag the engine would pull all of them.
        let tag = name.digest.or(name.tag).unwrap_or("latest");
        let options = CreateImageOptionsBuilder::default().from_image(name.repository).tag(tag).build();
        let mut steps = self.api().create_image(Some(options), None, None);
        while let Some(step) = steps.next().await {
            match step {
                Ok(step) => Progress::of_pull(step).send(progress).await,
                Err(error) => return Err(pull_failed(image, error)),
            }
        }
        Ok(())
    }
}

/// The error of an image that may not be there.
pub(super) fn no_image(image: &str, error: DockerError) -> DockerError {
    if error.status() == Some(404) { DockerError::NoImage { image: image.to_owned() } } else { error }
}

fn pull_failed(image: &str, error: bollard::errors::Error) -> DockerError {
    match DockerError::of(format!("pull the image {image}"), error) {
        DockerError::Refused { message, .. } => DockerError::PullFailed { image: image.to_owned(), message },
        error => error,
    }
}
