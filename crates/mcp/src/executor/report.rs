//! What calls of the executor's tools get.
//!
//! Owns the shapes of results. An image that cannot be made and a file that is not there are tool errors, as a program that was
//! not run is.

use crate::report::{NotRunJson, chain};
use runcell_service::{ContainerHealth, ImagePreparation, ServiceError, UploadedFile};
use schemars::JsonSchema;
use serde::Serialize;

/// The result of `create_image` and `install_package`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the second form is only part of the schema")]
pub(super) enum ImageReport {
    /// The image is there.
    Made(ImageJson),
    /// It is not; as for a program that was not run.
    NotMade(NotRunJson),
}

/// An image that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImageJson {
    success: bool,
    /// Its id, which run_code takes as `image`.
    image_id: String,
    /// The same, under the name that the executor gives it.
    new_image_id: String,
    /// Its name, where it was given one.
    image_name: String,
    /// The last lines that were written on the way; none where it was there already.
    build_logs: Vec<String>,
}

/// The result of a tool of the library.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the second form is only part of the schema")]
pub(super) enum LibraryReport<T> {
    /// It is done.
    Done(T),
    /// It is not; as for a program that was not run.
    NotDone(NotRunJson),
}

/// A file of the library.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LibraryFileJson {
    pub(super) file_id: String,
    pub(super) filename: String,
    /// Its length, in bytes.
    bytes: u64,
    /// Its media type: text/x- and the language, where one was named.
    media_type: String,
    /// The SHA-256 of its bytes.
    sha256: String,
    /// When it came, in milliseconds since the Unix epoch.
    created_ms: i64,
}

/// The files of the library.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FileListJson {
    count: usize,
    files: Vec<LibraryFileJson>,
}

/// A file that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DeletedJson {
    pub(super) success: bool,
    pub(super) file_id: String,
}

/// How the container engine is.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HealthJson {
    /// `healthy` or `unavailable`.
    status: String,
    docker_available: bool,
    /// Containers of runcell's that run now.
    active_containers: usize,
    /// Images on this machine.
    available_images: usize,
    /// The engine and its version, or what is missing and what to do.
    pub(super) message: String,
}

impl ImageReport {
    pub(super) fn made(id: String, preparation: &ImagePreparation) -> Self {
        Self::Made(ImageJson {
            success: true,
            new_image_id: id.clone(),
            image_id: id,
            image_name: preparation.tag().to_owned(),
            build_logs: preparation.lines(),
        })
    }

    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Made(image) if image.image_name.is_empty() => format!("The image is ready: {}.", image.image_id),
            Self::Made(image) => format!("The image is ready: {} ({}).", image.image_name, image.image_id),
            Self::NotMade(report) => report.message.clone(),
        }
    }
}

impl From<UploadedFile> for LibraryFileJson {
    fn from(file: UploadedFile) -> Self {
        Self {
            file_id: file.id.to_string(),
            filename: file.name,
            bytes: file.size,
            media_type: file.media_type,
            sha256: file.sha256,
            created_ms: file.created_ms,
        }
    }
}

impl From<Vec<UploadedFile>> for FileListJson {
    fn from(files: Vec<UploadedFile>) -> Self {
        Self { count: files.len(), files: files.into_iter().map(Into::into).collect() }
    }
}

impl FileListJson {
    pub(super) fn text(&self) -> String {
        if self.files.is_empty() {
            return "There are no uploaded files.".to_owned();
        }
        let line = |file: &LibraryFileJson| format!("{} {} ({} bytes)\n", file.file_id, file.filename, file.bytes);
        self.files.iter().map(line).collect()
    }
}

impl From<Result<ContainerHealth, ServiceError>> for HealthJson {
    fn from(health: Result<ContainerHealth, ServiceError>) -> Self {
        match health {
            Ok(health) => Self {
                status: "healthy".to_owned(),
                docker_available: true,
                active_containers: health.running,
                available_images: health.images,
                message: health.engine,
            },
            Err(error) => Self {
                status: "unavailable".to_owned(),
                docker_available: false,
                active_containers: 0,
                available_images: 0,
                message: chain(&error),
            },
        }
    }
}
