//! The entries of parts in the cache: finding them, and the names of the files in them.
//!
//! Owns the names. What the files hold is the business of those that write them.

use super::error::PartError;
use super::graph::Graph;
use super::part::{Outputs, PartId};
use crate::asset;
use crate::cache::{Cache, CacheEntry};
use std::path::PathBuf;

/// Machine code of a module.
pub(super) const CODE: &str = "code.cwasm";

/// The memory of an image.
pub(super) const MEMORY: &str = "memory.img";

/// Everything of an image but its memory.
pub(super) const HEAD: &str = "head.json";

/// The table of contents of a tar archive.
pub(super) const INDEX: &str = "index.json";

/// The sources that a recipe without steps keeps.
pub(super) const FILES: &str = "files.tar";

/// The name of a recipe's output in its entry, which has no folders.
pub(super) fn output_name(output: &str) -> String {
    output.replace('/', "__")
}

/// The entry of a part that was made earlier.
pub(super) fn find(cache: &Cache, graph: &Graph, part: PartId) -> Result<CacheEntry, PartError> {
    let part = graph.part(part);
    cache.find(&part.key).ok_or_else(|| PartError::Vanished(part.name.clone()))
}

/// The file of an asset.
pub(super) fn asset_path(cache: &Cache, graph: &Graph, asset: PartId) -> Result<PathBuf, PartError> {
    Ok(find(cache, graph, asset)?.path(asset::FILE_NAME))
}

/// The files of a recipe's outputs, each with the output's name.
pub(super) fn output_paths(
    cache: &Cache,
    graph: &Graph,
    outputs: &Outputs,
) -> Result<Vec<(String, PathBuf)>, PartError> {
    let entry = find(cache, graph, outputs.part)?;
    Ok(outputs.names.iter().map(|name| (name.clone(), entry.path(&output_name(name)))).collect())
}
