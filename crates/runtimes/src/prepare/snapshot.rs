//! Images: a module is instantiated, set up by the calls of its manifest, and its memory kept.
//!
//! Owns the setting up. What a guest must find at the snapshot as it will at a run (its read-only files, one preopened
//! `/`) is given to it here in the same way.

use super::Workshop;
use super::error::{PartError, PlanError};
use super::load;
use super::part::{Target, module_key, wasm_of};
use crate::cache::{CacheError, Key};
use crate::catalog::CatalogError;
use crate::manifest::{CallText, ImageSpec, MountPhase};
use runcell_cell::cell::{self, Argument, CellState, Entry, Expect, Program, StepBudget};
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

const MEMORY: &str = "memory.img";
const HEAD: &str = "head.json";

/// What a guest may use while it is set up: plenty, as it runs only what the manifest says.
const SETUP: StepBudget =
    StepBudget { fuel: u64::MAX / 4, memory_bytes: 2 << 30, table_elements: 1 << 24, stack_bytes: 0 };

fn spec(target: &Target) -> Result<&ImageSpec, PlanError> {
    target.folder.manifest.image.as_ref().ok_or_else(|| target.missing("section", "image"))
}

/// The texts of a setup call, files read.
fn arguments(target: &Target, with: &[CallText]) -> Result<Vec<Argument>, CatalogError> {
    let texts = with.iter().map(|text| match text {
        CallText::Text(text) => Ok(Argument::Text(text.clone())),
        CallText::CList(texts) => Ok(Argument::CList(texts.clone())),
        CallText::Files(names) => {
            let mut all = String::new();
            for name in names {
                all.push_str(&String::from_utf8_lossy(&target.folder.file(name)?));
                all.push('\n');
            }
            Ok(Argument::Text(all))
        }
    });
    texts.collect()
}

/// The key of an image: its module, everything that sets it up, and every file it may read.
pub(super) fn key(workshop: &Workshop, target: &Target) -> Result<Key, PlanError> {
    let spec = spec(target)?;
    let mut parts = vec![module_key(workshop, target, &spec.module)?.digest().to_owned(), format!("{:?}", spec.args)];
    for call in &spec.setup {
        parts.push(format!("{} {:?}", call.export, arguments(target, &call.with)?));
    }
    parts.push(format!("{:?}", target.folder.manifest.env));
    parts.extend(load::mount_digests(workshop, target)?);
    Ok(Key::new("image", parts))
}

/// Makes an image in the folder of its entry.
pub(super) fn make(workshop: &Workshop, target: &Target, dir: &Path) -> Result<(), PartError> {
    let spec = spec(target)?;
    let program = load::program(workshop, target, &spec.module, None)?;
    let instrumented = instrument::instrument(&wasm_of(workshop, target, &spec.module)?)?;
    let mut calls = Vec::new();
    for call in &spec.setup {
        let arguments = arguments(target, &call.with)?;
        let entry = Entry::Call { export: call.export.clone(), arguments, allocator: spec.allocator.0.clone() };
        calls.push((entry, call.expect));
    }
    let base = load::base_tree(workshop, target, MountPhase::Run)?;
    let output = OutputBuffer::new(1 << 20);
    let tree = FileTree::new(base, Quota::of(64 << 20, 10_000));
    let mut wasi = Wasi::new(tree, StdinReader::new(Stdin::default(), 0), output.clone());
    wasi.begin_step(
        spec.args.clone(),
        load::environment(&target.folder.manifest, &Default::default()),
        target.folder.manifest.run.streams,
    );
    let mut store = cell::new_store(program.engine(), wasi, SETUP);
    let memory = dir.join(MEMORY);
    let handle = workshop.threads.handle().map_err(PartError::Threads)?;
    let made = handle.block_on(set_up(&mut store, &program, &instrumented.segments, &calls, &memory));
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
    calls: &[(Entry, Expect)],
    path: &Path,
) -> Result<ImageHead, PartError> {
    let instance = cell::instantiate(store, program).await?;
    let memory = memory_of(&instance, store).ok_or(image::ImageError::NoMemory)?;
    for (at, bytes) in segments {
        memory.write(&mut *store, *at as usize, bytes).map_err(wasmtime::Error::from)?;
    }
    for (call, expect) in calls {
        cell::call(store, &instance, call, *expect).await?;
    }
    Ok(image::capture(store, &instance, path)?)
}

/// Opens an image that lies in the cache.
pub(super) fn open(workshop: &Workshop, target: &Target) -> Result<Image, PartError> {
    let vanished = || PartError::Vanished(format!("the image of {target}"));
    let entry = workshop.cache.find(&key(workshop, target)?).ok_or_else(vanished)?;
    let path = entry.path(HEAD);
    let text = std::fs::read(&path).map_err(CacheError::io("read", &path))?;
    let head = serde_json::from_slice(&text).map_err(|_| vanished())?;
    Ok(Image::open(&entry.path(MEMORY), head)?)
}
