//! Programs that were built from snippets, kept for the next run of the same source.
//!
//! Owns a small cache in memory. A key covers everything that a build can read. What the build printed and the fuel that it
//! used are kept with the program and reported again, so that only the time differs between a hit and a build.

use runcell_cell::cell::Program;
use runcell_component::ComponentProgram;
use runcell_model::run::{OutputStream, RunSpec};
use runcell_runtimes::cache::Key;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

/// How many programs are kept.
const CAPACITY: usize = 64;

/// The key of a build: everything that its result depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BuiltKey(String);

/// The result of a build.
#[derive(Clone)]
pub(crate) enum Product {
    Module(Program),
    Component(ComponentProgram),
}

/// A built program.
#[derive(Clone)]
pub(crate) struct Built {
    pub(crate) product: Product,
    /// The output of the compiler.
    pub(crate) said: Vec<(OutputStream, Vec<u8>)>,
    /// The fuel that the build used.
    pub(crate) fuel: u64,
    /// The most memory of any of its steps.
    pub(crate) memory_bytes: u64,
}

/// The programs that were built last.
#[derive(Default)]
pub(crate) struct BuiltPrograms(Mutex<VecDeque<(BuiltKey, Built)>>);

impl BuiltKey {
    /// The key of the build of a snippet, whose file has that name, for a runtime.
    pub(crate) fn new(runtime: &str, main_file: &str, spec: &RunSpec) -> Self {
        let mut parts: Vec<Vec<u8>> = vec![runtime.into(), main_file.into(), spec.code.clone()];
        parts.push(format!("{:?}", spec.options).into());
        for file in &spec.files {
            parts.extend([file.path.as_str().into(), file.bytes.clone()]);
        }
        Self(Key::new("built", parts).digest().to_owned())
    }
}

impl BuiltKey {
    /// The key of a program that a user brings: nothing else goes into it.
    pub(crate) fn of_program(runtime: &str, wasm: &[u8]) -> Self {
        Self(Key::new("brought", [runtime.as_bytes(), wasm]).digest().to_owned())
    }
}

impl BuiltPrograms {
    fn programs(&self) -> MutexGuard<'_, VecDeque<(BuiltKey, Built)>> {
        self.0.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn get(&self, key: &BuiltKey) -> Option<Built> {
        let mut programs = self.programs();
        let index = programs.iter().position(|(known, _)| known == key)?;
        let found = programs.remove(index)?;
        let built = found.1.clone();
        programs.push_front(found);
        Some(built)
    }

    pub(crate) fn put(&self, key: BuiltKey, built: Built) {
        let mut programs = self.programs();
        programs.retain(|(known, _)| *known != key);
        programs.push_front((key, built));
        programs.truncate(CAPACITY);
    }
}
