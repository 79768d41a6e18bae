//! Preparations that a run waits for before it can start: a runtime that is prepared, or an image that is made.
//!
//! Owns the one shape of both, with one kind of progress, so that every face shows and waits for them in the same way.

mod patience;
mod status;

pub use patience::{Patience, Waited};
pub use status::PreparationStatus;

use crate::error::ServiceError;
use crate::image::ImagePreparation;
use runcell_wasm::{FinishedStep, ReadyRuntime};

/// A runtime or an image that is being made ready, or is ready already. Clones wait for the same.
#[derive(Clone)]
pub struct Preparation(Kind);

#[derive(Clone)]
enum Kind {
    Runtime(runcell_wasm::Preparation),
    Image(ImagePreparation),
}

/// The parts that a run starts from.
#[derive(Clone)]
pub struct Ready(pub(crate) ReadyKind);

/// A runtime or the id of an image.
#[derive(Clone)]
pub(crate) enum ReadyKind {
    Runtime(ReadyRuntime),
    Image(String),
}

impl Preparation {
    pub(crate) fn of_runtime(preparation: runcell_wasm::Preparation) -> Self {
        Self(Kind::Runtime(preparation))
    }

    pub(crate) fn of_image(preparation: ImagePreparation) -> Self {
        Self(Kind::Image(preparation))
    }

    /// The runtime or the image, for people.
    #[must_use]
    pub fn subject(&self) -> &str {
        match &self.0 {
            Kind::Runtime(preparation) => preparation.runtime(),
            Kind::Image(preparation) => preparation.name(),
        }
    }

    /// How far it is.
    #[must_use]
    pub fn status(&self) -> PreparationStatus {
        match &self.0 {
            Kind::Runtime(preparation) => preparation.status().into(),
            Kind::Image(preparation) => preparation.status(),
        }
    }

    /// The steps that are finished, but for the first `known` ones. Those of an image are not counted.
    #[must_use]
    pub fn finished(&self, known: usize) -> Vec<FinishedStep> {
        match &self.0 {
            Kind::Runtime(preparation) => preparation.finished(known),
            Kind::Image(_) => Vec::new(),
        }
    }

    /// The name that the image gets beside its id; `None` for a runtime, and where the caller gave it none.
    #[must_use]
    pub fn image_name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Runtime(_) => None,
            Kind::Image(preparation) => Some(preparation.tag()).filter(|tag| !tag.is_empty()),
        }
    }

    /// The last lines that the making of an image wrote.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match &self.0 {
            Kind::Runtime(_) => Vec::new(),
            Kind::Image(preparation) => preparation.lines(),
        }
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    /// Why it cannot be made ready.
    pub async fn ready(&mut self) -> Result<Ready, ServiceError> {
        let kind = match &mut self.0 {
            Kind::Runtime(preparation) => ReadyKind::Runtime(preparation.ready().await?),
            Kind::Image(preparation) => ReadyKind::Image(preparation.ready().await?),
        };
        Ok(Ready(kind))
    }
}

impl Ready {
    /// The id of the image; `None` where a runtime is ready.
    #[must_use]
    pub fn image_id(&self) -> Option<&str> {
        match &self.0 {
            ReadyKind::Runtime(_) => None,
            ReadyKind::Image(id) => Some(id),
        }
    }
}
