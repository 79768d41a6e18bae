//! Where images come from: this machine, or a registry that the site allows.
//!
//! Owns the question whether an image that is not here may be pulled. The engine's network is not the caller's to probe.

use crate::error::{NotFound, ServiceError};
use crate::request::InvalidRequest;
use crate::run::Refusal;
use runcell_docker::{Docker, DockerError, registry};
use runcell_model::config::{Containers, Language};

/// Where images come from.
#[derive(Debug, Clone)]
pub(crate) struct ImageSource {
    pull: bool,
    /// Registries to pull from, sorted.
    registries: Vec<String>,
}

impl ImageSource {
    pub(crate) fn new(containers: &Containers, languages: &[Language]) -> Self {
        let ours = languages.iter().map(|language| language.image.as_str()).chain([containers.base.as_str(), ""]);
        let mut registries: Vec<String> = ours.map(|image| registry(image).to_owned()).collect();
        registries.extend(containers.registries.iter().cloned());
        registries.sort_unstable();
        registries.dedup();
        Self { pull: containers.pull, registries }
    }

    /// The id of an image that is here; `None` if it may be pulled.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if nothing is pulled here, [`ServiceError::Invalid`] if not from its registry.
    pub(crate) async fn find(&self, docker: &Docker, image: &str) -> Result<Option<String>, ServiceError> {
        match docker.image(image).await {
            Ok(found) => return Ok(Some(found.id)),
            Err(DockerError::NoImage { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if !self.pull {
            return Err(NotFound::Image(image.to_owned()).into());
        }
        let registry = registry(image);
        if self.registries.iter().any(|allowed| allowed == registry) {
            return Ok(None);
        }
        let (image, registry) = (image.to_owned(), registry.to_owned());
        let allowed = self.registries.join(", ");
        Err(InvalidRequest::from(Refusal::Registry { image, registry, allowed }).into())
    }

    /// The id of an image, which is pulled if it is not here and may be.
    ///
    /// # Errors
    /// Those of [`ImageSource::find`], and those of the registry.
    pub(crate) async fn fetch(&self, docker: &Docker, image: &str) -> Result<String, ServiceError> {
        if let Some(id) = self.find(docker, image).await? {
            return Ok(id);
        }
        docker.pull(image, None).await?;
        Ok(docker.image(image).await?.id)
    }
}
