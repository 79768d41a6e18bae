//! Taking a job in: what is asked for is checked as a whole before anything is kept.
//!
//! Owns the shape of a request and the order: find the tool, check every input, limit and name, look whether the same
//! request came before, and only then copy inputs. A path of this machine cannot be named here: the shell opens what its
//! user named, everybody else names uploaded files.

use super::Jobs;
use super::error::InvalidJob;
use crate::error::{NotFound, ServiceError};
use crate::tool::ToolEntry;
use runcell_folder::Folder;
use runcell_model::caller::Operation;
use runcell_model::job::{DataSource, FileId, JobLimitsRequest, JobRequest, NetworkAccess};
use runcell_model::spec::{Field, GivenData, ValidationError, from_text, validate};
use runcell_store::Submitted;
use runcell_store::{FileError, StagedJob, StoreError, UploadedFile};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most files and folders of all inputs of a job together.
const MAX_INPUT_FILES: u64 = 1_000_000;

/// A job to be taken in. Only `tool` has no default.
#[derive(Debug)]
pub struct JobSubmit {
    /// The image; none where `tool` is a slug, or the only tool of that name.
    pub image: Option<String>,
    /// The tool: its name, or `<image>::<tool>`.
    pub tool: String,
    /// Its parameters.
    pub parameters: Map<String, Value>,
    /// Parameters as a command line has them, which become what the tool's description says they are.
    pub text_parameters: BTreeMap<String, String>,
    /// Its datasets.
    pub data: BTreeMap<String, Dataset>,
    /// Limits other than the defaults.
    pub limits: JobLimitsRequest,
    /// Whether it may reach a network.
    pub network: bool,
    /// Jobs of higher priority go first; 0 is usual.
    pub priority: i32,
    /// Two requests of a tenant with the same key are one job.
    pub idempotency_key: Option<String>,
}

/// Where a dataset comes from.
#[derive(Debug)]
pub enum Dataset {
    /// A file that the tenant has uploaded.
    Uploaded(FileId),
    /// A file that the shell has opened.
    File(LocalFile),
    /// Several such files.
    Files(Vec<LocalFile>),
    /// A folder that the shell has opened, and its name.
    Folder(String, Folder),
}

/// A file that the shell has opened.
#[derive(Debug)]
pub struct LocalFile {
    /// Its name, for people and for its ending.
    pub name: String,
    /// The file.
    pub file: std::fs::File,
}

impl JobSubmit {
    /// A request with defaults for all else.
    #[must_use]
    pub fn new(tool: &str) -> Self {
        Self {
            image: None,
            tool: tool.to_owned(),
            parameters: Map::new(),
            text_parameters: BTreeMap::new(),
            data: BTreeMap::new(),
            limits: JobLimitsRequest::default(),
            network: false,
            priority: 0,
            idempotency_key: None,
        }
    }
}

impl Jobs {
    /// Takes a job in. It waits for its turn from then on; who runs it is another question ([`crate::Service::run_jobs`]).
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names everything that does not fit, [`ServiceError::NotFound`] a tool, image or upload that
    /// there is not, [`ServiceError::Busy`] that the queue is full, [`ServiceError::Limited`] that the tenant has as many as it may. Nothing is kept then.
    pub async fn submit(&self, submit: JobSubmit) -> Result<Submitted, ServiceError> {
        let act = self.trail.begin(&self.caller, Operation::SubmitJobs, &submit.tool)?;
        act.during(self.submit_now(submit)).await
    }

    async fn submit_now(&self, submit: JobSubmit) -> Result<Submitted, ServiceError> {
        let tool = self.work.tools.tool(submit.image.as_deref(), &submit.tool).await?;
        let uploads = self.uploads(&submit).await?;
        let request = self.request(&submit, &tool, &uploads)?;
        request.check().map_err(InvalidJob::Request)?;
        if let Some(job) = self.work.store.submitted(&request).await? {
            return Ok(Submitted { job, fresh: false });
        }
        let staged = self.stage(submit.data, &uploads, &request).await?;
        Ok(self.work.store.submit(request, staged).await?)
    }

    /// The uploaded files that the request names. Those of others are as if they did not exist.
    async fn uploads(&self, submit: &JobSubmit) -> Result<BTreeMap<String, UploadedFile>, ServiceError> {
        let mut uploads = BTreeMap::new();
        for (name, dataset) in &submit.data {
            let Dataset::Uploaded(id) = dataset else { continue };
            let file = self.view.uploaded(id).await.map_err(|error| match error {
                StoreError::File(FileError::NoUpload(id)) => NotFound::Dataset { dataset: name.clone(), id }.into(),
                error => ServiceError::from(error),
            })?;
            uploads.insert(name.clone(), file);
        }
        Ok(uploads)
    }

