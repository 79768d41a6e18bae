//! A face's request, and the check of everything in it that an untrusted caller chose.
//!
//! Owns names, sizes and clashes. Limits are checked by their own module.

use super::run::Refusal;
use runcell_docker::DockerError;
use runcell_model::file::{GuestPath, GuestPathError, InputFile, Pattern, PatternError};
use runcell_model::job::InvalidJobRequest;
use runcell_model::limits::{LimitKind, LimitOutOfRange, Limits, LimitsRequest};
use runcell_model::mount::MountError;
use runcell_model::package::PackageError;
use runcell_model::run::BackendChoice;
use runcell_model::run::RunSpec;
use runcell_model::runtime::RuntimeRef;
use runcell_store::FileError;
use runcell_wasm::{ResolvedRuntime, Stdin};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most bytes that arguments and environment may take together.
const MAX_ARGS_BYTES: usize = 128 << 10;

/// The most patterns of files out.
const MAX_OUTPUTS: usize = 1000;

/// A snippet to run. Only `runtime` and `code` have no default.
#[derive(Debug)]
pub struct RunRequest {
    /// The language.
    pub runtime: RuntimeRef,
    /// The source text.
    pub code: Vec<u8>,
    /// The name that the snippet gets in `/work`.
    pub code_name: Option<GuestPath>,
    /// The program's arguments.
    pub args: Vec<String>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// Options of the runtime.
    pub options: BTreeMap<String, String>,
    /// Standard input.
    pub stdin: Stdin,
    /// Files that lie in `/work` at the start.
    pub files: Vec<InputFile>,
    /// Paths and globs, relative to `/work`, of the files wanted back.
    pub outputs: Vec<String>,
    /// Limits other than the defaults.
    pub limits: LimitsRequest,
    /// The backend that is to run it.
    pub backend: BackendChoice,
    /// Packages that the program needs, as the language's package manager writes them.
    pub packages: Vec<String>,
    /// The image of a container, instead of the language's.
    pub image: Option<String>,
    /// Whether it is to reach the network.
    pub network: bool,
    /// Host folders that a container is to see, by the names of the configuration: `data`, or `data:/where`.
    pub mounts: Vec<String>,
    /// Whether the outcome is to name lines of the snippet that ask for a second look.
    pub check: bool,
}

