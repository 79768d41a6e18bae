//! Archives as sources of files: tables of contents of tar assets, and whole trees read into memory for recipes.
//!
//! Owns reading tar, zip and crate archives. Where an archive lies in the cache is known to `entry`.

use super::entry::{FILES, INDEX};
use super::error::PartError;
use crate::asset::Asset;
use crate::cache::{CacheError, Key};
use crate::manifest::SourceTree;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

/// Files of a recipe, by guest path.
pub(super) type SourceFiles = BTreeMap<String, Vec<u8>>;

/// A regular file of a tar archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IndexEntry {
    pub(super) path: String,
    pub(super) offset: u64,
    pub(super) len: u64,
}

/// The key of the table of contents of a tar asset.
pub(super) fn index_key(asset: &Asset) -> Key {
    Key::new("index", [&asset.sha256])
}

/// Keeps files as a tar archive with its table of contents.
pub(super) fn write_files(files: &SourceFiles, dir: &Path) -> Result<(), PartError> {
    let path = dir.join(FILES);
    let written = File::create_new(&path).and_then(|file| {
        let mut tar = tar::Builder::new(file);
        for (name, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name.trim_start_matches('/'), bytes.as_slice())?;
        }
        tar.finish()
    });
    written.map_err(CacheError::io("write", &path))?;
    write_index(&path, dir)
}

/// Writes the table of contents of a tar archive into the folder of its entry.
pub(super) fn write_index(path: &Path, dir: &Path) -> Result<(), PartError> {
    let damaged = |source| PartError::Archive { name: path.display().to_string(), source };
    let file = File::open(path).map_err(CacheError::io("read", path))?;
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

/// Reads a table of contents.
pub(super) fn read_index(path: &Path) -> Result<Vec<IndexEntry>, PartError> {
    let text = std::fs::read(path).map_err(CacheError::io("read", path))?;
    serde_json::from_slice(&text).map_err(|_| PartError::Vanished("a table of contents".to_owned()))
}

/// Reads the files that a source tree takes from its archive (zip, or gzipped tar), which lies at `path`.
pub(super) fn read_tree(path: &Path, source: &SourceTree) -> Result<SourceFiles, PartError> {
    let name = source.asset.clone().unwrap_or_default();
    let damaged = |source| PartError::Archive { name, source };
    let mut file = File::open(path).map_err(CacheError::io("read", path))?;
    let mut magic = [0; 2];
    if let Err(error) = file.read_exact(&mut magic) {
        return Err(damaged(error));
    }
    let file = File::open(path).map_err(CacheError::io("read", path))?;
    let read = match (&source.member, magic == *b"PK") {
        (Some(member), _) => read_member(file, member).and_then(|bytes| read_zip(Cursor::new(bytes), &source.folder)),
        (None, true) => read_zip(file, &source.folder),
        (None, false) => read_tar_gz(file, &source.folder),
    };
    read.map_err(damaged)
}

fn read_member(file: File, name: &str) -> io::Result<Vec<u8>> {
    let mut zip = zip::ZipArchive::new(file)?;
    let mut bytes = Vec::new();
    zip.by_name(name)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn below(path: &str, folder: &str) -> Option<String> {
    let rest = path.strip_prefix(folder)?;
    let rest = if folder.is_empty() { rest } else { rest.strip_prefix('/')? };
    (!rest.is_empty()).then(|| rest.to_owned())
}

fn read_zip(file: impl Read + Seek, folder: &str) -> io::Result<SourceFiles> {
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
