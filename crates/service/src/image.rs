//! The door of container images: those that runs and callers had made here.
//!
//! Owns who may make, list and remove them. How one is made is in `making`, what a build needs of this machine in
//! `environment`.

mod environment;
mod making;

pub use making::ImageRequest;
pub(crate) use making::{ImagePreparation, Making, MakingConfig, Makings};
pub use runcell_docker::Derived as DerivedImage;

use crate::error::{NotFound, ServiceError};
use crate::preparation::Preparation;
use crate::request::InvalidRequest;
use crate::shared::Shared;
use runcell_model::caller::{Caller, Operation};
use runcell_model::config::{ContainerPolicy, Language};

/// Images, for one caller.
pub struct Images<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) caller: &'a Caller,
}

/// Which of the images that runcell made are to be removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImagePruning {
    /// Also those that callers named, or made from a Dockerfile.
    pub own: bool,
    /// Also those that other installations made with the same engine.
    pub everyone: bool,
    /// Nothing is removed, only named.
    pub dry_run: bool,
}

impl Images<'_> {
    /// The languages that run in containers; none where the policy is `never`.
    #[must_use]
    pub fn languages(&self) -> &[Language] {
        match self.shared.config.containers.policy {
            ContainerPolicy::Never => &[],
            _ => &self.shared.languages,
        }
    }

    /// Begins to make an image as a caller wants it, or joins the making under way.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where it may not be made, [`ServiceError::Unavailable`] where there is no engine.
    pub async fn make(&self, request: &ImageRequest) -> Result<Preparation, ServiceError> {
        let object = request.name.as_deref().unwrap_or(&request.language);
        let act = self.shared.trail.begin(self.caller, Operation::MakeImages, object)?;
        let made = async {
            let making = Making::of_request(&self.shared.config.containers, &self.shared.languages, request)?;
            Ok(Preparation::of_image(self.shared.make_image(making).await?))
        };
        act.during(made).await
    }

    /// The images that were made from others, by any installation.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is no engine.
    pub async fn list(&self) -> Result<Vec<DerivedImage>, ServiceError> {
        self.caller.may(Operation::ReadImages)?;
        Ok(self.shared.engine.get().await?.all_derived().await?)
    }

    /// Removes one image that was made from others, by its id or a name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where no such image was made here, [`ServiceError::Invalid`] where a container uses it.
    pub async fn remove(&self, name: &str) -> Result<(), ServiceError> {
        let act = self.shared.trail.begin(self.caller, Operation::PruneImages, name)?;
        act.during(self.remove_now(name)).await
    }

    async fn remove_now(&self, name: &str) -> Result<(), ServiceError> {
        let docker = self.shared.engine.get().await?;
        let named = |image: &DerivedImage| image.id == name || image.tags.iter().any(|tag| tag == name);
        let found = docker.all_derived().await?.into_iter().find(named);
        let image = found.ok_or_else(|| NotFound::Image(name.to_owned()))?;
        if docker.remove_derived(&image).await? {
            return Ok(());
        }
        Err(InvalidRequest::ImageInUse(name.to_owned()).into())
    }

    /// Removes images that were made from others and that no container uses; answers those that went, or would go.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is no engine.
    pub async fn prune(&self, which: ImagePruning) -> Result<Vec<DerivedImage>, ServiceError> {
        let act =
            self.shared.trail.begin(self.caller, Operation::PruneImages, if which.dry_run { "dry run" } else { "" })?;
        act.during(self.prune_now(which)).await
    }

    async fn prune_now(&self, which: ImagePruning) -> Result<Vec<DerivedImage>, ServiceError> {
        let docker = self.shared.engine.get().await?;
        let installation = self.shared.folders.owner();
        let mut gone = Vec::new();
        for image in docker.all_derived().await? {
            let named = (which.own || !image.is_own()) && (which.everyone || image.owner == installation);
            if named && (which.dry_run || docker.remove_derived(&image).await?) {
                gone.push(image);
            }
        }
        Ok(gone)
    }
}
