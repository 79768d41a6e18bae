//! Files that go into a run and come out of it, and the names that untrusted callers give them.
//!
//! Owns the check of guest paths: a [`GuestPath`] always lies below `/work`. Does no I/O; host files that a user names
//! are opened by the face that took the name.

mod pattern;
mod wanted;

pub use pattern::{Pattern, PatternError};
pub use wanted::Wanted;

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a run's files lie in the guest; also its current directory.
pub const WORK_DIR: &str = "/work";

/// The longest name of one path component, in bytes.
pub const MAX_NAME_BYTES: usize = 255;

/// The longest path, in bytes.
pub const MAX_PATH_BYTES: usize = 4096;

/// A checked path relative to `/work`: UTF-8, no empty, `.` or `..` component, no NUL, names of at most 255 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GuestPath(String);

/// Why a name is not a path below `/work`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuestPathError {
    /// Nothing is left of it.
    #[error("a file name is empty")]
    Empty,
    /// It would leave `/work`.
    #[error("the file name {0:?} leaves /work: absolute paths elsewhere and `..` are not allowed")]
    Escapes(String),
    /// It holds a NUL byte.
    #[error("the file name {0:?} holds a NUL byte")]
    Nul(String),
    /// A component is too long.
    #[error("a component of the file name {start:?}... is {bytes} bytes long: at most {MAX_NAME_BYTES} are allowed")]
    NameTooLong {
        /// How it begins.
        start: String,
        /// How long the component is.
        bytes: usize,
    },
    /// The whole path is too long.
    #[error("the file name {start:?}... is {bytes} bytes long: at most {MAX_PATH_BYTES} are allowed")]
    PathTooLong {
        /// How it begins.
        start: String,
        /// How long it is.
        bytes: usize,
    },
}

impl GuestPath {
    /// Checks a name. `a/b`, `./a/b` and `/work/a/b` are the same path; what leaves `/work` is refused.
    ///
    /// # Errors
    /// [`GuestPathError`] says what is wrong with the name.
    pub fn new(name: &str) -> Result<Self, GuestPathError> {
        let start = || name.chars().take(40).collect::<String>();
        if name.contains('\0') {
            return Err(GuestPathError::Nul(start()));
        }
        if name.len() > MAX_PATH_BYTES {
            return Err(GuestPathError::PathTooLong { start: start(), bytes: name.len() });
        }
        let relative = match name.strip_prefix('/') {
            None => name,
            Some(rest) => below_work(rest).ok_or_else(|| GuestPathError::Escapes(start()))?,
        };
        let mut parts = Vec::new();
        for part in relative.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." {
                return Err(GuestPathError::Escapes(start()));
            }
            if part.len() > MAX_NAME_BYTES {
                return Err(GuestPathError::NameTooLong { start: start(), bytes: part.len() });
            }
            parts.push(part);
        }
        if parts.is_empty() {
            return Err(GuestPathError::Empty);
        }
        Ok(Self(parts.join("/")))
    }

    /// The path relative to `/work`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as the guest sees it.
    #[must_use]
    pub fn absolute(&self) -> String {
        format!("{WORK_DIR}/{}", self.0)
    }

    /// The last component.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

/// The rest of an absolute path behind `/work/` (given without its leading slash).
fn below_work(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches('/').strip_prefix("work")?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

impl fmt::Display for GuestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for GuestPath {
    type Error = GuestPathError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(&name)
    }
}

impl From<GuestPath> for String {
    fn from(path: GuestPath) -> Self {
        path.0
    }
}

/// A file that a run starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Where it lies.
    pub path: GuestPath,
    /// Its contents.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// A file that a run left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// Where it lay, relative to `/work`; a name that is not UTF-8 has its bad bytes replaced.
    pub path: String,
    /// Its contents.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// A file that a program has written and nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftFile {
    /// Its path relative to `/work`.
    pub path: String,
    /// Its length, in bytes.
    pub bytes: u64,
}

/// The most files that are named of those that nobody asked for.
pub const MOST_LEFT_FILES: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_work_are_taken() {
        let cases = [
            ("a.txt", "a.txt"),
            ("./a//b", "a/b"),
            ("/work/a", "a"),
            ("/work//x/./y", "x/y"),
            ("ünï/ö", "ünï/ö"),
            ("...", "..."),
            ("workshop", "workshop"),
        ];
        for (name, path) in cases {
            assert_eq!(GuestPath::new(name).expect(name).as_str(), path);
        }
        GuestPath::new(&"n".repeat(255)).expect("the longest name");
    }

    #[test]
    fn names_that_leave_or_break_are_refused() {
        for name in ["/etc/passwd", "/", "/workshop/a", "../a", "a/../../b", "a/..", "/work/../etc"] {
            assert!(matches!(GuestPath::new(name), Err(GuestPathError::Escapes(_))), "{name}");
        }
        for name in ["", ".", "/work", "/work/", "./"] {
            assert_eq!(GuestPath::new(name), Err(GuestPathError::Empty), "{name}");
        }
        assert!(matches!(GuestPath::new("a\0b"), Err(GuestPathError::Nul(_))));
        assert!(matches!(GuestPath::new(&"n".repeat(300)), Err(GuestPathError::NameTooLong { bytes: 300, .. })));
        assert!(matches!(GuestPath::new(&"n/".repeat(3000)), Err(GuestPathError::PathTooLong { .. })));
    }
}
