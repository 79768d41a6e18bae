//! What calls of the executor's tools bring.
//!
//! Owns their shapes, which are those of the executor where that has them, and what they mean for the service.

use super::argument::{ArgumentError, null_is_default, run_arguments};
use super::input_file::{EncodingJson, InputFileJson};
use runcell_model::config::Language;
use runcell_model::file::{GuestPath, InputFile};
use runcell_model::limits::LimitPolicy;
use runcell_service::{ImageRequest, InvalidRequest, RunRequest, UploadedFile};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Arguments of `create_image`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateImageArguments {
    /// The language that the image is for, as a list of one: python, node, bash, csharp, or one of the configuration.
    #[serde(alias = "languages")]
    runtimes: Vec<String>,
    /// Packages by language: {"python": ["six==1.16", "attrs"]}.
    #[serde(default, deserialize_with = "null_is_default")]
    requirements: BTreeMap<String, Vec<String>>,
    /// A name for the image; it gets one below runcell/own/.
    #[serde(default, deserialize_with = "null_is_default")]
    image_name: Option<String>,
    /// The text of a Dockerfile to build instead, if the configuration allows that.
    #[serde(default, deserialize_with = "null_is_default")]
    custom_dockerfile: Option<String>,
    /// The image to build on, instead of the language's.
    #[serde(default, deserialize_with = "null_is_default")]
    base_os: Option<String>,
}

/// Arguments of `install_package`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallPackageArguments {
    /// The image to build on, by id or name [default: the language's own].
    #[serde(default, deserialize_with = "null_is_default")]
    image_id: Option<String>,
    /// The language, which tells the package manager.
    #[serde(alias = "language")]
    runtime: String,
    /// The package's name.
    package_name: String,
    /// Its version [default: the newest].
    #[serde(default, deserialize_with = "null_is_default")]
    package_version: Option<String>,
    /// Always true: an image never changes, a package makes a new one.
    #[serde(default = "yes")]
    #[expect(dead_code, reason = "callers of the executor send it")]
    build_new_image: bool,
}

fn yes() -> bool {
    true
}

/// Arguments of `upload_file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadFileArguments {
    /// Its name.
    #[serde(alias = "filename")]
    path: String,
    /// What it holds.
    content: String,
    /// The language it is written in, for execute_uploaded_file.
    #[serde(default, alias = "language", deserialize_with = "null_is_default")]
    runtime: Option<String>,
    /// How `content` is written.
    #[serde(default, deserialize_with = "null_is_default")]
    encoding: EncodingJson,
}

run_arguments! {
    /// Arguments of `execute_uploaded_file`.
    ExecuteFileArguments {
        /// The id of the file, as upload_file and list_files tell it.
        file_id: String,
        /// The language [default: the one that was named with the upload].
        #[serde(default, alias = "language", deserialize_with = "null_is_default")]
        runtime: Option<String>,
    }
}

/// Arguments of `delete_file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteFileArguments {
    /// The id of the file.
    pub file_id: String,
}

/// The media type of a file in a language, which is how the library remembers it.
const SOURCE: &str = "text/x-";

fn shape(tool: &'static str, reason: impl Into<String>) -> ArgumentError {
    ArgumentError::Shape { tool, reason: reason.into() }
}

impl CreateImageArguments {
    /// The image that is meant.
    ///
    /// # Errors
    /// [`ArgumentError`] where it is none that can be made from a list of languages.
    pub fn request(self) -> Result<ImageRequest, ArgumentError> {
        let [language] = self.runtimes.as_slice() else {
            let reason = "runtimes: an image is made for one language; for several, give a custom_dockerfile";
            return Err(shape("create_image", reason));
        };
        if let Some(other) = self.requirements.keys().find(|name| *name != language) {
            return Err(shape("create_image", format!("requirements: {other:?} is not the language of the image")));
        }
        let packages = self.requirements.into_values().flatten().collect();
        let (dockerfile, name) = (self.custom_dockerfile, self.image_name);
        Ok(ImageRequest { language: language.clone(), image: self.base_os, packages, dockerfile, name })
    }
}

impl InstallPackageArguments {
    /// The image that is meant.
    ///
    /// # Errors
    /// [`InvalidRequest`] where the text names no package.
    pub fn request(self, languages: &[Language]) -> Result<ImageRequest, InvalidRequest> {
        let mut request = ImageRequest { language: self.runtime, image: self.image_id, ..ImageRequest::default() };
        // The making of the image refuses an unknown language.
        let language = languages.iter().find(|language| language.is_called(&request.language));
        request.packages = match language.and_then(|language| language.manager) {
            Some(manager) => vec![manager.package(&self.package_name, self.package_version.as_deref())?.to_string()],
            None => vec![self.package_name],
        };
        Ok(request)
    }
}

impl UploadFileArguments {
    /// Name, media type and bytes.
    ///
    /// # Errors
    /// [`ArgumentError`] where the name or the encoding is wrong.
    pub fn file(self) -> Result<(String, String, Vec<u8>), ArgumentError> {
        let file = InputFileJson { path: self.path, content: self.content, encoding: self.encoding };
        let file = InputFile::try_from(file)?;
        let media_type = match self.runtime {
            Some(language) => format!("{SOURCE}{}", language.parse::<runcell_model::runtime::RuntimeRef>()?),
            None => "application/octet-stream".to_owned(),
        };
        Ok((file.path.as_str().to_owned(), media_type, file.bytes))
    }
}

impl ExecuteFileArguments {
    /// The id of the file.
    #[must_use]
    pub fn file_id(&self) -> &str {
        &self.file_id
    }

    /// The request that runs the file.
    ///
    /// # Errors
    /// [`ArgumentError`] where the language is not known, or an argument cannot be.
    pub fn request(
        mut self,
        file: UploadedFile,
        bytes: Vec<u8>,
        policy: &LimitPolicy,
    ) -> Result<RunRequest, ArgumentError> {
        let named = file.media_type.strip_prefix(SOURCE).map(str::to_owned);
        let missing = || shape("execute_uploaded_file", "runtime: it was not named with the upload, so name it here");
        let language = self.runtime.take().or(named).ok_or_else(missing)?;
        let mut request = RunRequest::new(language.parse()?, bytes);
        // A name that a cell or a container could not have is not needed.
        request.code_name = GuestPath::new(&file.name).ok();
        self.complete(request, policy)
    }
}
