//! Making one part, by whatever makes parts of its kind.
//!
//! Owns the choice, and that a part is made once however many processes want it.

use super::error::PartError;
use super::graph::Graph;
use super::part::{Maker, Part};
use super::progress::Progress;
use super::workshop::Workshop;
use super::{archive, compile, entry, recipe, snapshot};
use crate::asset;

/// Makes a part whose inputs are there, unless it is there itself.
pub(super) fn make(workshop: &Workshop, graph: &Graph, part: &Part, progress: &Progress) -> Result<(), PartError> {
    let cache = &workshop.cache;
    if let Maker::Asset { asset, wanted } = &part.maker {
        asset::fetch(cache, asset, wanted, || progress.waiting())?;
        return Ok(());
    }
    cache.find_or_make(
        &part.key,
        || progress.waiting(),
        |dir| match &part.maker {
            Maker::Asset { .. } => Ok(()),
            Maker::Index(asset) => archive::write_index(&entry::asset_path(cache, graph, *asset)?, dir),
            Maker::Recipe(recipe) => recipe::make(workshop, graph, recipe, dir),
            Maker::Module(module) => compile::make(workshop, graph, module, progress, dir),
            Maker::Image(image) => snapshot::make(workshop, graph, image, dir),
        },
    )?;
    Ok(())
}
