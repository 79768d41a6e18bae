//! `[mounts.NAME]`: a host folder that jobs and runs in containers may ask for by its name.
//!
//! Owns the shape and its check. Looks at no folder: the service does, each time that one is asked for.

use crate::caller::Role;
use crate::mount::is_mount_name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// A host folder that jobs and runs in containers may ask for by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MountConfig {
    /// Its absolute path on this machine, without links on the way.
    pub path: PathBuf,
    /// Whether a container may change it. Without this it may only read.
    #[serde(default)]
    #[schemars(!default)]
    pub write: bool,
    /// The roles that may ask for it, such as `runner`; a higher one may as well. Without this only `admin`.
    #[serde(default = "admins")]
    #[schemars(with = "Vec<String>", !default)]
    pub roles: Vec<Role>,
}

fn admins() -> Vec<Role> {
    vec![Role::Admin]
}

/// A mount that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MountConfigError {
    /// Its name cannot be one.
    #[error("mounts.{0:?}: a name of a mount has 1 to 64 letters, digits, `-` and `_`")]
    Name(String),
    /// Its path cannot be one.
    #[error(
        "mounts.{name}: path = {path:?} cannot be used: an absolute path of a folder below / is expected, without `..`"
    )]
    Path {
        /// The mount.
        name: String,
        /// The path.
        path: PathBuf,
    },
    /// A container that may write to one could put a link in the place of the other.
    #[error(
        "mounts.{inner} lies in mounts.{outer}, which containers may change: keep them apart, or set write = false"
    )]
    Nested {
        /// The mount inside.
        inner: String,
        /// The one around it.
        outer: String,
    },
}

impl MountConfig {
    /// Whether somebody of a role may ask for it.
    #[must_use]
    pub fn allows(&self, role: Role) -> bool {
        self.roles.iter().any(|least| role >= *least)
    }
}

/// Refuses mounts that cannot work or undo each other.
pub(super) fn check(mounts: &BTreeMap<String, MountConfig>) -> Result<(), MountConfigError> {
    for (name, mount) in mounts {
        if !is_mount_name(name) {
            return Err(MountConfigError::Name(name.chars().take(80).collect()));
        }
        let plain = |part: Component<'_>| matches!(part, Component::RootDir | Component::Normal(_));
        let path = &mount.path;
        if !path.is_absolute() || path == Path::new("/") || path.to_str().is_none() || !path.components().all(plain) {
            return Err(MountConfigError::Path { name: name.clone(), path: path.clone() });
        }
        let around = |(outer, other): &(&String, &MountConfig)| {
            *outer != name && other.write && path.starts_with(&other.path) && *path != other.path
        };
        if let Some((outer, _)) = mounts.iter().find(around) {
            return Err(MountConfigError::Nested { inner: name.clone(), outer: outer.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_mount_is_for_admins_and_read_only_unless_it_says_otherwise() {
        let mounts = Config::parse(
            "[mounts.a]\npath = \"/srv/a\"\n[mounts.b]\npath = \"/b\"\nwrite = true\nroles = [\"runner\"]",
        );
        let mounts = mounts.expect("parses").mounts;
        assert!(!mounts["a"].write && !mounts["a"].allows(Role::Deployer) && mounts["a"].allows(Role::Admin));
        assert!(mounts["b"].write && mounts["b"].allows(Role::Runner) && !mounts["b"].allows(Role::Viewer));
    }

    #[test]
    fn what_cannot_work_is_named() {
        for (text, expected) in [
            ("[mounts.a]", "missing field `path`"),
            ("[mounts.a]\npath = \"srv\"", "mounts.a: path = \"srv\" cannot be used"),
            ("[mounts.a]\npath = \"/\"", "mounts.a: path = \"/\""),
            ("[mounts.a]\npath = \"/a/../b\"", "without `..`"),
            ("[mounts.\"a b\"]\npath = \"/a\"", "mounts.\"a b\""),
            ("[mounts.a]\npath = \"/a\"\nroles = [\"root\"]", "unknown variant `root`"),
            ("[mounts.a]\npath = \"/a\"\nreadonly = true", "unknown field `readonly`"),
            ("[mounts.a]\npath = \"/a\"\nwrite = true\n[mounts.b]\npath = \"/a/b\"", "mounts.b lies in mounts.a"),
        ] {
            let error = Config::parse(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        Config::parse("[mounts.a]\npath = \"/a\"\n[mounts.b]\npath = \"/a/b\"\nwrite = true")
            .expect("the outer one stays");
    }
}
