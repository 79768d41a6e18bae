//! The door of the machine: how the engine, the workers and the folders are.
//!
//! Owns the questions. Nothing is changed here.

use crate::error::ServiceError;
use crate::machine::Machine;
use crate::shared::Shared;
use runcell_docker::ContainerState;
use runcell_model::caller::{Caller, Operation};
use runcell_model::health::Finding;
use runcell_wasm::WorkerInfo;

/// The machine, for one caller.
pub struct System<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) caller: &'a Caller,
}

/// How the container engine is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerHealth {
    /// The engine and its version.
    pub engine: String,
    /// Containers of runs of this installation that run now.
    pub running: usize,
    /// Images on the engine's machine.
    pub images: usize,
}

impl System<'_> {
    /// The worker processes there are; none where guests run in this process.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn workers(&self) -> Result<Vec<WorkerInfo>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        Ok(self.shared.cells.workers())
    }

    /// The machine itself: processors, memory, disks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn machine(&self) -> Result<Machine, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        Ok(Machine::look(self.shared.config.data_dir.as_deref()))
    }

    /// Checks what runs need of this machine.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn check(&self) -> Result<Vec<Finding>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        Ok(self.shared.cells.check())
    }

    /// Checks what containers need of this machine.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub async fn check_engine(&self) -> Result<Vec<Finding>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        let folder = self.shared.config.data_dir.as_deref().filter(|folder| folder.is_dir());
        Ok(runcell_docker::check(folder).await)
    }

    /// How the container engine is now.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if there is no engine or it does not answer.
    pub async fn container_health(&self) -> Result<ContainerHealth, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        let docker = self.shared.container_engine().await?;
        let owned = docker.owned(self.shared.folders.owner()).await?;
        let running = owned.iter().filter(|container| container.state == ContainerState::Running).count();
        let images = docker.images().await?.len();
        let version = docker.version();
        Ok(ContainerHealth { engine: format!("{} {}", version.product, version.version), running, images })
    }
}
