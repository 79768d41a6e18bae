//! Components of WASI 0.2 that a user brings (`wasi:cli/command`).
//!
//! Owns their state and a run of one: the same tree of files, streams, arguments and limits as a program of
//! preview1 has, behind the interfaces of `wasmtime-wasi`. That crate's own files, which are the host's, are never used, and
//! it is allowed no network. Unlike programs of preview1, a component pays for its own work only: what the host does for a
//! call is bounded by the size of the call and by the time of the run.
//!
//! **Invariant:** the interfaces of `wasi:filesystem` lead to `files` and to nothing else.

mod failure;
mod files;
mod stream;

use files::{Files, FilesView, HasFiles};
use runcell_cell::cell::{Guard, Seen, StepBudget, StepReport, classify};
use runcell_cell::codegen::Codegen;
use runcell_cell::engine::component_engine;
use runcell_cell::fs::FileTree;
use runcell_cell::limiter::Limiter;
use runcell_cell::stdin::StdinReader;
use runcell_cell::wasi::{Exit, Parts, Wasi};
use runcell_model::run::OutputStream;
use std::sync::{Arc, Mutex};
use stream::{Input, Printer, SharedTree};
use tokio::sync::Mutex as AsyncMutex;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::p2::bindings::{CommandPre, LinkOptions, filesystem};
use wasmtime_wasi::{I32Exit, WasiCtx, WasiCtxView, WasiView};

/// How much fuel a component uses before others get their turn, in units. A call of it may keep the host busy for some
/// microseconds that it does not pay for, so that it gets less than a module.
const YIELD_INTERVAL: u64 = 20_000;

/// The most bytes that the arguments of one call may take in the host.
const CALL_BYTES: usize = 8 << 20;

/// The most streams and other things that a component may hold at one time.
const MOST_RESOURCES: usize = 10_000;

/// The most random bytes of one call.
const RANDOM_BYTES: u64 = 1 << 20;

/// The engine of components, and everything that they can import.
#[derive(Clone)]
pub struct ComponentHost {
    engine: Engine,
    linker: Linker<ComponentState>,
}

/// A component in machine code, that can be run.
#[derive(Clone)]
pub struct ComponentProgram(CommandPre<ComponentState>);

/// The state that the host keeps for a component.
struct ComponentState {
    context: WasiCtx,
    table: ResourceTable,
    files: Files,
    limiter: Limiter,
}

impl WasiView for ComponentState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.table }
    }
}

impl ComponentState {
    fn files(&mut self) -> FilesView<'_> {
        FilesView { files: &mut self.files, table: &mut self.table }
    }
}

impl ComponentHost {
    /// An engine whose components have `stack_bytes` of call stack. The engine itself charges them for every instruction,
    /// since the places where modules pay are put into a module, and a component is several.
    ///
    /// # Errors
    /// Where the machine cannot run compiled code at all.
    pub fn new(stack_bytes: u64) -> wasmtime::Result<Self> {
        let engine = component_engine(stack_bytes, Codegen::ChargedEverywhere)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_with_options_async(&mut linker, &LinkOptions::default())?;
        // In the place of those that lead to files of the host.
        linker.allow_shadowing(true);
        filesystem::types::add_to_linker::<ComponentState, HasFiles>(&mut linker, ComponentState::files)?;
        filesystem::preopens::add_to_linker::<ComponentState, HasFiles>(&mut linker, ComponentState::files)?;
        Ok(Self { engine, linker })
    }

    /// Turns a component into machine code.
    ///
    /// # Errors
    /// Where it is not valid, imports what there is not, or is no command.
    pub fn compile(&self, wasm: &[u8]) -> wasmtime::Result<ComponentProgram> {
        let component = Component::new(&self.engine, wasm)?;
        Ok(ComponentProgram(CommandPre::new(self.linker.instantiate_pre(&component)?)?))
    }
}

/// Runs a component to its end, or until it is interrupted.
pub async fn run(program: &ComponentProgram, wasi: Wasi, budget: StepBudget, guard: &Guard) -> StepReport {
    let Parts { args, env, tree, stdin, output, terminal, preopens } = wasi.into_parts();
    let tree = SharedTree(Arc::new(Mutex::new(tree)));
    let stdin = Input(Arc::new(AsyncMutex::new(stdin)));
    let printer = |stream| Printer { output: output.clone(), stream, terminal };
    let mut context = WasiCtx::builder();
    context.args(&args).max_random_size(RANDOM_BYTES).stdin(stdin.clone());
    context.stdout(printer(OutputStream::Stdout)).stderr(printer(OutputStream::Stderr));
    context.allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
    for (name, value) in env.iter().filter_map(|variable| variable.split_once('=')) {
        context.env(name, value);
    }
    let mut table = ResourceTable::new();
    table.set_max_capacity(MOST_RESOURCES);
    let state = ComponentState {
        context: context.build(),
        table,
        files: Files::new(tree.clone(), preopens),
        limiter: Limiter::for_component(budget.memory_bytes, budget.table_elements),
    };
    let mut store = new_store(program.0.engine(), state, budget);
    let mut seen = Seen::default();
    let ended = guard.watch(start(&mut store, program), &mut seen).await;
    let fuel_left = store.get_fuel().unwrap_or(0);
    let state = store.into_data();
    let end = ended.map(|result| classify(result.map_err(exit), &state.limiter, budget));
    let memory_peak = state.limiter.memory_peak();
    // The rest of the component holds on to both.
    drop(state);
    let wasi = Wasi::new(take_tree(tree), take_stdin(stdin), output);
    StepReport { end, wasi, fuel_left, memory_peak, cpu: seen.cpu }
}

fn new_store(engine: &Engine, state: ComponentState, budget: StepBudget) -> Store<ComponentState> {
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(CALL_BYTES);
    store.set_fuel(budget.fuel).expect("the engine meters fuel");
    store.fuel_async_yield_interval(Some(YIELD_INTERVAL)).expect("the engine meters fuel");
    store
}

async fn start(store: &mut Store<ComponentState>, program: &ComponentProgram) -> wasmtime::Result<()> {
    let command = program.0.instantiate_async(&mut *store).await.map_err(|error| refused(store, error))?;
    match command.wasi_cli_run().call_run(&mut *store).await? {
        Ok(()) => Ok(()),
        Err(()) => Err(Exit(1).into()),
    }
}

/// The end that a component asked for, as the cell knows it.
fn exit(error: wasmtime::Error) -> wasmtime::Error {
    match error.downcast_ref::<I32Exit>() {
        Some(I32Exit(code)) => Exit(code.cast_unsigned()).into(),
        None => error,
    }
}

/// A program that does not even start because of a limit is stopped by that limit.
fn refused(store: &Store<ComponentState>, error: wasmtime::Error) -> wasmtime::Error {
    match store.data().limiter.refused() {
        Some(hit) => wasmtime::Error::new(hit),
        None => error,
    }
}

fn take_tree(tree: SharedTree) -> FileTree {
    let tree = Arc::into_inner(tree.0).expect("the component and its streams are gone");
    tree.into_inner().expect("no holder of this lock panics")
}

fn take_stdin(stdin: Input) -> StdinReader {
    Arc::into_inner(stdin.0).expect("the component and its streams are gone").into_inner()
}
