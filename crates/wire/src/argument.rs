//! Arguments of a call that runs a snippet, read strictly, and the request that they make.
//!
//! Owns the shapes, which are the same for every face, the check that comes before the service's own, and reading arguments as
//! models write them.

use super::input_file::{EncodingJson, InputFileError, InputFileJson, decode, encode};
use super::lenient::fit_arguments;
use super::limit::LimitError;
use super::refusal::RefusalJson;
use super::schema::{self, JsonObject};
use super::strict::Strict;
use runcell_model::file::GuestPath;
use runcell_model::limits::LimitPolicy;
use runcell_model::runtime::RuntimeRefError;
use runcell_service::RunRequest;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Defines the arguments of a tool that runs code: those of its own, then those that all of these tools have.
macro_rules! run_arguments {
    ($(#[$about:meta])* $name:ident { $($(#[$says:meta])* $own:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$says])* $own: $type,)*
            /// Files that lie in /work when the program starts.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            files: Vec<crate::InputFileJson>,
            /// Files wanted back: paths or globs below /work, such as "plot.png", "**/*.csv".
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            outputs: Vec<String>,
            /// The contents of stdin.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            stdin: String,
            /// How `stdin` is written: programs that have bytes send base64.
            #[serde(default, skip_serializing_if = "crate::EncodingJson::is_text")]
            #[schemars(skip)]
            stdin_encoding: crate::EncodingJson,
            /// Arguments of the program.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            args: Vec<String>,
            /// Packages to install first, in a container: pip "six==1.16", npm "lodash@4", apt "jq", nuget "Dapper@2.1.35".
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            packages: Vec<String>,
            // Described from the policy.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            #[schemars(with = "crate::pair::Pairs<i64>")]
            limits: crate::pair::Pairs<serde_json::Value>,
            /// Environment variables.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            env: crate::pair::Pairs<String>,
            /// Options of the runtime, such as std = c17 of clang; list_runtimes tells them.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            options: crate::pair::Pairs<String>,
            /// "wasm" (a sandbox, starts in 1 ms), "container" (slower), or what fits.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            backend: runcell_service::BackendChoice,
            /// Image of the container, instead of the language's.
            #[serde(default, deserialize_with = "crate::argument::blank_is_none")]
            image: Option<String>,
            /// Whether the program, in a container, reaches the network.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            network: bool,
            /// Bytes of stdout and of stderr to show; a resource has all.
            #[serde(default, deserialize_with = "crate::argument::blank_is_none")]
            text_bytes: Option<u64>,
            /// Folders of the configuration, for a container: "data:/where".
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            mounts: Vec<String>,
            /// Name risky lines of the code.
            #[serde(default, deserialize_with = "crate::argument::null_is_default")]
            check: bool,
        }

        impl $name {
            /// The part of each output that the answer is to show, in bytes.
            #[must_use]
            pub fn text_bytes(&self) -> Option<u64> {
                self.text_bytes
            }

            /// The arguments that make a request. Its stdin was read.
            fn filled(request: runcell_service::RunRequest, stdin: &[u8], $($own: $type,)*) -> Self {
                let (stdin, stdin_encoding) = crate::input_file::encode(stdin);
                let limits = serde_json::to_value(&request.limits).ok();
                let limits: std::collections::BTreeMap<_, _> =
                    limits.and_then(|limits| serde_json::from_value(limits).ok()).unwrap_or_default();
                Self {
                    $($own,)*
                    files: request.files.iter().map(Into::into).collect(),
                    outputs: request.outputs,
                    stdin,
                    stdin_encoding,
                    args: request.args,
                    packages: request.packages,
                    limits: limits.into(),
                    env: request.env.into(),
                    options: request.options.into(),
                    backend: request.backend,
                    image: request.image,
                    network: request.network,
                    text_bytes: None,
                    mounts: request.mounts,
                    check: request.check,
                }
            }

            /// Completes a request with the arguments that all of these tools have.
            fn complete(
                self,
                mut request: runcell_service::RunRequest,
                policy: &runcell_model::limits::LimitPolicy,
            ) -> Result<runcell_service::RunRequest, $crate::argument::ArgumentError> {
                request.limits = $crate::limit::parse(policy, &self.limits.into_map())?;
                let no_base64 = |reason| $crate::argument::ArgumentError::Base64 { name: "stdin", reason };
                let stdin = crate::input_file::decode(self.stdin, self.stdin_encoding).map_err(no_base64)?;
                request.stdin = runcell_service::Stdin::Bytes(stdin);
                (request.args, request.env, request.options) =
                    (self.args, self.env.into_map(), self.options.into_map());
                (request.outputs, request.backend) = (self.outputs, self.backend);
                (request.packages, request.image, request.network) = (self.packages, self.image, self.network);
                (request.mounts, request.check) = (self.mounts, self.check);
                for file in self.files {
                    request.files.push(file.try_into()?);
                }
                Ok(request)
            }
        }
    };
}
pub(crate) use run_arguments;

run_arguments! {
    /// Arguments of `run_code`.
    RunCodeArguments {
        // Described from the list of runtimes.
        #[serde(default, deserialize_with = "crate::argument::blank_is_none")]
        runtime: Option<String>,
        /// The source text.
        code: String,
        /// How `code` is written: programs that have bytes send base64.
        #[serde(default, skip_serializing_if = "EncodingJson::is_text")]
        #[schemars(skip)]
        code_encoding: EncodingJson,
        /// The name of the file that the code comes from; without one, the runtime's own.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::argument::blank_is_none")]
        #[schemars(skip)]
        code_name: Option<String>,
        /// The same as `runtime`, where that cannot be passed.
        #[serde(default, deserialize_with = "crate::argument::blank_is_none")]
        language: Option<String>,
    }
}

