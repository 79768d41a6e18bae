//! Arguments of the executor's tools.
//!
//! Owns their shapes, which are those of the executor where that has them, and what they mean for the service.

use super::argument::{ArgumentError, blank_is_none, null_is_default, run_arguments};
use super::input_file::{EncodingJson, InputFileJson};
use super::upload::{language_of, source_type};
use runcell_model::config::Language;
use runcell_model::file::{GuestPath, InputFile};
use runcell_model::limits::LimitPolicy;
use runcell_service::{ImageRequest, InvalidRequest, RunRequest, UploadedFile};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Arguments of `create_image`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateImageArguments {
    /// Its languages: python, node, bash, csharp, or those of the configuration.
    #[serde(alias = "languages")]
    runtimes: Vec<String>,
    /// Packages, as for run_code; of several languages "node:lodash@4".
    #[serde(default, deserialize_with = "null_is_default")]
    packages: Vec<String>,
    /// The same by language, as callers of the executor have them.
    #[serde(default, deserialize_with = "null_is_default")]
    #[schemars(skip)]
    requirements: BTreeMap<String, Vec<String>>,
    /// A name for it, below runcell/own/.
    #[serde(default, deserialize_with = "blank_is_none")]
    image_name: Option<String>,
    /// A Dockerfile to build instead, if the configuration allows that.
    #[serde(default, deserialize_with = "blank_is_none")]
    custom_dockerfile: Option<String>,
    /// The image to build on, instead of the language's.
    #[serde(default, deserialize_with = "blank_is_none")]
    base_os: Option<String>,
}

/// Arguments of `install_package`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallPackageArguments {
    #[serde(default, deserialize_with = "blank_is_none")]
    runtime: Option<String>,
    package_name: String,
    /// The newest, if absent.
    #[serde(default, deserialize_with = "blank_is_none")]
    package_version: Option<String>,
    /// The image to build on, instead of the language's.
    #[serde(default, deserialize_with = "blank_is_none")]
    image_id: Option<String>,
    #[serde(default, deserialize_with = "blank_is_none")]
    language: Option<String>,
    /// An image never changes, a package always makes a new one.
    #[serde(default)]
    #[schemars(skip)]
    #[expect(dead_code, reason = "callers of the executor send it")]
    build_new_image: Option<bool>,
}

/// Arguments of `upload_file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadFileArguments {
    #[serde(alias = "filename")]
    path: String,
    content: String,
    /// Its language, for execute_uploaded_file.
    #[serde(default, alias = "language", deserialize_with = "blank_is_none")]
    runtime: Option<String>,
    #[serde(default, deserialize_with = "encoding")]
    encoding: EncodingJson,
    /// A flag that callers of the executor send with base64.
    #[serde(default, deserialize_with = "null_is_default")]
    #[schemars(skip)]
    binary: bool,
}

/// An encoding, which callers of the executor also name otherwise.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NamedEncoding {
    #[serde(alias = "utf-8", alias = "utf8")]
    Text,
    Base64,
}

fn encoding<'de, D: Deserializer<'de>>(from: D) -> Result<EncodingJson, D::Error> {
    Ok(match Option::deserialize(from)? {
        None | Some(NamedEncoding::Text) => EncodingJson::Text,
        Some(NamedEncoding::Base64) => EncodingJson::Base64,
    })
}

run_arguments! {
    /// Arguments of `execute_uploaded_file`.
    ExecuteFileArguments {
        file_id: String,
        /// That of the upload, if absent.
        #[serde(default, alias = "language", deserialize_with = "crate::argument::blank_is_none")]
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

fn shape(tool: &'static str, reason: impl Into<String>) -> ArgumentError {
    ArgumentError::Shape { tool, reason: reason.into() }
}

impl From<&ImageRequest> for CreateImageArguments {
    fn from(request: &ImageRequest) -> Self {
        Self {
            runtimes: request.languages.keys().cloned().collect(),
            packages: Vec::new(),
            requirements: request.languages.clone(),
            image_name: request.name.clone(),
            custom_dockerfile: request.dockerfile.clone(),
            base_os: request.image.clone(),
        }
    }
}

impl CreateImageArguments {
    /// The image that is meant.
    ///
    /// # Errors
    /// [`InvalidRequest`] where a package belongs to none of the languages.
    pub fn request(self) -> Result<ImageRequest, InvalidRequest> {
        let request = ImageRequest::new(self.runtimes, self.packages, self.requirements)?;
        let (image, dockerfile, name) = (self.base_os, self.custom_dockerfile, self.image_name);
        Ok(ImageRequest { image, dockerfile, name, ..request })
    }
}

impl InstallPackageArguments {
    /// The image that is meant.
    ///
    /// # Errors
    /// [`InvalidRequest`] where the text names no package.
    pub fn request(self, languages: &[Language]) -> Result<ImageRequest, InvalidRequest> {
        // An empty name is refused as an unknown one is.
        let runtime = self.runtime.or(self.language).unwrap_or_default();
        // The making of the image refuses an unknown language.
        let language = languages.iter().find(|language| language.is_called(&runtime));
        let package = match language.and_then(|language| language.manager) {
            Some(manager) => manager.package(&self.package_name, self.package_version.as_deref())?.to_string(),
            None => self.package_name,
        };
        let languages = [(runtime, vec![package])].into();
        Ok(ImageRequest { languages, image: self.image_id, ..ImageRequest::default() })
    }
}

impl UploadFileArguments {
    /// Name, media type and bytes.
    ///
    /// # Errors
    /// [`ArgumentError`] where the name or the encoding is wrong.
    pub fn file(self) -> Result<(String, String, Vec<u8>), ArgumentError> {
        let encoding = if self.binary { EncodingJson::Base64 } else { self.encoding };
        let file = InputFileJson { path: self.path, content: self.content, encoding };
        let file = InputFile::try_from(file)?;
        let language = self.runtime.map(|language| language.parse()).transpose()?;
        Ok((file.path.as_str().to_owned(), source_type(language.as_ref()), file.bytes))
    }
}

impl ExecuteFileArguments {
    /// The arguments that run a file, where a request has all but its code. Its stdin was read.
    #[must_use]
    pub fn new(file_id: &str, runtime: Option<String>, request: RunRequest, stdin: &[u8]) -> Self {
        Self::filled(request, stdin, file_id.to_owned(), runtime)
    }

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
        let named = language_of(&file.media_type).map(str::to_owned);
        let missing = || shape("execute_uploaded_file", "runtime: it was not named with the upload, so name it here");
        let language = self.runtime.take().or(named).ok_or_else(missing)?;
        let mut request = RunRequest::new(language.parse()?, bytes);
        // A name that a cell or a container could not have is not needed.
        request.code_name = GuestPath::new(&file.name).ok();
        self.complete(request, policy)
    }
}
