//! Tools in the images of this machine, found without running anything.
//!
//! Owns making a container that is never started, reading its files and removing it. Parses nothing: the caller knows `tool.yml`.
//! Remembers nothing: the caller can, as an image's id stands for its content.

use super::Docker;
use super::confinement::Confinement;
use super::error::DockerError;
use super::image::ImageInfo;
use super::label::Labels;
use bollard::models::{ContainerCreateBody, HostConfig};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Where a tool's description is.
const TOOL_FILE: &str = "/src/tool.yml";
/// Where its citation is.
const CITATION_FILE: &str = "/src/CITATION.cff";
/// Bytes of a description or a citation at most.
const MOST_BYTES: u64 = 1 << 20;
/// The label of images that we made from others. They count as no tools of their own.
pub(super) const DERIVED: &str = "runcell.derived";
/// Images that are looked at at the same time.
const AT_ONCE: usize = 4;
/// The search path of an image that has none.
const USUAL_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Folders of a search path that are looked at. An honest image has fewer.
const MOST_FOLDERS: usize = 32;

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fetched {
    /// It does not exist.
    Absent,
    /// Its bytes.
    File(#[serde(with = "serde_bytes")] Vec<u8>),
    /// It was not read, for this reason.
    Refused(String),
}

/// The tools of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolImage {
    /// The image's id, which stands for its content.
    pub image_id: String,
    /// Its names.
    pub tags: Vec<String>,
    /// `/src/tool.yml`, at most 1 MiB.
    pub tool_yml: Fetched,
    /// `/src/CITATION.cff`, at most 1 MiB.
    pub citation: Fetched,
    /// The path of an executable `gotap` on the image's search path.
    pub gotap: Option<String>,
}

impl Docker {
    /// Looks into every image of this machine, except images whose ids are `known` and images that we made from others. An image
    /// that cannot be looked into is in the list with its error. `labels` mark the containers that are made for it.
    ///
    /// # Errors
    /// Those of listing the images.
    pub async fn discover(
        &self,
        known: &HashSet<String>,
        labels: &Labels,
    ) -> Result<Vec<(String, Result<ToolImage, DockerError>)>, DockerError> {
        let images = self.images().await?.into_iter();
        let unknown = images.filter(|image| !known.contains(&image.id) && !image.labels.contains_key(DERIVED));
        let looks = unknown.map(|image| async move {
            let found = self.look_into(&image.id, labels).await;
            (image.id, found)
        });
        Ok(futures_util::stream::iter(looks).buffer_unordered(AT_ONCE).collect().await)
    }

    /// Looks into one image, by name or id.
    ///
    /// # Errors
    /// [`DockerError::NoImage`] and those of the engine.
    pub async fn look_into(&self, image: &str, labels: &Labels) -> Result<ToolImage, DockerError> {
        labels.check()?;
        let image = self.image(image).await?;
        let (docker, labels) = (self.clone(), labels.clone());
        // In a task of its own: a caller that stops waiting leaves no container behind.
        let task = tokio::spawn(async move {
            let id = docker.create_still(&image, &labels).await?;
            let found = docker.read_tool(&id, &image).await;
            docker.clean_up(&id).await;
            found
        });
        task.await.unwrap_or_else(|error| {
            Err(DockerError::EngineLost { doing: "look into an image".to_owned(), message: error.to_string() })
        })
    }

    /// Makes a container that is never started.
    async fn create_still(&self, image: &ImageInfo, labels: &Labels) -> Result<String, DockerError> {
        let name = format!("runcell-inspect-{:016x}", super::random()?);
        let config = HostConfig {
            // No mounts over the image's volumes: they would hide their files.
            mounts: None,
            ..Confinement::default().host_config(image, &[], self.is_podman())
        };
        let body = ContainerCreateBody {
            image: Some(image.id.clone()),
            // Some images have no command; this one is never started.
            cmd: Some(vec!["/never-started".to_owned()]),
            labels: Some(labels.to_map()),
            host_config: Some(config),
            ..ContainerCreateBody::default()
        };
        self.create(&name, body).await
    }

    async fn read_tool(&self, id: &str, image: &ImageInfo) -> Result<ToolImage, DockerError> {
        Ok(ToolImage {
            image_id: image.id.clone(),
            tags: image.tags.clone(),
            tool_yml: self.read_file(id, TOOL_FILE, MOST_BYTES).await?,
            citation: self.read_file(id, CITATION_FILE, MOST_BYTES).await?,
            gotap: self.find_gotap(id, image).await?,
        })
    }

    async fn find_gotap(&self, id: &str, image: &ImageInfo) -> Result<Option<String>, DockerError> {
        let path = image.env.iter().find_map(|pair| pair.strip_prefix("PATH=")).unwrap_or(USUAL_PATH);
        for folder in path.split(':').filter(|folder| folder.starts_with('/')).take(MOST_FOLDERS) {
            let program = format!("{}/gotap", folder.trim_end_matches('/'));
            if self.is_executable(id, &program).await? {
                return Ok(Some(program));
            }
        }
        Ok(None)
    }
}
