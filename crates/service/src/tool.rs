//! The door of tools: which ones the images of this machine have, and what each takes.
//!
//! Owns the questions. How images are looked into is in `catalog`; running a tool is a job.

mod catalog;

pub(crate) use catalog::{INSPECT, ToolCatalog};
pub use catalog::{InspectedImage, ToolEntry, ToolFault, ToolList};

use crate::error::ServiceError;
use runcell_model::caller::{Caller, Operation};

/// Tools, for one caller.
pub struct Tools<'a> {
    pub(crate) catalog: ToolCatalog,
    pub(crate) caller: &'a Caller,
}

impl Tools<'_> {
    /// All tools, or those whose name, title or image holds a text, whatever its case.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is no engine.
    pub async fn list(&self, filter: Option<&str>) -> Result<ToolList, ServiceError> {
        self.caller.may(Operation::ReadTools)?;
        self.catalog.tools(filter).await
    }

    /// A tool, by its slug, by image and name, or by a name that only one tool has.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no tool has the name, [`ServiceError::Invalid`] where its description is wrong or several
    /// have the name.
    pub async fn get(&self, image: Option<&str>, name: &str) -> Result<ToolEntry, ServiceError> {
        self.caller.may(Operation::ReadTools)?;
        self.catalog.tool(image, name).await
    }

    /// Everything that one image says of its tools.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the image is not there.
    pub async fn inspect(&self, image: &str) -> Result<InspectedImage, ServiceError> {
        self.caller.may(Operation::ReadTools)?;
        self.catalog.inspect(image).await
    }
}
