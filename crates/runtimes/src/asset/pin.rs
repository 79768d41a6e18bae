//! One entry of the lock: a pinned file of a package.
//!
//! Owns the form of an entry, and the keys under which the package and the file are kept.

use crate::cache::Key;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The package client that fetches an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// `npm`.
    Npm,
    /// `pip`.
    Pip,
    /// `cargo`.
    Cargo,
}

/// One pinned file of a package.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// The client that fetches it.
    pub registry: Registry,
    /// The package, as its client names it.
    pub package: String,
    /// The exact version of the package.
    pub version: String,
    /// For pip: the platform of the wheel, if the package has one wheel for each platform.
    pub platform: Option<String>,
    /// The path inside the package; `None` for the package's archive itself.
    pub file: Option<String>,
    /// SHA-256 of the file, in lowercase hexadecimal digits.
    pub sha256: String,
    /// Length of the file, in bytes.
    pub bytes: u64,
    /// Length of the package's archive, in bytes: what is downloaded.
    pub download_bytes: u64,
    /// Licence, as an SPDX expression.
    pub licence: String,
}

/// All assets, by name.
pub type AssetLock = BTreeMap<String, Asset>;

impl Asset {
    /// The key of the asset in the cache: what it holds, wherever it came from.
    pub fn key(&self) -> Key {
        Key::new("asset", [&self.sha256])
    }

    /// The name of the package client that it is fetched with.
    pub fn client(&self) -> &'static str {
        match self.registry {
            Registry::Npm => "npm",
            Registry::Pip => "pip",
            Registry::Cargo => "cargo",
        }
    }

    /// The key under which the package is fetched.
    pub(super) fn package_key(&self) -> Key {
        Key::new("package", [self.client(), &self.package, &self.version, self.platform.as_deref().unwrap_or_default()])
    }

    /// Whether both lie in the same package.
    pub(super) fn same_package(&self, other: &Self) -> bool {
        self.package_key() == other.package_key()
    }
}