/// Arguments of `run_code_with_files`, in the shape of @runno/mcp.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunCodeWithFilesArguments {
    #[serde(default, deserialize_with = "blank_is_none")]
    runtime: Option<String>,
    code: String,
    input_files: Vec<NamedFile>,
    output_file_names: Vec<String>,
    #[serde(default, deserialize_with = "blank_is_none")]
    language: Option<String>,
}

/// A file that goes into a run, named from the root.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NamedFile {
    name: String,
    encoding: EncodingJson,
    content: String,
}

/// Arguments of a tool that takes none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoArguments {}

/// A fault of arguments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// One is missing, unknown or of the wrong kind.
    #[error("the arguments of {tool} are wrong: {reason}")]
    Shape {
        /// The MCP tool or route that they are for.
        tool: &'static str,
        /// Which and why.
        reason: String,
    },
    /// Nobody says in which language the snippet is.
    #[error("the argument runtime is missing: name the language")]
    NoRuntime,
    /// Bytes that are not in the encoding that the arguments say.
    #[error("{name} is not base64: {reason}")]
    Base64 {
        /// The argument.
        name: &'static str,
        /// The fault.
        reason: String,
    },
    /// A text that names no language.
    #[error(transparent)]
    Runtime(#[from] RuntimeRefError),
    /// A file that cannot go into a run.
    #[error(transparent)]
    File(#[from] InputFileError),
    /// A limit that is not granted.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// Models say `null` where they mean "not given".
///
/// # Errors
/// Those of the value's own type.
pub fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A caller that has to send every argument sends `""` or `0` where it means "not given".
pub fn blank_is_none<'de, D: Deserializer<'de>, T: Default + PartialEq + Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::deserialize(from)?.filter(|value| *value != T::default()))
}

/// The schema of the arguments of a tool, made once.
fn schema_of<T: JsonSchema>(tool: &'static str) -> Arc<JsonObject> {
    static MADE: Mutex<BTreeMap<&str, Arc<JsonObject>>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(tool).or_insert_with(|| Arc::new(schema::input::<T>())).clone()
}

/// Reads the arguments of a tool, as models mean them; an unknown one is refused. Texts are moved, not copied: they may be large.
pub fn parse<T: DeserializeOwned + JsonSchema>(
    tool: &'static str,
    given: Option<JsonObject>,
) -> Result<T, ArgumentError> {
    let mut given = given.unwrap_or_default();
    fit_arguments(&mut given, &schema_of::<T>(tool));
    let read = serde_path_to_error::deserialize(Strict::new(Value::Object(given)));
    read.map_err(|error| ArgumentError::Shape { tool, reason: place_and_reason(&error) })
}

/// Where a value does not fit and why: `limits.wall_ms: invalid type`; without a place where the whole of it does not.
#[must_use]
pub fn place_and_reason<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> String {
    match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        at => format!("{at}: {}", error.inner()),
    }
}

impl From<ArgumentError> for RefusalJson {
    fn from(error: ArgumentError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl RunCodeArguments {
    /// The arguments that make a request. Its stdin was read.
    #[must_use]
    pub fn new(mut request: RunRequest, stdin: &[u8]) -> Self {
        let (code, code_encoding) = encode(&std::mem::take(&mut request.code));
        let (runtime, code_name) = (request.runtime.to_string(), request.code_name.take().map(String::from));
        Self::filled(request, stdin, Some(runtime), code, code_encoding, code_name, None)
    }

    /// The request that the arguments make.
    ///
    /// # Errors
    /// [`ArgumentError`] names the one that cannot be.
    pub fn request(mut self, policy: &LimitPolicy) -> Result<RunRequest, ArgumentError> {
        let runtime = self.runtime.take().or(self.language.take()).ok_or(ArgumentError::NoRuntime)?;
        let no_base64 = |reason| ArgumentError::Base64 { name: "code", reason };
        let code = decode(std::mem::take(&mut self.code), self.code_encoding).map_err(no_base64)?;
        let mut request = RunRequest::new(runtime.parse()?, code);
        let name = self.code_name.take().map(|name| GuestPath::new(&name)).transpose();
        request.code_name = name.map_err(InputFileError::from)?;
        self.complete(request, policy)
    }
}

impl RunCodeWithFilesArguments {
    /// The request that the arguments make.
    pub fn request(self) -> Result<RunRequest, ArgumentError> {
        let runtime = self.runtime.or(self.language).ok_or(ArgumentError::NoRuntime)?;
        let mut request = RunRequest::new(runtime.parse()?, self.code);
        for file in self.input_files {
            let path = below_work(&file.name).to_owned();
            let file = InputFileJson { path, content: file.content, encoding: file.encoding };
            request.files.push(file.try_into()?);
        }
        request.outputs = self.output_file_names.iter().map(|name| below_work(name).to_owned()).collect();
        Ok(request)
    }
}

/// The path in `/work` that a name from the root means: there is nothing else to write to, and a program that has only
/// its own files does not care where the root is.
fn below_work(name: &str) -> &str {
    if name == "/work" || name.starts_with("/work/") { name } else { name.trim_start_matches('/') }
}

#[cfg(test)]
mod tests;
