//! A compiled module as a program: loaded from the cache, with its imports answered.
//!
//! Owns how the imports are answered that a manifest names. WASI and Emscripten come from the host; what nobody answers traps.

use super::entry::{self, CODE};
use super::error::PartError;
use super::graph::Graph;
use super::part::UsedModule;
use super::workshop::Workshop;
use crate::manifest::{Interface, ModuleSpec};
use runcell_cell::cell::{CellState, Code, Program};
use runcell_cell::image::Image;
use runcell_cell::module;
use runcell_cell::wasi::emscripten;
use wasmtime::{Linker, Val};

/// Loads a module and links it.
pub(super) fn load(
    workshop: &Workshop,
    graph: &Graph,
    used: &UsedModule,
    image: Option<Image>,
) -> Result<Program, PartError> {
    let entry = entry::find(&workshop.cache, graph, used.part)?;
    let hosts = &workshop.hosts;
    let host = if used.target.has_image(&used.name) { &hosts.image } else { &hosts.plain };
    let module = module::load(&host.engine, &entry.path(CODE))?;
    let mut linker = host.linker.clone();
    let spec = used.target.module(&used.name)?;
    if spec.interface == Interface::Emscripten {
        emscripten::add_to_linker(&mut linker, &module)?;
    }
    answer_imports(&mut linker, spec, &module)?;
    linker.define_unknown_imports_as_traps(&module)?;
    Ok(Program { code: Code::Whole(linker.instantiate_pre(&module)?), image })
}

/// Defines the imports that a manifest says how to answer.
fn answer_imports(
    linker: &mut Linker<CellState>,
    spec: &ModuleSpec,
    module: &wasmtime::Module,
) -> wasmtime::Result<()> {
    for import in module.imports() {
        let Some(ty) = import.ty().func().cloned() else {
            continue;
        };
        let name = format!("{}.{}", import.module(), import.name());
        let (refuse, identity) = (spec.refuse.contains(&name), spec.identity.contains(&name));
        if !refuse && !identity && !spec.ignore.contains(&name) {
            continue;
        }
        linker.func_new(import.module(), import.name(), ty, move |_, params, results| {
            for result in results.iter_mut() {
                *result = match (identity, refuse) {
                    (true, _) => params.first().copied().unwrap_or(Val::I32(0)),
                    (_, true) => Val::I32(-1),
                    _ => Val::I32(0),
                };
            }
            Ok(())
        })?;
    }
    Ok(())
}
