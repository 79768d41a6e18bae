//! An image that was made, and how the container engine is, as JSON.
//!
//! Owns the public shapes: adding a field is fine, changing one is a breaking change.

use runcell_service::{ContainerHealth, Preparation, ServiceError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An image that was made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ImageJson {
    /// Always true.
    pub success: bool,
    /// Its id, which run_code takes as `image`.
    pub image_id: String,
    /// The same, under the name that the executor gives it.
    pub new_image_id: String,
    /// Its name, where it was given one.
    pub image_name: String,
    /// The last lines that were written on the way; none where it was there already.
    pub build_logs: Vec<String>,
    /// Always null: an image that cannot be made is a refusal. The executor's clients look for it.
    pub error_message: Option<String>,
}

/// How the container engine is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EngineHealthJson {
    /// `healthy` or `unavailable`.
    pub status: String,
    /// Whether containers can be run.
    pub docker_available: bool,
    /// Containers of runcell's that run now.
    pub active_containers: usize,
    /// Images on this machine.
    pub available_images: usize,
    /// The engine and its version, or what is missing and what to do.
    pub message: String,
}

impl ImageJson {
    /// The image of this id, as its making ended.
    #[must_use]
    pub fn new(id: String, preparation: &Preparation) -> Self {
        Self {
            success: true,
            new_image_id: id.clone(),
            image_id: id,
            image_name: preparation.image_name().unwrap_or_default().to_owned(),
            build_logs: preparation.lines(),
            error_message: None,
        }
    }
}

impl From<Result<ContainerHealth, ServiceError>> for EngineHealthJson {
    fn from(health: Result<ContainerHealth, ServiceError>) -> Self {
        let (status, docker_available, health) = match health {
            Ok(health) => ("healthy", true, health),
            Err(error) => ("unavailable", false, ContainerHealth { engine: error.chain(), running: 0, images: 0 }),
        };
        Self {
            status: status.to_owned(),
            docker_available,
            active_containers: health.running,
            available_images: health.images,
            message: health.engine,
        }
    }
}
