//! A cell: one program, once, in a fresh instance with its own memory, under limits.
//!
//! Owns the store and what ends a step. A run of a compiled language is several steps. Each step is a cell of its own and
//! passes the guest's files on to the next. The backend decides which steps there are.

mod budget;
mod drive;
mod guard;
mod trap;

pub use budget::StepBudget;
pub use drive::{Argument, Entry, Expect, ExportCall, call};
pub use guard::{Guard, Interrupt, Seen};
pub use trap::StepEnd;

pub use super::state::CellState;

pub use trap::classify;

use super::codegen;
use super::image::Image;
use super::library::Dependent;
use super::limiter::Limiter;
use super::state::memory_of;
use super::wasi::Wasi;
use std::time::Duration;
use wasmtime::{Engine, Instance, InstancePre, Store};

/// How much fuel a guest uses before others get their turn, in units: about a millisecond.
const YIELD_INTERVAL: u64 = 1_000_000;

/// A program that cells are made from.
#[derive(Clone)]
pub struct Program {
    /// Its machine code.
    pub code: Code,
    /// The memory that each cell starts with; `None` if it starts with the data of the module.
    pub image: Option<Image>,
}

/// The machine code of a program.
#[derive(Clone)]
pub enum Code {
    /// It is all there.
    Whole(InstancePre<CellState>),
    /// It runs on a library, which is instantiated before.
    OnLibrary(Box<Dependent>),
}

impl Program {
    /// The engine that it was compiled for.
    pub fn engine(&self) -> &Engine {
        match &self.code {
            Code::Whole(pre) => pre.module().engine(),
            Code::OnLibrary(program) => program.module.engine(),
        }
    }
}

/// The usage of a step, and how it ended.
#[derive(Debug)]
pub struct StepReport {
    /// How the program ended, or why the host stopped it.
    pub end: Result<StepEnd, Interrupt>,
    /// The guest's state after the step, to be handed to the next step.
    pub wasi: Wasi,
    /// Fuel that the step did not use; 0 if guests are not charged.
    pub fuel_left: u64,
    /// The most memory that the guest had at one time, in bytes, beyond that of its image.
    pub memory_peak: u64,
    /// Processor time of the thread while it ran the guest.
    pub cpu: Duration,
}

/// Runs a program to its end, or until it is interrupted.
pub async fn run_step(program: &Program, entry: &Entry, wasi: Wasi, budget: StepBudget, guard: &Guard) -> StepReport {
    let mut store = new_store(program.engine(), wasi, budget);
    let mut seen = Seen::default();
    let ended = guard.watch(start(&mut store, program, entry), &mut seen).await;
    let fuel_left = store.get_fuel().unwrap_or(0);
    // A run that is stopped still unwinds after the last look.
    if let Some(slot) = store.data().slot.as_ref().filter(|_| ended.is_ok() && !seen.faulted) {
        slot.made_no_page_private();
    }
    let state = store.into_data();
    let end = ended.map(|result| classify(result, &state.limiter, budget));
    let memory_peak = state.limiter.memory_peak();
    StepReport { end, wasi: state.wasi, fuel_left, memory_peak, cpu: seen.cpu }
}

/// A store for one step.
pub fn new_store(engine: &Engine, wasi: Wasi, budget: StepBudget) -> Store<CellState> {
    let limiter = Limiter::new(budget.memory_bytes, budget.table_elements);
    let mut store = Store::new(engine, CellState { wasi, memory: None, slot: None, limiter });
    store.limiter(|state| &mut state.limiter);
    if codegen::charges(engine) {
        store.set_fuel(budget.fuel).expect("the engine meters fuel");
        store.fuel_async_yield_interval(Some(YIELD_INTERVAL)).expect("the engine meters fuel");
    }
    store
}

/// Instantiates a program; its image, where it has one, is in place afterwards.
pub async fn instantiate(store: &mut Store<CellState>, program: &Program) -> wasmtime::Result<Instance> {
    let made = match (&program.code, &program.image) {
        (Code::OnLibrary(program), _) => program.instantiate(store).await,
        (Code::Whole(pre), Some(image)) => image.instantiate(store, pre).await.map(|instance| (instance, instance)),
        (Code::Whole(pre), None) => pre.instantiate_async(&mut *store).await.map(|instance| (instance, instance)),
    };
    let (memory_owner, instance) = made.map_err(|error| refused(store, error))?;
    store.data_mut().memory = memory_of(&memory_owner, store);
    if program.image.is_some() {
        store.data_mut().limiter.begin_after_image();
    }
    Ok(instance)
}

/// A program that does not even start because of a limit is stopped by that limit.
fn refused(store: &Store<CellState>, error: wasmtime::Error) -> wasmtime::Error {
    match store.data().limiter.refused() {
        Some(hit) => wasmtime::Error::new(hit),
        None => error,
    }
}

async fn start(store: &mut Store<CellState>, program: &Program, entry: &Entry) -> wasmtime::Result<()> {
    let instance = instantiate(store, program).await?;
    call(store, &instance, entry).await
}
