//! The read-only files of a guest, put together from the entries of the cache.
//!
//! Owns opening them: a file is opened once, when a runtime is loaded, and its members are parts of it.

use super::archive::{self, IndexEntry};
use super::entry::{self, FILES, INDEX};
use super::error::PartError;
use super::graph::Graph;
use super::part::{Content, Mounted};
use crate::cache::{Cache, CacheError};
use runcell_cell::fs::{BaseBuilder, BaseTree, HostSlice};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The tree of all files that are mounted.
pub(super) fn base_tree(cache: &Cache, graph: &Graph, mounts: &[Mounted]) -> Result<Arc<BaseTree>, PartError> {
    let mut base = BaseBuilder::default();
    add(cache, graph, mounts, &mut base)?;
    Ok(base.build())
}

/// Adds the files that are mounted to a tree.
pub(super) fn add(cache: &Cache, graph: &Graph, mounts: &[Mounted], base: &mut BaseBuilder) -> Result<(), PartError> {
    for Mounted { at, content } in mounts {
        match content {
            Content::Asset(asset) => base.host_file(at, open_whole(&entry::asset_path(cache, graph, *asset)?)?),
            Content::Archive { asset, index } => {
                let index = entry::find(cache, graph, *index)?.path(INDEX);
                add_archive(base, at, &entry::asset_path(cache, graph, *asset)?, &index)?;
            }
            Content::Recipe { outputs, unpacked } => {
                if *unpacked {
                    let entry = entry::find(cache, graph, outputs.part)?;
                    add_archive(base, at, &entry.path(FILES), &entry.path(INDEX))?;
                }
                for (name, path) in entry::output_paths(cache, graph, outputs)? {
                    base.host_file(&format!("{at}/{name}"), open_whole(&path)?);
                }
            }
            Content::Files(files) => {
                files.iter().for_each(|(name, bytes)| base.bytes(&format!("{at}/{name}"), bytes.as_ref()));
            }
            Content::Device(device) => base.device(at, *device),
        }
    }
    Ok(())
}

/// Adds the members of a tar archive, as parts of its file.
fn add_archive(base: &mut BaseBuilder, at: &str, path: &Path, index: &Path) -> Result<(), PartError> {
    let file = Arc::new(File::open(path).map_err(CacheError::io("read", path))?);
    for IndexEntry { path, offset, len } in archive::read_index(index)? {
        base.host_file(&format!("{at}/{path}"), HostSlice { file: file.clone(), offset, len });
    }
    Ok(())
}

fn open_whole(path: &Path) -> Result<HostSlice, PartError> {
    let file = File::open(path).map_err(CacheError::io("read", path))?;
    let len = file.metadata().map_err(CacheError::io("read", path))?.len();
    Ok(HostSlice { file: Arc::new(file), offset: 0, len })
}
