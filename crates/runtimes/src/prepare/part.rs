//! The parts of a runtime: each an entry of the cache, with what it is made from and how.
//!
//! Owns the data. `resolve` fills it in; `make` makes the part.

use super::target::Target;
use crate::asset::Asset;
use crate::cache::{Cache, Key};
use crate::manifest::{Derive, ImageSpec, SourceTree};
use runcell_cell::cell::Entry;
use runcell_cell::fs::Device;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The number of a part in its graph. A part has a greater number than all of its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PartId(pub(super) usize);

/// Contents of a file of the runtime's folder.
pub(super) type Bytes = Cow<'static, [u8]>;

/// A part of a runtime.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Its key in the cache: a digest of everything that it is made from.
    pub(super) key: Key,
    /// The parts that have to be in the cache while it is made.
    pub(super) inputs: Vec<PartId>,
    pub(super) maker: Maker,
    /// Its name, for people: `the module php of php`.
    pub(super) name: String,
    /// The name of the step that makes it, for people: `compiling php/php (6.1 MB)`.
    pub(super) label: String,
    /// About how long making it takes, in seconds on two processors.
    pub(super) seconds: f64,
    /// Bytes of what it is made from; 0 if that is not known.
    pub(super) bytes: u64,
}

/// How a part is made.
#[derive(Debug, Clone)]
pub(super) enum Maker {
    /// A pinned file is fetched, together with those of the `wanted` assets that lie in the same package.
    Asset { asset: Asset, wanted: Vec<Asset> },
    /// The table of contents of a tar asset is written.
    Index(PartId),
    /// The steps of a recipe are run.
    Recipe(Box<Recipe>),
    /// WebAssembly is compiled to machine code.
    Module(Box<CompiledModule>),
    /// A program is set up, and its memory kept.
    Image(Box<SetUp>),
}

/// A compiled module in use, and the manifest that says how its imports are answered.
#[derive(Debug, Clone)]
pub(super) struct UsedModule {
    pub(super) part: PartId,
    /// The runtime whose manifest describes the module.
    pub(super) target: Target,
    /// Its name there.
    pub(super) name: String,
}

/// The outputs of a recipe, by name.
#[derive(Debug, Clone)]
pub(super) struct Outputs {
    pub(super) part: PartId,
    pub(super) names: Vec<String>,
}

/// A recipe with everything that it refers to.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    pub(super) target: Target,
    pub(super) spec: Derive,
    pub(super) sources: Vec<RecipeSource>,
    /// The programs of its steps, by the name that a step gives.
    pub(super) modules: BTreeMap<String, UsedModule>,
    /// The files that its steps see beside the sources.
    pub(super) mounts: Vec<Mounted>,
}

/// Sources of a recipe from one origin.
#[derive(Debug, Clone)]
pub(super) struct RecipeSource {
    pub(super) spec: SourceTree,
    /// The archive of `spec.asset`.
    pub(super) archive: Option<PartId>,
    pub(super) files: Vec<(String, Bytes)>,
    pub(super) derived: Option<Outputs>,
}

/// A module to be compiled.
#[derive(Debug, Clone)]
pub(super) struct CompiledModule {
    pub(super) target: Target,
    pub(super) name: String,
    pub(super) origin: Origin,
    /// Whether it is compiled without its data, which the image brings.
    pub(super) without_data: bool,
}

/// Where the WebAssembly of a module comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    Asset(PartId),
    File(Bytes),
    /// An output of a recipe: the part, and the name of the output.
    Recipe(PartId, String),
}

/// A program that is set up for an image.
#[derive(Debug, Clone)]
pub(super) struct SetUp {
    pub(super) target: Target,
    pub(super) spec: ImageSpec,
    /// The calls that set it up.
    pub(super) setup: Entry,
    pub(super) program: UsedModule,
    /// The files that it may read.
    pub(super) mounts: Vec<Mounted>,
}

/// Files that a guest sees.
#[derive(Debug, Clone)]
pub(super) struct Mounted {
    /// Of a single file its path, otherwise the folder.
    pub(super) at: String,
    pub(super) content: Content,
}

/// The content of a place that a guest sees.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// A single file.
    Asset(PartId),
    /// The members of a tar archive.
    Archive { asset: PartId, index: PartId },
    /// The outputs of a recipe; of one without steps, all sources.
    Recipe { outputs: Outputs, unpacked: bool },
    /// Files of the runtime's folder.
    Files(Vec<(String, Bytes)>),
    /// A device.
    Device(Device),
}

impl Part {
    /// Bytes that have to be downloaded to make it, and the package that they are downloaded with.
    pub(crate) fn download(&self) -> Option<(&str, u64)> {
        self.asset().map(|asset| (asset.package.as_str(), asset.download_bytes))
    }

    /// The package client that it is fetched with.
    pub(crate) fn client(&self) -> Option<&'static str> {
        self.asset().map(Asset::client)
    }

    /// The licence of the asset that it is.
    pub(crate) fn licence(&self) -> Option<&str> {
        self.asset().map(|asset| asset.licence.as_str())
    }

    /// Its key in the cache.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Bytes that it takes on disk; 0 if it is not there.
    pub(crate) fn disk_bytes(&self, cache: &Cache) -> u64 {
        cache.find(&self.key).map_or(0, |entry| entry.bytes())
    }

    fn asset(&self) -> Option<&Asset> {
        match &self.maker {
            Maker::Asset { asset, .. } => Some(asset),
            _ => None,
        }
    }
}
