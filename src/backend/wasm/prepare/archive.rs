//! Archives as sources of files: tables of contents of tar assets, and whole trees read into memory for recipes.
//!
//! Owns the reading of tar, zip and crate archives that lie in the cache.

use super::Workshop;
use super::error::PartError;
use super::part::Target;
use crate::backend::wasm::asset::{self, Asset, AssetError};
use crate::backend::wasm::cache::{CacheError, Key};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Files of a recipe, by guest path.
pub(super) type SourceFiles = BTreeMap<String, Vec<u8>>;

/// A regular file of a tar archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IndexEntry {
    pub(super) path: String,
    pub(super) offset: u64,
    pub(super) len: u64,
}

const INDEX: &str = "index.json";

pub(super) fn index_key(asset: &Asset) -> Key {
    Key::new("index", [&asset.sha256])
}

fn path_of(workshop: &Workshop, asset: &Asset) -> Result<PathBuf, PartError> {
    let vanished = || PartError::Vanished(format!("{} {}", asset.package, asset.version));
    asset::find(&workshop.cache, asset).ok_or_else(vanished)
}

/// The path of the asset that has a role.
pub(super) fn asset_path(workshop: &Workshop, target: &Target, role: &str) -> Result<PathBuf, PartError> {
    path_of(workshop, target.asset(workshop, role)?)
}

/// Everything that the asset of a role holds.
pub(super) fn read_asset(workshop: &Workshop, target: &Target, role: &str) -> Result<Vec<u8>, PartError> {
    let path = asset_path(workshop, target, role)?;
    Ok(std::fs::read(&path).map_err(CacheError::io("read", &path)).map_err(AssetError::Cache)?)
}

/// Writes the table of contents of a tar asset.
pub(super) fn write_index(workshop: &Workshop, asset: &Asset, dir: &Path) -> Result<(), PartError> {
    let path = path_of(workshop, asset)?;
    let damaged = |source| PartError::Archive { name: asset.package.clone(), source };
    let file = File::open(&path).map_err(CacheError::io("read", &path))?;
    let mut archive = tar::Archive::new(file);
    let mut entries = Vec::new();
    for entry in archive.entries_with_seek().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        if entry.header().entry_type().is_file() {
            let path = entry.path().map_err(damaged)?.to_string_lossy().into_owned();
            entries.push(IndexEntry { path, offset: entry.raw_file_position(), len: entry.size() });
        }
    }
    let target = dir.join(INDEX);
    let text = serde_json::to_vec(&entries).expect("plain data serialises");
    Ok(std::fs::write(&target, text).map_err(CacheError::io("write", &target))?)
}

/// Reads the table of contents of a tar asset, with the path of the archive.
pub(super) fn read_index(
    workshop: &Workshop,
    target: &Target,
    role: &str,
) -> Result<(PathBuf, Vec<IndexEntry>), PartError> {
    let asset = target.asset(workshop, role)?;
    let vanished = || PartError::Vanished("a table of contents".to_owned());
    let path = workshop.cache.find(&index_key(asset)).ok_or_else(vanished)?.path(INDEX);
    let text = std::fs::read(&path).map_err(CacheError::io("read", &path))?;
    let entries = serde_json::from_slice(&text).map_err(|_| vanished())?;
    Ok((path_of(workshop, asset)?, entries))
}

/// Reads the files below `folder` of an archive asset (zip, or gzipped tar).
pub(super) fn read_tree(
    workshop: &Workshop,
    target: &Target,
    role: &str,
    folder: &str,
) -> Result<SourceFiles, PartError> {
    let path = asset_path(workshop, target, role)?;
    let damaged = |source| PartError::Archive { name: role.to_owned(), source };
    let mut file = File::open(&path).map_err(CacheError::io("read", &path))?;
    let mut magic = [0; 2];
    file.read_exact(&mut magic).map_err(damaged)?;
    let file = File::open(&path).map_err(CacheError::io("read", &path))?;
    if magic == *b"PK" { read_zip(file, folder).map_err(damaged) } else { read_tar_gz(file, folder).map_err(damaged) }
}

fn below(path: &str, folder: &str) -> Option<String> {
    let rest = path.strip_prefix(folder)?;
    let rest = if folder.is_empty() { rest } else { rest.strip_prefix('/')? };
    (!rest.is_empty()).then(|| rest.to_owned())
}

fn read_zip(file: File, folder: &str) -> io::Result<SourceFiles> {
    let mut zip = zip::ZipArchive::new(file)?;
    let mut files = SourceFiles::new();
    for index in 0..zip.len() {
        let mut member = zip.by_index(index)?;
        if let (true, Some(path)) = (member.is_file(), below(&member.name()?, folder)) {
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes)?;
            files.insert(path, bytes);
        }
    }
    Ok(files)
}

fn read_tar_gz(file: File, folder: &str) -> io::Result<SourceFiles> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut files = SourceFiles::new();
    for entry in tar.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        if let (true, Some(path)) = (entry.header().entry_type().is_file(), below(&path, folder)) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.insert(path, bytes);
        }
    }
    Ok(files)
}
