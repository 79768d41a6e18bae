//! The target of a request for a job: a tool of an image that is here, or an image for a command.
//!
//! Owns finding it, and whether the site lets a caller run a command. What is then started is in `program`.

use super::Jobs;
use super::error::InvalidJob;
use super::submission::JobSubmit;
use crate::error::ServiceError;
use crate::request::InvalidRequest;
use crate::tool::ToolEntry;
use runcell_docker::check_image;
use runcell_model::job::JobWork;

/// The target of a request.
pub(super) struct Target {
    /// The image, as the caller named it, or by its first name.
    pub(super) image: String,
    /// The id of the image; none if it is pulled when the job has its turn.
    pub(super) image_id: Option<String>,
    /// The tool; none if it is a command.
    pub(super) tool: Option<ToolEntry>,
}

impl Jobs {
    pub(super) async fn target(&self, submit: &JobSubmit) -> Result<Target, ServiceError> {
        match &submit.work {
            JobWork::Tool(name) => {
                let tool = self.work.tools.tool(submit.image.as_deref(), name).await?;
                let image = submit.image.clone().unwrap_or_else(|| tool.image.clone());
                Ok(Target { image, image_id: Some(tool.image_id.clone()), tool: Some(tool) })
            }
            JobWork::Command(_) => self.command_target(submit).await,
        }
    }

    /// A command runs whatever its caller wants: the site must allow images of a caller's choice.
    async fn command_target(&self, submit: &JobSubmit) -> Result<Target, ServiceError> {
        if !self.work.site.commands {
            return Err(InvalidJob::Commands.into());
        }
        if !submit.parameters.is_empty() || !submit.text_parameters.is_empty() {
            return Err(InvalidJob::Parameters.into());
        }
        let image = submit.image.clone().filter(|image| !image.is_empty()).ok_or(InvalidJob::NoImage)?;
        check_image(&image).map_err(InvalidRequest::from)?;
        let docker = self.work.engine.get().await?;
        let image_id = self.work.site.source.find(&docker, &image).await?;
        Ok(Target { image, image_id, tool: None })
    }
}
