//! A folder of this machine that a container sees.
//!
//! Owns the shape and its check. The engine refuses a source that does not exist, and never makes one.

use super::error::DockerError;
use bollard::models::{Mount as ApiMount, MountBindOptions, MountBindOptionsPropagationEnum, MountType};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A folder or file of this machine that a container sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Its absolute path on this machine.
    pub source: PathBuf,
    /// Its absolute path in the container.
    pub target: String,
    /// Whether the container may only read it.
    pub read_only: bool,
}

impl Mount {
    /// A folder or file that the container may only read.
    pub fn read_only(source: impl Into<PathBuf>, target: impl Into<String>) -> Self {
        Self { source: source.into(), target: target.into(), read_only: true }
    }

    /// A folder or file that the container may change.
    pub fn writable(source: impl Into<PathBuf>, target: impl Into<String>) -> Self {
        Self { source: source.into(), target: target.into(), read_only: false }
    }

    /// Parses the form that people write: `host:container`, with `:ro` for read-only.
    ///
    /// # Errors
    /// [`DockerError::BadField`].
    pub fn parse(text: &str) -> Result<Self, DockerError> {
        let (pair, read_only) = match text.strip_suffix(":ro") {
            Some(pair) => (pair, true),
            None => (text.strip_suffix(":rw").unwrap_or(text), false),
        };
        let mount = pair
            .split_once(':')
            .map(|(source, target)| Self { source: source.into(), target: target.to_owned(), read_only })
            .ok_or_else(|| bad(text))?;
        mount.check().map(|()| mount)
    }

    /// Checks that both sides are absolute.
    ///
    /// # Errors
    /// [`DockerError::BadField`].
    pub fn check(&self) -> Result<(), DockerError> {
        let good = self.source.is_absolute() && self.target.starts_with('/') && self.source.to_str().is_some();
        if good { Ok(()) } else { Err(bad(&format!("{}:{}", self.source.display(), self.target))) }
    }

    pub(super) fn to_api(&self) -> ApiMount {
        ApiMount {
            target: Some(self.target.clone()),
            source: Some(self.source.display().to_string()),
            typ: Some(MountType::BIND),
            read_only: Some(self.read_only),
            bind_options: Some(MountBindOptions {
                propagation: Some(MountBindOptionsPropagationEnum::RPRIVATE),
                ..MountBindOptions::default()
            }),
            ..ApiMount::default()
        }
    }
}

fn bad(value: &str) -> DockerError {
    let allowed = "it is written host:container or host:container:ro, both paths absolute".to_owned();
    DockerError::BadField { field: "volume", value: format!("{value:?}"), allowed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_are_read_as_people_write_them() {
        assert_eq!(Mount::parse("/a:/b").expect("good"), Mount::writable("/a", "/b"));
        assert_eq!(Mount::parse("/a:/b:ro").expect("good"), Mount::read_only("/a", "/b"));
        for bad in ["", "/a", "a:/b", "/a:b", ":/b", "/a:"] {
            Mount::parse(bad).expect_err(bad);
        }
    }
}
