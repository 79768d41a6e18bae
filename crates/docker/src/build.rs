//! Images that are built from plain data.
//!
//! Owns the context (a tar that is made in memory from names and bytes, never from a folder), and the proxies and private
//! certificates of builds. Writes no Dockerfile: code that does must not paste a caller's text into it without escaping.

use super::Docker;
use super::error::{DockerError, one_line};
use super::name::{check_image, check_word};
use super::progress::{Progress, ProgressSender};
use bollard::query_parameters::BuildImageOptionsBuilder;
use futures_util::StreamExt;
use std::collections::{HashMap, VecDeque};

/// The name of the bundle of certificates in the context of a build: `COPY runcell-ca.pem /...`.
pub const CA_FILE: &str = "runcell-ca.pem";

/// The number of last lines that the error of a failed build contains.
const TAIL_LINES: usize = 20;

/// The source and the settings of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildSpec {
    /// The name and tag of the image.
    pub tag: String,
    /// The text of its Dockerfile.
    pub dockerfile: String,
    /// The files that the Dockerfile can copy.
    pub files: Vec<ContextFile>,
    /// Arguments of the build (`ARG`).
    pub args: HashMap<String, String>,
    /// Labels of the image.
    pub labels: HashMap<String, String>,
    /// Whether the steps of the build reach the network.
    pub network: bool,
    /// Proxies that the steps use. They do not become part of the image.
    pub proxies: Proxies,
    /// Certificates that the steps trust, as PEM; they lie in the context as [`CA_FILE`].
    pub ca_bundle: Option<Vec<u8>>,
    /// Memory of each step, in bytes; 0 for no limit.
    pub memory_bytes: u64,
    /// Whether every step is done anew.
    pub no_cache: bool,
}

/// A file of a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextFile {
    /// Its path: relative, without `..`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its permissions: 0o644, 0o755.
    pub mode: u32,
}

/// Proxies, as in the environment variables of these names. Empty: no proxy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// `http_proxy`.
    pub http: String,
    /// `https_proxy`.
    pub https: String,
    /// `no_proxy`.
    pub none: String,
}

impl Proxies {
    /// The proxies of this process: `http_proxy`, `https_proxy`, `no_proxy`, in small letters or capitals.
    #[must_use]
    pub fn from_env() -> Self {
        let get = |name: &str| {
            let value = std::env::var(name).or_else(|_| std::env::var(name.to_uppercase()));
            value.unwrap_or_default()
        };
        Self { http: get("http_proxy"), https: get("https_proxy"), none: get("no_proxy") }
    }

    fn args(&self) -> impl Iterator<Item = (String, String)> {
        let pairs = [("http_proxy", &self.http), ("https_proxy", &self.https), ("no_proxy", &self.none)];
        let set = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        set.flat_map(|(name, value)| [(name.to_owned(), value.clone()), (name.to_uppercase(), value.clone())])
    }
}

impl Docker {
    /// Builds an image; returns its id. Dropping the future stops it.
    ///
    /// # Errors
    /// [`DockerError::BuildFailed`] with the last lines of the build; [`DockerError::BadField`] for a file's path that leaves the
    /// context.
    pub async fn build(&self, spec: BuildSpec, progress: Option<&ProgressSender>) -> Result<String, DockerError> {
        check_image(&spec.tag)?;
        for name in spec.args.keys() {
            check_word("build argument", name)?;
        }
        let context = context(&spec)?;
        let mut args: HashMap<String, String> = spec.proxies.args().collect();
        args.extend(spec.args);
        let mut options = BuildImageOptionsBuilder::default()
            .dockerfile(DOCKERFILE)
            .t(&spec.tag)
            .rm(true)
            .forcerm(true)
            .nocache(spec.no_cache)
            .buildargs(&args)
            .labels(&spec.labels)
            .networkmode(if spec.network { "default" } else { "none" });
        if spec.memory_bytes > 0 {
            // The client library counts in 32 bits here: more than 2 GiB cannot be asked for.
            let bytes = i32::try_from(spec.memory_bytes).unwrap_or(i32::MAX);
            options = options.memory(bytes).memswap(bytes);
        }
        let body = bollard::body_full(context.into());
        let mut steps = self.api().build_image(options.build(), None, Some(body));
        let mut tail = VecDeque::new();
        while let Some(step) = steps.next().await {
            let step = step.map(Progress::of_build).map_err(|error| build_failed(&spec.tag, &tail, error))?;
            if !step.step.is_empty() {
                tail.push_back(step.step.clone());
                tail.drain(..tail.len().saturating_sub(TAIL_LINES));
            }
            step.send(progress).await;
        }
        drop(steps);
        Ok(self.image(&spec.tag).await?.id)
    }
}

