//! A host folder that a job or a run asks for by the name that the configuration gave it.
//!
//! Owns the words of the request. There is deliberately no way to name a path of the host here: that is in
//! [`crate::config::MountConfig`].

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most mounts of one request.
pub const MAX_MOUNTS: usize = 16;
/// The longest name, in bytes.
const MAX_NAME: usize = 64;
/// The longest path in the container, in bytes.
const MAX_PATH: usize = 256;
/// Folders of a container that are not to be covered, with everything below.
const TAKEN: [&str; 9] = ["/in", "/out", "/work", "/tmp", "/proc", "/sys", "/dev", "/etc", "/src"];

/// A mount by its name, and where it is to be: `data`, or `data:/where`. Without a place it is `/mnt/<name>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MountRequest {
    name: String,
    target: String,
}

/// A text that asks for no mount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MountError {
    /// The name cannot be one.
    #[error("{0:?} names no mount: NAME or NAME:/PATH is expected, the name of letters, digits, `-` and `_`")]
    Name(String),
    /// The path cannot be mounted at.
    #[error(
        "a mount cannot be at {0:?}: an absolute path without `.` and `..` is expected, outside of {taken}", taken = TAKEN.join(", ")
    )]
    Target(String),
    /// Two at the same place, or one in another.
    #[error("the mounts at {0} and {1} lie in each other: give each a place of its own")]
    Clash(String, String),
    /// Too many.
    #[error("{0} mounts were asked for; at most {MAX_MOUNTS} are allowed")]
    TooMany(usize),
}

/// Whether a text can name a mount.
#[must_use]
pub fn is_mount_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

impl MountRequest {
    /// The name in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its absolute path in the container.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Reads a list.
    ///
    /// # Errors
    /// [`MountError`] for the first that cannot be.
    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>, MountError> {
        if texts.len() > MAX_MOUNTS {
            return Err(MountError::TooMany(texts.len()));
        }
        let mounts = texts.iter().map(|text| text.parse()).collect::<Result<Vec<Self>, _>>()?;
        for (at, mount) in mounts.iter().enumerate() {
            let clash = |other: &&Self| lies_in(&mount.target, &other.target) || lies_in(&other.target, &mount.target);
            if let Some(other) = mounts[..at].iter().find(clash) {
                return Err(MountError::Clash(other.target.clone(), mount.target.clone()));
            }
        }
        Ok(mounts)
    }
}

/// Whether a path is another or below it.
fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl FromStr for MountRequest {
    type Err = MountError;

    fn from_str(text: &str) -> Result<Self, MountError> {
        let (name, target) = text.split_once(':').map_or((text, None), |(name, target)| (name, Some(target)));
        if !is_mount_name(name) {
            return Err(MountError::Name(text.chars().take(80).collect()));
        }
        let target = target.map_or_else(|| format!("/mnt/{name}"), str::to_owned);
        let parts = || target.split('/').skip(1);
        let plain = target.starts_with('/')
            && target.len() <= MAX_PATH
            && parts().all(|part| !["", ".", ".."].contains(&part))
            && !target.contains([':', ',']) // The engine's clients separate by these.
            && !target.chars().any(char::is_control);
        if !plain || TAKEN.iter().any(|folder| lies_in(&target, folder)) {
            return Err(MountError::Target(target.chars().take(80).collect()));
        }
        Ok(Self { name: name.to_owned(), target })
    }
}

impl TryFrom<String> for MountRequest {
    type Error = MountError;

    fn try_from(text: String) -> Result<Self, MountError> {
        text.parse()
    }
}

impl From<MountRequest> for String {
    fn from(mount: MountRequest) -> Self {
        mount.to_string()
    }
}

impl fmt::Display for MountRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_named_and_have_a_place() {
        let mount: MountRequest = "data".parse().expect("a name");
        assert_eq!((mount.name(), mount.target()), ("data", "/mnt/data"));
        let mount: MountRequest = "data_1:/where/it is".parse().expect("a place");
        assert_eq!((mount.to_string().as_str(), mount.target()), ("data_1:/where/it is", "/where/it is"));
        for text in ["", "/etc", "../x", "a/b", "a b", ":/x", "a\n", &"a".repeat(65), "/etc:/mnt/x"] {
            assert!(matches!(text.parse::<MountRequest>(), Err(MountError::Name(_))), "{text:?}");
        }
        for target in
            ["", "x", "/", "/a/..", "/a/./b", "/a//b", "/a/", "/in", "/out/x", "/tmp", "/proc/self", "/a:ro", "/a\0"]
        {
            let text = format!("data:{target}");
            assert!(matches!(text.parse::<MountRequest>(), Err(MountError::Target(_))), "{text:?}");
        }
        "data:/input".parse::<MountRequest>().expect("only its beginning is that of /in");
    }

    #[test]
    fn mounts_do_not_cover_each_other() {
        let all = |texts: &[&str]| MountRequest::parse_all(&texts.iter().map(|&t| t.to_owned()).collect::<Vec<_>>());
        assert_eq!(all(&["a", "b", "a:/again"]).map(|mounts| mounts.len()), Ok(3));
        for texts in [&["a", "a"][..], &["a:/x", "b:/x/y"], &["a:/x/y", "b:/x"]] {
            assert!(matches!(all(texts), Err(MountError::Clash(..))), "{texts:?}");
        }
        assert_eq!(all(&["a"; MAX_MOUNTS + 1]), Err(MountError::TooMany(MAX_MOUNTS + 1)));
    }
}
