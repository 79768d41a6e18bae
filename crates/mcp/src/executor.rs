//! Tools of the Docker executor that people move over from: images with packages, and a library of files to run.
//!
//! Owns these tools from their names to their results. Running a file is the same as `run_code`; what may be made is the service's
//! business. In reading order: `argument`, `report`, and here the calls.

mod argument;
mod report;

use super::report::NotRunJson;
use super::run::Call;
use super::server::Server;
use super::{content, describe, schema};
use crate::argument::{NoArguments, parse};
use crate::report::RunReport;
use argument::{
    CreateImageArguments, DeleteFileArguments, ExecuteFileArguments, InstallPackageArguments, UploadFileArguments,
};
use report::{DeletedJson, FileListJson, HealthJson, ImageReport, LibraryFileJson, LibraryReport};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, ToolAnnotations};
use runcell_service::{ImageRequest, ServiceError};
use serde::Serialize;

/// A tool of the executor, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExecutorTool {
    CreateImage,
    InstallPackage,
    UploadFile,
    ExecuteUploadedFile,
    ListFiles,
    DeleteFile,
    DockerHealth,
}

impl ExecutorTool {
    pub(super) const ALL: [Self; 7] = [
        Self::CreateImage,
        Self::InstallPackage,
        Self::UploadFile,
        Self::ExecuteUploadedFile,
        Self::ListFiles,
        Self::DeleteFile,
        Self::DockerHealth,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CreateImage => "create_image",
            Self::InstallPackage => "install_package",
            Self::UploadFile => "upload_file",
            Self::ExecuteUploadedFile => "execute_uploaded_file",
            Self::ListFiles => "list_files",
            Self::DeleteFile => "delete_file",
            Self::DockerHealth => "docker_health",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::CreateImage => "Create an image",
            Self::InstallPackage => "Install a package",
            Self::UploadFile => "Upload a file",
            Self::ExecuteUploadedFile => "Run an uploaded file",
            Self::ListFiles => "List uploaded files",
            Self::DeleteFile => "Delete an uploaded file",
            Self::DockerHealth => "Health of the container engine",
        }
    }

    pub(super) fn description(self) -> &'static str {
        describe::executor(self.name())
    }

    pub(super) fn input(self) -> JsonObject {
        match self {
            Self::CreateImage => schema::input::<CreateImageArguments>(),
            Self::InstallPackage => schema::input::<InstallPackageArguments>(),
            Self::UploadFile => schema::input::<UploadFileArguments>(),
            Self::ExecuteUploadedFile => schema::input::<ExecuteFileArguments>(),
            Self::DeleteFile => schema::input::<DeleteFileArguments>(),
            Self::ListFiles | Self::DockerHealth => schema::input::<NoArguments>(),
        }
    }

    pub(super) fn output(self) -> JsonObject {
        match self {
            Self::CreateImage | Self::InstallPackage => schema::output::<ImageReport>(),
            Self::UploadFile => schema::output::<LibraryReport<LibraryFileJson>>(),
            Self::ExecuteUploadedFile => schema::output::<RunReport>(),
            Self::ListFiles => schema::output::<LibraryReport<FileListJson>>(),
            Self::DeleteFile => schema::output::<LibraryReport<DeletedJson>>(),
            Self::DockerHealth => schema::output::<HealthJson>(),
        }
    }

    pub(super) fn hints(self) -> ToolAnnotations {
        let looks = matches!(self, Self::ListFiles | Self::DockerHealth | Self::ExecuteUploadedFile);
        let builds = matches!(self, Self::CreateImage | Self::InstallPackage);
        let hints = ToolAnnotations::with_title(self.title()).read_only(looks).destructive(self == Self::DeleteFile);
        hints.open_world(builds).idempotent(!matches!(self, Self::UploadFile | Self::ExecuteUploadedFile))
    }
}

