//! Compiling a snippet: the steps of a manifest's `build`, each a cell, and machine code from what they leave.
//!
//! Owns the compiler's side of a run. A compiler works on a tree of its own, with the run's files and the headers, so that
//! the program later finds neither objects nor headers. It uses the time of the run and its fuel, or fuel of its
//! own in proportion, but has enough memory and files whatever the program may use.

mod own;

use super::built::Product;
use super::execution::{Execution, micros};
use runcell_cell::cell::{CellState, Code, Entry, Interrupt, Program, Seen, StepEnd};
use runcell_cell::engine::Host;
use runcell_cell::fs::{FileTree, Follow, NodeId, Quota};
use runcell_cell::instrument;
use runcell_cell::library::{self, Dependent};
use runcell_cell::limit::LimitHit;
use runcell_cell::output::OutputBuffer;
use runcell_cell::stdin::{Stdin, StdinReader};
use runcell_cell::wasi::{Streams, Wasi};
use runcell_model::limits::{LimitKind, MODULE_BYTES};
use runcell_model::outcome::Ending;
use runcell_runtimes::manifest::{Build, Extra, Note, Step};
use runcell_runtimes::template::Template;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use wasmtime::{InstancePre, Module};

/// Bytes and files that a compiler may write.
const BUILD_BYTES: u64 = 256 << 20;
const BUILD_FILES: u64 = 20_000;

/// The longest function of such a program, in bytes. Compiling a function takes about 700 times its length in memory of
/// the host, which no limit of the guest bounds.
const FUNCTION_BYTES: u64 = 512 << 10;

/// Builds the program of a run. The error is how the run ends: a compiler's exit code, a limit, an interrupt.
pub(super) async fn build(execution: &mut Execution<'_>) -> Result<Product, Ending> {
    let runtime = execution.runtime;
    let build = runtime.manifest().build.as_ref().expect("a checked manifest that runs a product has a build");
    if build.is_done() {
        return compile(execution, build, execution.spec.code.clone()).await;
    }
    let mut tree = execution.files(runtime.build_base.clone(), Quota::of(BUILD_BYTES, BUILD_FILES))?;
    let sources = sources(execution, build);
    let objects: Vec<String> = (0..sources.len()).map(|index| format!("/tmp/{index}.o")).collect();
    for step in &build.steps {
        let template = execution.template().list("objects", objects.clone()).list("extra", extra(execution, step));
        let each: Vec<Template> = if step.for_each_source {
            let pairs = sources.iter().zip(&objects).filter(|(source, _)| std::ptr::eq(compiler(build, source), step));
            pairs.map(|(source, object)| template.clone().text("source", source).text("object", object)).collect()
        } else {
            vec![template]
        };
        for template in &each {
            tree = run_step(execution, build, step, template, tree).await?;
        }
    }
    let product = tree.resolve(NodeId::ROOT, build.product.as_bytes(), Follow::Yes).ok().and_then(|at| at.node);
    let product = product.and_then(|node| tree.read_all(node).ok()).unwrap_or_default();
    drop(tree);
    compile(execution, build, product).await
}

/// The files that are compiled: the snippet, and others beside it with an ending of sources.
fn sources(execution: &Execution<'_>, build: &Build) -> Vec<String> {
    let main = execution.main_file();
    let others = execution.spec.files.iter().map(|file| file.path.as_str().to_owned());
    let is_source = |name: &String| build.sources.iter().any(|ending| name.ends_with(ending.as_str()));
    // A name that begins with a dash would be an option of the compiler.
    let as_argument = |name: String| if name.starts_with('-') { format!("./{name}") } else { name };
    std::iter::once(main).chain(others.filter(is_source)).map(as_argument).collect()
}