    fn request(
        &self,
        submit: &JobSubmit,
        tool: &ToolEntry,
        uploads: &BTreeMap<String, UploadedFile>,
    ) -> Result<JobRequest, ServiceError> {
        if submit.network && !self.work.config.allow_network {
            return Err(InvalidJob::Network.into());
        }
        let parameters = checked(submit, tool, uploads).map_err(InvalidJob::Inputs)?;
        let limits = self.work.config.limits.resolve(&submit.limits).map_err(InvalidJob::Limit)?;
        let image = submit.image.clone().unwrap_or_else(|| tool.image.clone());
        let data = submit.data.iter().map(|(name, dataset)| (name.clone(), dataset.source())).collect();
        Ok(JobRequest {
            image_id: Some(tool.image_id.clone()),
            parameters,
            data,
            limits,
            network: if submit.network { NetworkAccess::Full } else { NetworkAccess::None },
            priority: submit.priority,
            idempotency_key: submit.idempotency_key.clone(),
            retries: self.work.config.retries.min(10),
            user: self.caller.user.clone(),
            ..JobRequest::new(&image, &tool.spec.name, &self.caller.tenant)
        })
    }

    async fn stage(
        &self,
        data: BTreeMap<String, Dataset>,
        uploads: &BTreeMap<String, UploadedFile>,
        request: &JobRequest,
    ) -> Result<StagedJob, ServiceError> {
        let mut staged = self.work.store.stage(self.work.config.max_input_bytes, MAX_INPUT_FILES).await?;
        for (name, dataset) in data {
            match dataset {
                Dataset::Uploaded(_) => {
                    if let Some(file) = uploads.get(&name) {
                        staged.put_upload(&name, file).await?;
                    }
                }
                Dataset::File(LocalFile { name: file_name, file }) => {
                    staged.put_file(&name, &file_name, tokio::fs::File::from_std(file)).await?;
                }
                Dataset::Files(files) => {
                    for LocalFile { name: file_name, file } in files {
                        staged.add_file(&name, &file_name, tokio::fs::File::from_std(file)).await?;
                    }
                }
                Dataset::Folder(_, folder) => staged.put_folder(&name, folder).await?,
            }
        }
        staged.put_inputs(&request.tool, &request.parameters).await?;
        Ok(staged)
    }
}

impl Dataset {
    fn source(&self) -> DataSource {
        match self {
            Self::Uploaded(id) => DataSource::File(id.clone()),
            Self::File(file) => DataSource::Given(file.name.clone()),
            Self::Files(files) => DataSource::GivenFiles(files.iter().map(|file| file.name.clone()).collect()),
            Self::Folder(name, _) => DataSource::GivenFolder(name.clone()),
        }
    }

    fn given(&self, upload: Option<&UploadedFile>) -> GivenData {
        match self {
            Self::Uploaded(_) => GivenData::File(upload.map(|file| file.name.clone()).unwrap_or_default()),
            Self::File(file) => GivenData::File(file.name.clone()),
            Self::Files(files) => GivenData::Files(files.iter().map(|file| file.name.clone()).collect()),
            Self::Folder(..) => GivenData::Folder,
        }
    }
}

/// The parameters as the tool gets them, or everything that does not fit.
fn checked(
    submit: &JobSubmit,
    tool: &ToolEntry,
    uploads: &BTreeMap<String, UploadedFile>,
) -> Result<Map<String, Value>, Vec<ValidationError>> {
    let (mut parameters, mut errors) = (submit.parameters.clone(), Vec::new());
    for (name, text) in &submit.text_parameters {
        match from_text(&tool.spec, name, text) {
            Ok(value) => drop(parameters.insert(name.clone(), value)),
            Err(error) => errors.push(error),
        }
    }
    let data = submit.data.iter().map(|(name, dataset)| (name.clone(), dataset.given(uploads.get(name)))).collect();
    let valid = validate(&tool.spec, &parameters, &data);
    if errors.is_empty() {
        return valid.map(|valid| valid.parameters);
    }
    let named: Vec<String> = errors.iter().map(|error| error.name.clone()).collect();
    // Those whose text cannot be read are not missing.
    let rest = valid.err().unwrap_or_default().into_iter();
    errors.extend(rest.filter(|error| error.field == Field::Data || !named.contains(&error.name)));
    Err(errors)
}