/// A fault of a request.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRequest {
    /// A job that cannot be taken, or something that cannot be done with one.
    #[error(transparent)]
    Job(Box<super::job::InvalidJob>),
    /// A limit out of range.
    #[error(transparent)]
    Limit(#[from] LimitOutOfRange),
    /// A name that cannot be a file in `/work`.
    #[error(transparent)]
    Path(#[from] GuestPathError),
    /// Two files of one name, or a file that is a folder of another.
    #[error("two files clash: {first} and {second}; every file needs a name of its own, the snippet's included")]
    Clash {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// An option that the runtime does not have.
    #[error("the runtime {runtime} has no option {name:?}; it has: {known}")]
    Option {
        /// The runtime.
        runtime: String,
        /// The option.
        name: String,
        /// The options there are.
        known: String,
    },
    /// A value that the option does not take.
    #[error("{value:?} is no value of the option {name}; it takes: {known}")]
    OptionValue {
        /// The option.
        name: String,
        /// The value.
        value: String,
        /// The values it takes.
        known: String,
    },
    /// A text that is not a valid pattern of output files.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// Too many patterns.
    #[error("{0} patterns of output files were given; at most {MAX_OUTPUTS} are allowed")]
    TooManyPatterns(usize),
    /// An argument or environment variable that cannot be passed.
    #[error("{0} cannot be passed to a program: it holds a NUL byte, or `=` in a variable's name, or has no name")]
    Text(String),
    /// Too much of them.
    #[error("arguments and environment take {0} bytes; at most {MAX_ARGS_BYTES} are allowed")]
    TooLong(usize),
    /// A text that is not a package.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A text that asks for no mount.
    #[error(transparent)]
    Mount(#[from] MountError),
    /// Something that cannot be run where it was asked for, or may not.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// A name of an image or container, or a field of a container, that cannot be used.
    #[error(transparent)]
    Name(Arc<DockerError>),
    /// An account, a token or a record that cannot be as it was asked for.
    #[error(transparent)]
    Account(super::account::InvalidAccount),
    /// An id that no uploaded file can have.
    #[error(transparent)]
    Upload(#[from] InvalidJobRequest),
    /// An image that cannot be removed.
    #[error("the image {0} is used by a container: remove that first")]
    ImageInUse(String),
    /// A file of a job or an upload that cannot be used as it was asked for.
    #[error(transparent)]
    File(FileError),
    /// Less memory than the runtime itself takes.
    #[error(
        "{asked} bytes of memory are too little for {runtime}: it needs at least {least} (limit memory_bytes; limits.memory_mib = {})",
        .least >> 20
    )]
    Memory {
        /// The runtime.
        runtime: String,
        /// The amount that was asked for, in bytes.
        asked: u64,
        /// The amount that is needed, in bytes.
        least: u64,
    },
}

impl From<Refusal> for InvalidRequest {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<DockerError> for InvalidRequest {
    fn from(error: DockerError) -> Self {
        Self::Name(Arc::new(error))
    }
}

impl RunRequest {
    /// A request with defaults for everything else.
    #[must_use]
    pub fn new(runtime: RuntimeRef, code: impl Into<Vec<u8>>) -> Self {
        Self {
            runtime,
            code: code.into(),
            code_name: None,
            args: Vec::new(),
            env: BTreeMap::new(),
            options: BTreeMap::new(),
            stdin: Stdin::default(),
            files: Vec::new(),
            outputs: Vec::new(),
            limits: LimitsRequest::default(),
            backend: BackendChoice::Auto,
            packages: Vec::new(),
            image: None,
            network: false,
            mounts: Vec::new(),
            check: false,
        }
    }

    /// Makes the program out of a file of the request, where the code names one: a module is no text, and a face may take
    /// nothing else as code. Without code, it is the only module among the files.
    pub(super) fn take_program(&mut self) {
        let named = |file: &InputFile| match &*self.code {
            [] => file.path.as_str().ends_with(".wasm"),
            name => std::str::from_utf8(name).is_ok_and(|name| GuestPath::new(name.trim()).as_ref() == Ok(&file.path)),
        };
        let found: Vec<usize> = (0..self.files.len()).filter(|index| named(&self.files[*index])).collect();
        if let [index] = *found {
            let file = self.files.remove(index);
            (self.code, self.code_name) = (file.bytes, Some(file.path));
        }
    }

    /// Checks a run in a cell of this runtime.
    pub(super) fn check_cell(&self, runtime: &ResolvedRuntime, limits: &Limits) -> Result<(), InvalidRequest> {
        self.check_plain(runtime.main_file())?;
        self.check_options(runtime)?;
        self.check_memory(limits, runtime.least_memory_bytes())
    }

    /// Checks that a run gets the memory that it needs at least, in bytes.
    pub(super) fn check_memory(&self, limits: &Limits, least: u64) -> Result<(), InvalidRequest> {
        let asked = limits.get(LimitKind::Memory);
        if asked < least {
            return Err(InvalidRequest::Memory { runtime: self.runtime.to_string(), asked, least });
        }
        Ok(())
    }

    /// The spec of a cell, with its stdin.
    pub(super) fn into_spec(self, limits: Limits) -> (RunSpec, Stdin) {
        let spec = RunSpec {
            runtime: self.runtime,
            code: self.code,
            code_name: self.code_name,
            args: self.args,
            env: self.env,
            options: self.options,
            files: self.files,
            outputs: self.outputs,
            limits,
        };
        (spec, self.stdin)
    }

    /// Checks what is the same in a cell and in a container.
    pub(super) fn check_plain(&self, main_file: &str) -> Result<(), InvalidRequest> {
        self.check_files(main_file)?;
        self.check_texts()?;
        check_patterns(&self.outputs)
    }

    fn check_files(&self, main_file: &str) -> Result<(), InvalidRequest> {
        let main = self.code_name.as_ref().map_or(main_file, GuestPath::as_str);
        let mut names = BTreeSet::from([main]);
        let clash =
            |first: &str, second: &str| InvalidRequest::Clash { first: first.to_owned(), second: second.to_owned() };
        for file in &self.files {
            let name = file.path.as_str();
            if !names.insert(name) {
                return Err(clash(name, name));
            }
        }
        for name in &names {
            let folders = name.char_indices().filter(|(_, letter)| *letter == '/').map(|(at, _)| &name[..at]);
            if let Some(folder) = folders.into_iter().find(|folder| names.contains(folder)) {
                return Err(clash(folder, name));
            }
        }
        Ok(())
    }

    fn check_options(&self, runtime: &ResolvedRuntime) -> Result<(), InvalidRequest> {
        for (name, value) in &self.options {
            let Some(values) = runtime.option_values(name) else {
                let known = runtime.option_names();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(InvalidRequest::Option { runtime: self.runtime.to_string(), name: name.clone(), known });
            };
            if !values.contains(&value.as_str()) {
                let known = values.join(", ");
                return Err(InvalidRequest::OptionValue { name: name.clone(), value: value.clone(), known });
            }
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), InvalidRequest> {
        let mut bytes = 0;
        for (index, argument) in self.args.iter().enumerate() {
            bytes += argument.len() + 1;
            if argument.contains('\0') {
                return Err(InvalidRequest::Text(format!("argument {}", index + 1)));
            }
        }
        for (name, value) in &self.env {
            bytes += name.len() + value.len() + 2;
            if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
                return Err(InvalidRequest::Text(format!("the environment variable {name:?}")));
            }
        }
        if bytes > MAX_ARGS_BYTES { Err(InvalidRequest::TooLong(bytes)) } else { Ok(()) }
    }
}

fn check_patterns(patterns: &[String]) -> Result<(), InvalidRequest> {
    if patterns.len() > MAX_OUTPUTS {
        return Err(InvalidRequest::TooManyPatterns(patterns.len()));
    }
    for pattern in patterns {
        GuestPath::new(pattern)?;
        Pattern::new(pattern)?;
    }
    Ok(())
}