/// The step that compiles a source: the first step for sources with its ending, or the first step for sources at all.
fn compiler<'a>(build: &'a Build, source: &str) -> &'a Step {
    let mut steps = build.steps.iter().filter(|step| step.for_each_source);
    let first = steps.clone().next();
    let is_for = |step: &&Step| step.endings.iter().any(|ending| source.ends_with(ending.as_str()));
    steps.find(is_for).or(first).expect("a step that is run for sources is among the steps")
}

/// The arguments of the first condition that the run's options meet.
fn extra(execution: &Execution<'_>, step: &Step) -> Vec<String> {
    let holds = |text: &String| texts(execution).any(|source| String::from_utf8_lossy(source).contains(text.as_str()));
    let applies = |extra: &&Extra| {
        extra.when.iter().all(|(name, value)| execution.option(name) == value)
            && (extra.contains.is_empty() || extra.contains.iter().any(holds))
    };
    step.extra.iter().find(applies).map(|extra| extra.args.clone()).unwrap_or_default()
}

/// The texts of the run: its snippet and its files.
fn texts<'a>(execution: &'a Execution<'_>) -> impl Iterator<Item = &'a Vec<u8>> {
    let spec = execution.spec;
    std::iter::once(&spec.code).chain(spec.files.iter().map(|file| &file.bytes))
}

/// Says what the compiler does not: which part of the language's library that a source names is not there.
fn explain(execution: &Execution<'_>, build: &Build) {
    let sources: Vec<_> = texts(execution).map(|source| String::from_utf8_lossy(source)).collect();
    for Note { names, text } in &build.notes {
        let named = names.iter().find(|name| sources.iter().any(|source| holds_name(source, name)));
        if let Some(name) = named {
            execution.say(&format!("runcell: {name} {text}\n"));
        }
    }
}

/// Whether a text holds a name that does not go on behind it.
fn holds_name(source: &str, name: &str) -> bool {
    source.match_indices(name).any(|(at, _)| {
        let next = source[at + name.len()..].chars().next();
        next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
    })
}

/// Ends the run as a step ended; a limit that the compiler met is told apart from one that the program met.
fn end_of_step(execution: &Execution<'_>, build: &Build, end: &Result<StepEnd, Interrupt>) -> Ending {
    match end {
        Ok(StepEnd::Exit(_)) => explain(execution, build),
        Ok(StepEnd::Limit(_)) | Err(_) => say_who(execution),
        Ok(StepEnd::Crash(..)) => {}
    }
    execution.ending(end)
}

/// Says that a limit was met by the compiler.
pub(super) fn say_who(execution: &Execution<'_>) {
    execution.say("runcell: it was the compiler that was stopped, not the program\n");
}

/// Runs one step. If it has a quicker try, that runs first, and only if it fails or prints something the step itself.
async fn run_step(
    execution: &mut Execution<'_>,
    build: &Build,
    step: &Step,
    template: &Template,
    mut tree: FileTree,
) -> Result<FileTree, Ending> {
    if !step.try_first.is_empty() {
        let unheard = OutputBuffer::new(1 << 16);
        let (end, after) =
            run_tool(execution, build, step, template.fill_all(&step.try_first), tree, unheard.clone()).await;
        tree = after;
        match end {
            Ok(StepEnd::Exit(0)) if unheard.written() == 0 => return Ok(tree),
            Ok(StepEnd::Exit(_)) => {}
            end => return Err(end_of_step(execution, build, &end)),
        }
    }
    let output = execution.output.clone();
    let (end, tree) = run_tool(execution, build, step, template.fill_all(&step.args), tree, output).await;
    match end {
        Ok(StepEnd::Exit(0)) => Ok(tree),
        end => Err(end_of_step(execution, build, &end)),
    }
}

