//! Taking a job in: what is asked for is checked as a whole before anything is kept.
//!
//! Owns the order: find the tool or the image, check every input, limit and name, look whether the same
//! request came before, and only then copy inputs. A path of this machine cannot be named here: the shell opens what its
//! user named, everybody else names uploaded files.

use super::Jobs;
use super::error::InvalidJob;
use super::submission::{Dataset, JobSubmit, LocalFile};
use super::target::Target;
use crate::error::{NotFound, ServiceError};
use crate::tool::ToolEntry;
use runcell_model::caller::Operation;
use runcell_model::job::{JobRequest, JobWork, NetworkAccess};
use runcell_model::spec::{Field, ValidationError, from_text, validate};
use runcell_store::Submitted;
use runcell_store::{FileError, StagedJob, StoreError, UploadedFile};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most files and folders of all inputs of a job together.
const MAX_INPUT_FILES: u64 = 1_000_000;

impl Jobs {
    /// Takes a job in. It waits for its turn from then on; who runs it is another question ([`crate::Service::run_jobs`]).
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names everything that does not fit, [`ServiceError::NotFound`] a tool, image or upload that
    /// there is not, [`ServiceError::Busy`] that the queue is full, [`ServiceError::Limited`] that the tenant has as many as it
    /// may. Nothing is kept then.
    pub async fn submit(&self, submit: JobSubmit) -> Result<Submitted, ServiceError> {
        let title = submit.work.title(submit.image.as_deref().unwrap_or_default());
        // A tool may bring its image in its own name.
        let act = self.trail.begin(&self.caller, Operation::SubmitJobs, title.trim_start_matches("::"))?;
        act.during(self.submit_now(submit)).await
    }

    async fn submit_now(&self, submit: JobSubmit) -> Result<Submitted, ServiceError> {
        let target = self.target(&submit).await?;
        let uploads = self.uploads(&submit).await?;
        let request = self.request(&submit, &target, &uploads)?;
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
        target: &Target,
        uploads: &BTreeMap<String, UploadedFile>,
    ) -> Result<JobRequest, ServiceError> {
        let site = &self.work.site;
        if submit.network && !site.jobs.allow_network {
            return Err(InvalidJob::Network.into());
        }
        let mounts = site.mounts.requested(&self.caller, &submit.mounts)?;
        let (work, parameters) = match &target.tool {
            Some(tool) => {
                let parameters = checked(submit, tool, uploads).map_err(InvalidJob::Inputs)?;
                (JobWork::Tool(tool.spec.name.clone()), parameters)
            }
            None => (submit.work.clone(), Map::new()),
        };
        let limits = site.jobs.limits.resolve(&submit.limits).map_err(InvalidJob::Limit)?;
        let data = submit.data.iter().map(|(name, dataset)| (name.clone(), dataset.source())).collect();
        let content = |file: &UploadedFile| format!("{} {}", file.sha256, file.name);
        Ok(JobRequest {
            contents: uploads.iter().map(|(name, file)| (name.clone(), content(file))).collect(),
            image_id: target.image_id.clone(),
            work,
            parameters,
            data,
            env: submit.env.clone(),
            mounts,
            limits,
            network: if submit.network { NetworkAccess::Full } else { NetworkAccess::None },
            priority: submit.priority,
            idempotency_key: submit.idempotency_key.clone(),
            retries: site.jobs.retries.min(10),
            user: self.caller.user.clone(),
            ..JobRequest::new(&target.image, "", &self.caller.tenant)
        })
    }

    async fn stage(
        &self,
        data: BTreeMap<String, Dataset>,
        uploads: &BTreeMap<String, UploadedFile>,
        request: &JobRequest,
    ) -> Result<StagedJob, ServiceError> {
        let mut staged = self.work.store.stage(self.work.site.jobs.max_input_bytes, MAX_INPUT_FILES).await?;
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
        if let Some(tool) = request.work.tool() {
            staged.put_inputs(tool, &request.parameters).await?;
        }
        Ok(staged)
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
