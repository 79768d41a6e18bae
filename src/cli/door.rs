//! The two that can do the work of a verb: the service of this machine, or a server.
//!
//! Owns the two ways behind one door for each noun, which answers in the shapes of `crates/wire`, so that a verb is written once. What
//! is allowed, and what something means, is decided by the service, here or there.

mod content;
mod image;
mod job;
mod runtime;
mod step;
mod tool;
mod upload;

pub(super) use content::bytes;
pub(super) use image::Images;
pub(super) use job::{Jobs, LogBegin, run_queue};
pub(super) use runtime::{Languages, Runtimes};
pub(super) use tool::Tools;
pub(super) use upload::Uploads;

use super::target::Target;
use super::{CliError, setup, shell};
use runcell_client::Client;
use runcell_model::caller::Caller;
use runcell_service::{Service, ServiceError};
use std::path::PathBuf;

/// The one that does the work.
pub(super) enum Door {
    /// This machine.
    Here(Box<Machine>),
    /// A server.
    There(Client),
}

/// The service of this machine, and who asks it.
pub(super) struct Machine {
    service: Service,
    caller: Caller,
    config: Option<PathBuf>,
}

/// Does something behind the door of a target.
pub(super) fn at<T>(target: &Target, work: impl AsyncFnOnce(&Door) -> Result<T, CliError>) -> Result<T, CliError> {
    behind(Door::open(target)?, work)
}

/// The same, seeing the things of every tenant.
pub(super) fn at_all_tenants<T>(
    target: &Target,
    work: impl AsyncFnOnce(&Door) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let door = match Door::open(target)? {
        Door::Here(machine) => {
            let caller = machine.caller.of_all_tenants().map_err(ServiceError::from)?;
            Door::Here(Box::new(Machine { caller, ..*machine }))
        }
        Door::There(_) => return Err(CliError::only_here("--all-tenants")),
    };
    behind(door, work)
}

fn behind<T>(door: Door, work: impl AsyncFnOnce(&Door) -> Result<T, CliError>) -> Result<T, CliError> {
    shell::within(async {
        let done = work(&door).await;
        if let Door::Here(machine) = &door {
            machine.service.close().await;
        }
        done
    })
}

impl Door {
    fn open(target: &Target) -> Result<Self, CliError> {
        if let Some(client) = target.client()? {
            return Ok(Self::There(client));
        }
        let config = target.config();
        let (service, caller) = (setup::service(config)?, setup::operator());
        Ok(Self::Here(Box::new(Machine { service, caller, config: config.map(ToOwned::to_owned) })))
    }

    /// Jobs.
    pub(super) async fn jobs(&self) -> Result<Jobs<'_>, CliError> {
        Ok(match self {
            Self::Here(machine) => {
                let jobs = Box::new(machine.service.jobs(&machine.caller).await?);
                Jobs::Here { jobs, service: &machine.service, config: machine.config.as_deref() }
            }
            Self::There(client) => Jobs::There(client),
        })
    }

    /// Uploaded files.
    pub(super) async fn uploads(&self) -> Result<Uploads<'_>, CliError> {
        Ok(match self {
            Self::Here(machine) => Uploads::Here(machine.service.uploads(&machine.caller).await?),
            Self::There(client) => Uploads::There(client),
        })
    }

    /// Tools.
    pub(super) async fn tools(&self) -> Result<Tools<'_>, CliError> {
        Ok(match self {
            Self::Here(machine) => Tools::Here(machine.service.tools(&machine.caller).await?),
            Self::There(client) => Tools::There(client),
        })
    }

    /// Images.
    pub(super) fn images(&self) -> Images<'_> {
        match self {
            Self::Here(machine) => Images::Here(machine.service.images(&machine.caller)),
            Self::There(client) => Images::There(client),
        }
    }

    /// Runtimes.
    pub(super) fn runtimes(&self) -> Runtimes<'_> {
        match self {
            Self::Here(machine) => Runtimes::Here {
                runtimes: machine.service.runtimes(&machine.caller),
                images: machine.service.images(&machine.caller),
            },
            Self::There(client) => Runtimes::There(client),
        }
    }
}