impl Server {
    /// Answers a call of one of these tools.
    pub(super) async fn executor(
        self,
        tool: ExecutorTool,
        arguments: Option<JsonObject>,
        call: Call,
    ) -> CallToolResult {
        let answered = match tool {
            ExecutorTool::CreateImage => match parse::<CreateImageArguments>(tool.name(), arguments) {
                Ok(arguments) => self.create_image(arguments, call).await,
                Err(error) => Err(error.into()),
            },
            ExecutorTool::InstallPackage => match parse::<InstallPackageArguments>(tool.name(), arguments) {
                Ok(arguments) => self.install_package(arguments, call).await,
                Err(error) => Err(error.into()),
            },
            ExecutorTool::UploadFile => match parse(tool.name(), arguments) {
                Ok(arguments) => self.upload_file(arguments).await,
                Err(error) => Err(error.into()),
            },
            ExecutorTool::ExecuteUploadedFile => match parse(tool.name(), arguments) {
                Ok(arguments) => self.execute_file(arguments, call).await,
                Err(error) => Err(error.into()),
            },
            ExecutorTool::ListFiles => match parse(tool.name(), arguments) {
                Ok(NoArguments {}) => self.list_files().await,
                Err(error) => Err(error.into()),
            },
            ExecutorTool::DeleteFile => match parse(tool.name(), arguments) {
                Ok(arguments) => self.delete_file(arguments).await,
                Err(error) => Err(error.into()),
            },
            ExecutorTool::DockerHealth => match parse(tool.name(), arguments) {
                Ok(NoArguments {}) => Ok(self.docker_health().await),
                Err(error) => Err(error.into()),
            },
        };
        answered.unwrap_or_else(|report| self.not_run(report))
    }

    async fn create_image(&self, arguments: CreateImageArguments, call: Call) -> Result<CallToolResult, NotRunJson> {
        let request = arguments.request()?;
        self.make_image(&request, call).await
    }

    async fn install_package(
        &self,
        arguments: InstallPackageArguments,
        call: Call,
    ) -> Result<CallToolResult, NotRunJson> {
        let languages = self.service().container_languages();
        let request = arguments.request(languages).map_err(ServiceError::from)?;
        self.make_image(&request, call).await
    }

    async fn make_image(&self, request: &ImageRequest, mut call: Call) -> Result<CallToolResult, NotRunJson> {
        let preparation = self.service().make_image(request).await?;
        let (cancelled, ending) = (call.cancelled.clone(), call.ending.clone());
        let made = ending.run_until_cancelled(call.image(preparation.clone()));
        let made = cancelled.run_until_cancelled(made).await.flatten();
        let id = made.unwrap_or_else(|| Err(NotRunJson::fault("the call was cancelled".to_owned())))?;
        let json = ImageReport::made(id, &preparation);
        Ok(self.told(json.sentence(), json))
    }

    async fn upload_file(&self, arguments: UploadFileArguments) -> Result<CallToolResult, NotRunJson> {
        let (name, media_type, bytes) = arguments.file()?;
        let file = self.service().upload_file(None, &name, &media_type, &bytes).await?;
        let json = LibraryFileJson::from(file);
        Ok(self.told(format!("The file {} is kept as {}.", json.filename, json.file_id), LibraryReport::Done(json)))
    }

    async fn execute_file(&self, arguments: ExecuteFileArguments, call: Call) -> Result<CallToolResult, NotRunJson> {
        let (file, bytes) = self.service().uploaded_file(None, arguments.file_id()).await?;
        let request = arguments.request(file, bytes, self.service().policy())?;
        let outcome = call.run(self.service(), request).await?;
        let (blocks, json) = content::blocks(outcome);
        Ok(self.result(CallToolResult::success(blocks), RunReport::Ended(Box::new(json))))
    }

    async fn list_files(&self) -> Result<CallToolResult, NotRunJson> {
        let files = self.service().uploaded_files(None).await?;
        let json = FileListJson::from(files);
        Ok(self.told(json.text(), LibraryReport::Done(json)))
    }

    async fn delete_file(&self, arguments: DeleteFileArguments) -> Result<CallToolResult, NotRunJson> {
        self.service().delete_file(None, &arguments.file_id).await?;
        let text = format!("The file {} is deleted.", arguments.file_id);
        Ok(self.told(text, LibraryReport::Done(DeletedJson { success: true, file_id: arguments.file_id })))
    }

    async fn docker_health(&self) -> CallToolResult {
        let json = HealthJson::from(self.service().container_health().await);
        self.told(json.message.clone(), json)
    }

    fn told(&self, text: String, structured: impl Serialize) -> CallToolResult {
        self.result(CallToolResult::success(vec![ContentBlock::text(text)]), structured)
    }
}
