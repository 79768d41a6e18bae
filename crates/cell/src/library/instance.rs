//! Instances of programs that run on a library.
//!
//! Owns the order: the library is instantiated, its memory and table grow by what the program needs, and the program is
//! instantiated with them.

use super::ENVIRONMENT;
use crate::state::CellState;
use wasmtime::{Extern, ExternType, Instance, InstancePre, Linker, Module, Ref, Store};

/// A program that runs on a library.
#[derive(Clone)]
pub struct Dependent {
    /// The compiled library. Each cell gets an instance of its own.
    pub library: InstancePre<CellState>,
    /// The functions that the program imports from others than the library.
    pub linker: Linker<CellState>,
    /// The program's own module.
    pub module: Module,
}

/// The memory of a fresh library, in bytes.
pub fn memory_bytes(library: &Module) -> u64 {
    let memory = library.exports().find_map(|export| export.ty().memory().cloned());
    memory.map_or(0, |memory| memory.minimum() * memory.page_size())
}

impl Dependent {
    /// Instantiates the library, and the program on it. Returns both: the first has the memory, the second the entry.
    pub async fn instantiate(&self, store: &mut Store<CellState>) -> wasmtime::Result<(Instance, Instance)> {
        let library = self.library.instantiate_async(&mut *store).await?;
        let mut imports = Vec::new();
        for import in self.module.imports() {
            let found = match import.module() {
                ENVIRONMENT => library.get_export(&mut *store, import.name()),
                _ => self.linker.get_by_import(&mut *store, &import),
            };
            let missing = || wasmtime::Error::msg(format!("nothing has {} {:?}", import.module(), import.name()));
            let found = found.ok_or_else(missing)?;
            grow(store, &found, &import.ty()).await?;
            imports.push(found);
        }
        let program = Instance::new_async(&mut *store, &self.module, &imports).await?;
        Ok((library, program))
    }
}

/// Makes memory and table as large as the program expects them.
async fn grow(store: &mut Store<CellState>, found: &Extern, wanted: &ExternType) -> wasmtime::Result<()> {
    match (found, wanted) {
        (Extern::Memory(memory), ExternType::Memory(ty)) => {
            let more = ty.minimum().saturating_sub(memory.size(&*store));
            memory.grow_async(&mut *store, more).await?;
        }
        (Extern::Table(table), ExternType::Table(ty)) => {
            let more = ty.minimum().saturating_sub(table.size(&*store));
            table.grow_async(&mut *store, more, Ref::Func(None)).await?;
        }
        _ => {}
    }
    Ok(())
}