/// The name of the Dockerfile in the context. No file of a caller has it.
const DOCKERFILE: &str = ".runcell.dockerfile";

fn build_failed(tag: &str, tail: &VecDeque<String>, error: bollard::errors::Error) -> DockerError {
    match DockerError::of(format!("build the image {tag}"), error) {
        DockerError::Refused { message, .. } => {
            let lines: Vec<&str> = tail.iter().map(String::as_str).collect();
            let message = format!("{message}; the build's last lines: {}", one_line(&lines.join(" | ")));
            DockerError::BuildFailed { tag: tag.to_owned(), message }
        }
        error => error,
    }
}

/// The context as a tar.
fn context(spec: &BuildSpec) -> Result<Vec<u8>, DockerError> {
    let mut tar = tar::Builder::new(Vec::new());
    let own = [(DOCKERFILE, Some(spec.dockerfile.as_bytes())), (CA_FILE, spec.ca_bundle.as_deref())];
    let own = own.into_iter().filter_map(|(path, bytes)| Some((path, bytes?, 0o644)));
    let theirs = spec.files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice(), file.mode));
    for (path, bytes, mode) in own.chain(theirs) {
        let good = !path.starts_with('/') && path.split('/').all(|part| !["", ".", ".."].contains(&part));
        let failed = |reason: String| DockerError::BadField {
            field: "path",
            value: format!("{path:?}"),
            allowed: format!("files of a build have relative paths without `..`{reason}"),
        };
        if !good || path.contains('\0') {
            return Err(failed(String::new()));
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(mode & 0o777);
        tar.append_data(&mut header, path, bytes).map_err(|error| failed(format!(": {error}")))?;
    }
    let failed = |error: std::io::Error| DockerError::File { path: "context".into(), source: error };
    tar.into_inner().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(path: &str) -> BuildSpec {
        let file = ContextFile { path: path.to_owned(), bytes: b"x".to_vec(), mode: 0o755 };
        BuildSpec { files: vec![file], ca_bundle: Some(b"pem".to_vec()), ..BuildSpec::default() }
    }

    #[test]
    fn a_context_holds_what_it_was_given() {
        let long = format!("{}/{}", "d".repeat(120), "f".repeat(120));
        for path in ["run.sh", "a/b/c", &long] {
            let bytes = context(&with_file(path)).expect("good");
            let mut tar = tar::Archive::new(bytes.as_slice());
            let names: Vec<String> = tar
                .entries()
                .expect("a tar")
                .map(|entry| entry.expect("good").path().expect("one").display().to_string())
                .collect();
            assert_eq!(names, [DOCKERFILE, CA_FILE, path]);
        }
    }

    #[test]
    fn a_context_has_no_way_out() {
        for path in ["/etc/passwd", "../x", "a/../../x", "", "a//b", "a\0b"] {
            context(&with_file(path)).expect_err(path);
        }
    }

    #[test]
    fn proxies_become_arguments_in_both_spellings() {
        let proxies = Proxies { https: "http://proxy:3128".into(), ..Proxies::default() };
        let mut names: Vec<_> = proxies.args().map(|(name, _)| name).collect();
        names.sort();
        assert_eq!(names, ["HTTPS_PROXY", "https_proxy"]);
    }
}
