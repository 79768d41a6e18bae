//! Images: a module is instantiated, set up by the calls of its manifest, and its memory kept.
//!
//! Owns the setting up. What a guest must find at the snapshot as it will at a run (its read-only files, one preopened
//! `/`) is given to it here in the same way.

use super::entry::{self, HEAD, MEMORY};
use super::environment::environment;
use super::error::PartError;
use super::graph::Graph;
use super::part::{Maker, PartId, SetUp};
use super::workshop::Workshop;
use super::{compile, mount, program};
use crate::cache::{Cache, CacheError};
use runcell_cell::cell::{self, CellState, Entry, Program, StepBudget};
use runcell_cell::fs::{FileTree, Quota};
use runcell_cell::image::{self, Image, ImageHead};
use runcell_cell::instrument;
use runcell_cell::output::OutputBuffer;
use runcell_cell::state::memory_of;
use runcell_cell::stdin::{Stdin, StdinReader};
use runcell_cell::wasi::{Exit, Wasi};
use std::path::Path;
use std::sync::Arc;
use wasmtime::Store;

/// The budget of a guest while it is set up: plenty, as it runs only the commands of the manifest.
const SETUP: StepBudget =
    StepBudget { fuel: u64::MAX / 4, memory_bytes: 2 << 30, table_elements: 1 << 24, stack_bytes: 0 };

/// Makes an image in the folder of its entry.
pub(super) fn make(workshop: &Workshop, graph: &Graph, image: &SetUp, dir: &Path) -> Result<(), PartError> {
    let SetUp { target, spec, setup, program, mounts } = image;
    let Maker::Module(module) = &graph.part(program.part).maker else {
        return Err(target.missing("module", &program.name).into());
    };
    let instrumented = instrument::instrument(&compile::wasm_of(&workshop.cache, graph, module)?)?;
    let program = program::load(workshop, graph, program, None)?;
    let base = mount::base_tree(&workshop.cache, graph, mounts)?;
    let output = OutputBuffer::new(1 << 20);
    let tree = FileTree::new(base, Quota::of(64 << 20, 10_000));
    let mut wasi = Wasi::new(tree, StdinReader::new(Stdin::default(), 0), output.clone());
    wasi.begin_step(
        spec.args.clone(),
        environment(target.manifest(), &Default::default()),
        target.manifest().run.streams,
    );
    let mut store = cell::new_store(program.engine(), wasi, SETUP);
    let memory = dir.join(MEMORY);
    let handle = workshop.threads.handle().map_err(PartError::Threads)?;
    let made = handle.block_on(set_up(&mut store, &program, &instrumented.segments, setup, &memory));
    let head = made.map_err(|error| failed(error, &output))?;
    let text = serde_json::to_vec(&head).expect("plain data serialises");
    let path = dir.join(HEAD);
    Ok(std::fs::write(&path, text).map_err(CacheError::io("write", &path))?)
}

fn failed(error: PartError, output: &Arc<OutputBuffer>) -> PartError {
    let how = match error {
        PartError::Cache(_) => return error,
        PartError::Wasm(error) if error.downcast_ref::<Exit>().is_some() => "it exited".to_owned(),
        error => error.to_string(),
    };
    PartError::Step { step: "image".to_owned(), how, said: output.text() }
}

async fn set_up(
    store: &mut Store<CellState>,
    program: &Program,
    segments: &[(u32, Vec<u8>)],
    setup: &Entry,
    path: &Path,
) -> Result<ImageHead, PartError> {
    let instance = cell::instantiate(store, program).await?;
    let memory = memory_of(&instance, store).ok_or(image::ImageError::NoMemory)?;
    for (at, bytes) in segments {
        memory.write(&mut *store, *at as usize, bytes).map_err(wasmtime::Error::from)?;
    }
    cell::call(store, &instance, setup).await?;
    Ok(image::capture(store, &instance, path)?)
}

/// Opens an image that lies in the cache.
pub(super) fn open(cache: &Cache, graph: &Graph, image: PartId) -> Result<Image, PartError> {
    let entry = entry::find(cache, graph, image)?;
    let path = entry.path(HEAD);
    let text = std::fs::read(&path).map_err(CacheError::io("read", &path))?;
    let head = serde_json::from_slice(&text).map_err(|_| PartError::Vanished(graph.part(image).name.clone()))?;
    Ok(Image::open(&entry.path(MEMORY), head)?)
}