async fn run_tool(
    execution: &mut Execution<'_>,
    build: &Build,
    step: &Step,
    args: Vec<String>,
    tree: FileTree,
    output: Arc<OutputBuffer>,
) -> (Result<StepEnd, Interrupt>, FileTree) {
    let runtime = execution.runtime;
    let program = runtime.programs.get(&step.module).expect("a loaded runtime has the modules of its build");
    let mut wasi = Wasi::new(tree, StdinReader::new(Stdin::default(), 0), output);
    wasi.begin_step(args, Vec::new(), Streams::Terminal);
    let memory = execution.spec.limits.get(LimitKind::Memory).max(build.memory_mib << 20);
    let report = execution.step(program, &Entry::Command, wasi, memory).await;
    (report.end, report.wasi.tree)
}

/// The library that programs of the runtime can be linked to; `None` if it has none.
fn library_of(execution: &Execution<'_>, build: &Build) -> Option<InstancePre<CellState>> {
    match &execution.runtime.programs.get(build.library.as_ref()?)?.code {
        Code::Whole(pre) => Some(pre.clone()),
        Code::OnLibrary(_) => None,
    }
}

/// Turns a built module into machine code.
async fn compile(execution: &mut Execution<'_>, build: &Build, wasm: Vec<u8>) -> Result<Product, Ending> {
    let sizes = [(wasm.len() as u64, MODULE_BYTES), (instrument::longest_function(&wasm), FUNCTION_BYTES)];
    if let Some((used, allowed)) = sizes.into_iter().find(|(used, allowed)| used > allowed) {
        return Err(LimitHit { kind: LimitKind::Code, allowed, used }.into());
    }
    let host = execution.shared.host.clone();
    let library = library_of(execution, build).filter(|_| library::needs_library(&wasm));
    let (brought, components) = (build.is_done(), execution.shared.components.clone());
    let work = tokio::task::spawn_blocking(move || {
        if brought {
            own::machine_code(host, &components, &wasm).map_err(|error| error.to_string())
        } else {
            let code = machine_code(host, library, &wasm).map_err(|error| format!("{error:#}"))?;
            Ok(Product::Module(Program { code, image: None }))
        }
    });
    let before = std::time::Instant::now();
    let done = execution.guard.watch(work, &mut Seen::default()).await;
    execution.usage.cpu_us += micros(before.elapsed());
    match done {
        Err(interrupt) => {
            execution.shared.stranded.store(true, Ordering::Relaxed);
            Err(execution.interrupted(interrupt))
        }
        Ok(Ok(Ok(product))) => Ok(product),
        Ok(Ok(Err(message))) => {
            let what = if brought { execution.main_file() } else { "the program that was built".to_owned() };
            execution.say(&format!("runcell: {what} cannot be run: {message}\n"));
            Err(Ending::Completed { exit_code: 1 })
        }
        Ok(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
    }
}

fn machine_code(
    Host { engine, mut linker, codegen }: Host,
    library: Option<InstancePre<CellState>>,
    wasm: &[u8],
) -> wasmtime::Result<Code> {
    if let Some(library) = library {
        let wasm = library::attach(wasm, library::memory_bytes(library.module())).map_err(wasmtime::Error::new)?;
        let module = Module::new(&engine, codegen.place(&wasm).map_err(wasmtime::Error::new)?)?;
        return Ok(Code::OnLibrary(Box::new(Dependent { library, linker, module })));
    }
    let wasm = instrument::strip(wasm).map_err(wasmtime::Error::new)?;
    let module = Module::new(&engine, codegen.place(&wasm).map_err(wasmtime::Error::new)?)?;
    linker.define_unknown_imports_as_traps(&module)?;
    Ok(Code::Whole(linker.instantiate_pre(&module)?))
}

#[cfg(test)]
mod tests {
    use super::holds_name;

    #[test]
    fn a_name_ends_where_it_ends() {
        assert!(holds_name("v | views::chunk(2)", "views::chunk"));
        assert!(holds_name("views::chunk_by(f); views::chunk", "views::chunk"));
        assert!(!holds_name("views::chunk_by(f)", "views::chunk"));
        assert!(!holds_name("", "views::chunk"));
    }
}
