//! A job as a face hands it in.
//!
//! Owns the shape. A path of this machine cannot be named here: the shell opens what its user named, everybody else names uploaded
//! files.

use runcell_folder::Folder;
use runcell_model::job::{DataSource, FileId, JobLimitsRequest, JobWork};
use runcell_model::spec::GivenData;
use runcell_store::UploadedFile;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A job to be taken in. Only `work` has no default.
#[derive(Debug)]
pub struct JobSubmit {
    /// The image; none where a tool is named by its slug, or is the only one of that name.
    pub image: Option<String>,
    /// The work in it: a tool by its name or as `<image>::<tool>`, or a command.
    pub work: JobWork,
    /// Its parameters.
    pub parameters: Map<String, Value>,
    /// Parameters as a command line has them, which become what the tool's description says they are.
    pub text_parameters: BTreeMap<String, String>,
    /// Its datasets.
    pub data: BTreeMap<String, Dataset>,
    /// Environment of its own.
    pub env: BTreeMap<String, String>,
    /// Host folders that it is to see, by the names of the configuration: `data`, or `data:/where`.
    pub mounts: Vec<String>,
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
    /// A request for a tool with defaults for all else.
    #[must_use]
    pub fn new(tool: &str) -> Self {
        Self {
            image: None,
            work: JobWork::Tool(tool.to_owned()),
            parameters: Map::new(),
            text_parameters: BTreeMap::new(),
            data: BTreeMap::new(),
            env: BTreeMap::new(),
            mounts: Vec::new(),
            limits: JobLimitsRequest::default(),
            network: false,
            priority: 0,
            idempotency_key: None,
        }
    }

    /// A request for a command in an image, with defaults for all else.
    #[must_use]
    pub fn command(image: &str, words: Vec<String>) -> Self {
        Self { image: Some(image.to_owned()), work: JobWork::Command(words), ..Self::new("") }
    }
}

impl Dataset {
    pub(super) fn source(&self) -> DataSource {
        match self {
            Self::Uploaded(id) => DataSource::File(id.clone()),
            Self::File(file) => DataSource::Given(file.name.clone()),
            Self::Files(files) => DataSource::GivenFiles(files.iter().map(|file| file.name.clone()).collect()),
            Self::Folder(name, _) => DataSource::GivenFolder(name.clone()),
        }
    }

    pub(super) fn given(&self, upload: Option<&UploadedFile>) -> GivenData {
        match self {
            Self::Uploaded(_) => GivenData::File(upload.map(|file| file.name.clone()).unwrap_or_default()),
            Self::File(file) => GivenData::File(file.name.clone()),
            Self::Files(files) => GivenData::Files(files.iter().map(|file| file.name.clone()).collect()),
            Self::Folder(..) => GivenData::Folder,
        }
    }
}
