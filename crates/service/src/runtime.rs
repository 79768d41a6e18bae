//! The door of runtimes: which languages run in cells, and preparing them.
//!
//! Owns the questions. Where runtimes come from and how they are prepared is the wasm backend's.

use crate::error::ServiceError;
use crate::preparation::Preparation;
use crate::shared::Shared;
use runcell_model::caller::{Caller, Operation};
use runcell_model::runtime::{RuntimeInfo, RuntimeRef};
use std::path::PathBuf;

/// The runtimes there are.
#[derive(Debug, Default)]
pub struct RuntimeList {
    /// Every version of those that can be read.
    pub infos: Vec<RuntimeInfo>,
    /// Those of the user that cannot.
    pub broken: Vec<BrokenRuntime>,
}

/// A runtime of the user that cannot be read.
#[derive(Debug)]
pub struct BrokenRuntime {
    /// The name of its folder.
    pub name: String,
    /// Why.
    pub error: ServiceError,
}

/// Runtimes, for one caller.
pub struct Runtimes<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) caller: &'a Caller,
}

impl Runtimes<'_> {
    /// Everything known of all versions of all runtimes, and those of the user that cannot be read. Reads many files.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read runtimes.
    pub fn look(&self) -> Result<RuntimeList, ServiceError> {
        let mut list = RuntimeList::default();
        for name in self.names()? {
            match parsed(&name).and_then(|runtime| self.get(&runtime)) {
                Ok(infos) => list.infos.extend(infos),
                Err(error) => list.broken.push(BrokenRuntime { name, error }),
            }
        }
        Ok(list)
    }

    /// The same without the runtimes that cannot be read: the log names them.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read runtimes.
    pub fn list(&self) -> Result<Vec<RuntimeInfo>, ServiceError> {
        let RuntimeList { infos, broken } = self.look()?;
        for BrokenRuntime { name, error } in broken {
            tracing::warn!(%name, %error, "left out a runtime");
        }
        Ok(infos)
    }

    /// The names of all runtimes, those included that cannot be read.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read runtimes.
    pub fn names(&self) -> Result<Vec<String>, ServiceError> {
        self.caller.may(Operation::ReadRuntimes)?;
        Ok(self.shared.cells.names())
    }

    /// Everything known of the versions of one runtime.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such runtime, [`ServiceError::Unavailable`] where it cannot be read.
    pub fn get(&self, runtime: &RuntimeRef) -> Result<Vec<RuntimeInfo>, ServiceError> {
        self.caller.may(Operation::ReadRuntimes)?;
        Ok(self.shared.cells.info(runtime)?)
    }

    /// Begins to prepare a runtime, or joins a preparation under way.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such runtime.
    pub fn prepare(&self, runtime: &RuntimeRef) -> Result<Preparation, ServiceError> {
        let act = self.shared.trail.begin(self.caller, Operation::PrepareRuntimes, &runtime.to_string())?;
        let resolved = self.shared.cells.resolve(runtime).map_err(ServiceError::from);
        act.done(resolved.map(|resolved| Preparation::of_runtime(self.shared.cells.prepare(&resolved))))
    }

    /// The folder of prepared runtimes, and the bytes that it takes on disk.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read runtimes.
    pub fn cache(&self) -> Result<(PathBuf, u64), ServiceError> {
        self.caller.may(Operation::ReadRuntimes)?;
        Ok(self.shared.cells.cache())
    }

    /// Removes everything that was prepared; returns the bytes that were freed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where something cannot be removed.
    pub fn clean(&self) -> Result<u64, ServiceError> {
        let act = self.shared.trail.begin(self.caller, Operation::CleanRuntimes, "all")?;
        act.done(self.shared.cells.clean().map_err(ServiceError::from))
    }

    /// Removes what no runtime needs any more, such as the parts of earlier versions; returns the bytes that were freed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where a runtime cannot be read, or something cannot be removed.
    pub fn clean_unused(&self) -> Result<u64, ServiceError> {
        let act = self.shared.trail.begin(self.caller, Operation::CleanRuntimes, "unused")?;
        act.done(self.shared.cells.clean_unused().map_err(ServiceError::from))
    }
}

fn parsed(name: &str) -> Result<RuntimeRef, ServiceError> {
    name.parse().map_err(|error| ServiceError::Internal(format!("{error}")))
}
