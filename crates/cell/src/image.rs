//! Images: a guest's memory and globals at a moment when it is set up and idle, to start runs from.
//!
//! Owns capturing an image, its sparse file, and making instances that start from it. A runtime's manifest says which
//! exports are called before an image is captured.

use super::fs::Device;
use super::instrument::GLOBAL_PREFIX;
use super::slot::{ImageSlots, Offer};
use super::state::{CellState, MEMORY, memory_of};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wasmtime::{Instance, InstancePre, Mutability, Store, Val};

const WASM_PAGE: u64 = 65_536;
const HOST_PAGE: usize = 4096;

/// An image that is ready to be mapped.
#[derive(Debug, Clone)]
pub struct Image {
    slots: Arc<ImageSlots>,
    head: Arc<ImageHead>,
}

/// An image without its memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageHead {
    /// Length of the memory, in bytes: a multiple of 64 KiB.
    pub bytes: u64,
    /// The mutable globals, by exported name.
    pub globals: Vec<(String, GlobalValue)>,
    /// The devices that the guest had open, by descriptor: each run finds them open.
    #[serde(default)]
    pub devices: Vec<(u32, Device)>,
}

/// The value of a global. References cannot be captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GlobalValue {
    /// An `i32`.
    I32(i32),
    /// An `i64`.
    I64(i64),
    /// The bits of an `f32`.
    F32(u32),
    /// The bits of an `f64`.
    F64(u64),
}

/// Why an image could not be captured or used.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The module has no export `memory`.
    #[error("the module exports no memory")]
    NoMemory,
    /// A mutable global is missing, or holds a reference or a vector.
    #[error("the global {0} holds a value that cannot be kept in an image")]
    Global(String),
    /// The file of the image is too short or too long.
    #[error("the image is {actual} bytes long, not {expected}")]
    Length {
        /// The recorded length, in bytes.
        expected: u64,
        /// The length of the file, in bytes.
        actual: u64,
    },
    /// The file of the image cannot be used.
    #[error("cannot {action} {}", .path.display())]
    File {
        /// The action that failed: `read`, `write` or `map`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The engine placed the memory elsewhere, so that the image is not in it.
    #[error("the instance did not take the memory that holds the image")]
    NoSlot,
}

/// Captures an idle instance: writes its memory to `path`, sparse, and returns the rest.
pub fn capture(store: &mut Store<CellState>, instance: &Instance, path: &Path) -> Result<ImageHead, ImageError> {
    let memory = memory_of(instance, store).ok_or(ImageError::NoMemory)?;
    let mut globals = Vec::new();
    let exports: Vec<_> =
        instance.exports(&mut *store).filter_map(|e| Some((e.name().to_owned(), e.into_global()?))).collect();
    for (name, global) in exports {
        if name.starts_with(GLOBAL_PREFIX) && global.ty(&*store).mutability() == Mutability::Var {
            let value = GlobalValue::of(&global.get(&mut *store)).ok_or_else(|| ImageError::Global(name.clone()))?;
            globals.push((name, value));
        }
    }
    let bytes = memory.data(&*store);
    write_sparse(path, bytes).map_err(ImageError::io("write", path))?;
    let bytes = bytes.len() as u64;
    Ok(ImageHead { bytes, globals, devices: store.data().wasi.open_devices() })
}

/// Writes bytes to a new file, leaving holes where whole pages are zero.
fn write_sparse(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = File::create_new(path)?;
    file.set_len(bytes.len() as u64)?;
    let mut start = 0;
    while start < bytes.len() {
        let used = |at: usize| bytes[at..bytes.len().min(at + HOST_PAGE)].iter().any(|byte| *byte != 0);
        let mut end = start;
        while end < bytes.len() && used(end) {
            end = bytes.len().min(end + HOST_PAGE);
        }
        file.write_all_at(&bytes[start..end], start as u64)?;
        start = end.max(start + HOST_PAGE);
    }
    file.sync_all()
}

impl ImageError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }
}

impl Image {
    /// Opens an image file.
    pub fn open(path: &Path, head: ImageHead) -> Result<Self, ImageError> {
        let file = File::open(path).map_err(ImageError::io("read", path))?;
        let actual = file.metadata().map_err(ImageError::io("read", path))?.len();
        if actual != head.bytes {
            return Err(ImageError::Length { expected: head.bytes, actual });
        }
        let slots = ImageSlots::new(file, head.bytes).map_err(ImageError::io("map", path))?;
        Ok(Self { slots: Arc::new(slots), head: Arc::new(head) })
    }

    /// Makes an instance at the moment of the image: its memory is a slot that holds the image already.
    pub async fn instantiate(
        &self,
        store: &mut Store<CellState>,
        pre: &InstancePre<CellState>,
    ) -> wasmtime::Result<Instance> {
        let exported = pre.module().get_export(MEMORY);
        let minimum = exported.and_then(|export| Some(export.memory()?.minimum())).ok_or(ImageError::NoMemory)?;
        let mut offer = Offer::new(&self.slots, usize::try_from(minimum * WASM_PAGE)?);
        let instance = offer.during_polls(pre.instantiate_async(&mut *store)).await?;
        let memory = memory_of(&instance, store).ok_or(ImageError::NoMemory)?;
        let slot = offer.taken_at(memory.data_ptr(&*store)).ok_or(ImageError::NoSlot)?;
        store.data_mut().slot = Some(slot);
        let grown = (self.head.bytes / WASM_PAGE).saturating_sub(memory.size(&*store));
        memory.grow_async(&mut *store, grown).await?;
        store.data_mut().wasi.open_again(&self.head.devices);
        for (name, value) in &self.head.globals {
            let global = instance.get_global(&mut *store, name).ok_or_else(|| ImageError::Global(name.clone()))?;
            global.set(&mut *store, value.to_val())?;
        }
        Ok(instance)
    }
}

impl GlobalValue {
    fn of(value: &Val) -> Option<Self> {
        match value {
            Val::I32(value) => Some(Self::I32(*value)),
            Val::I64(value) => Some(Self::I64(*value)),
            Val::F32(bits) => Some(Self::F32(*bits)),
            Val::F64(bits) => Some(Self::F64(*bits)),
            _ => None,
        }
    }

    fn to_val(self) -> Val {
        match self {
            Self::I32(value) => Val::I32(value),
            Self::I64(value) => Val::I64(value),
            Self::F32(bits) => Val::F32(bits),
            Self::F64(bits) => Val::F64(bits),
        }
    }
}
