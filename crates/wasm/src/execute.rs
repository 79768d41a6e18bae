//! One run, from its spec to its outcome.
//!
//! Owns the order: files in, build, program, files out, usage. The limits of fuel and time hold for all steps together.
//! The output of a compiler is part of the output and marked as such, and a snippet that does not compile is an outcome like any other.

use super::built::{Built, BuiltKey, Product};
use super::execution::{Execution, Fuel, Shared, micros};
use runcell_cell::cell::{Entry, Guard, Program};
use runcell_cell::fs::{FileTree, Quota};
use runcell_cell::limit::LimitHit;
use runcell_cell::output::OutputBuffer;
use runcell_cell::stdin::{Stdin, StdinReader};
use runcell_cell::wasi::{self, Wasi};
use runcell_component::ComponentProgram;
use runcell_model::file::{LeftFile, MOST_LEFT_FILES, OutputFile, Wanted};
use runcell_model::limits::LimitKind;
use runcell_model::outcome::{CrashKind, Ending, Outcome, Output};
use runcell_model::run::RunSpec;
use runcell_model::usage::Usage;
use runcell_runtimes::manifest::{Call, ProductRun};
use runcell_runtimes::prepare::{LoadedRuntime, environment, exports};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The most files that a program can show.
const MAX_SHOWN: usize = 64;

/// Runs a spec to its outcome. Everything that a guest can do ends here, and none of it is an error.
pub(crate) async fn execute(
    shared: &Shared,
    runtime: &LoadedRuntime,
    spec: &RunSpec,
    stdin: Stdin,
    output: Arc<OutputBuffer>,
    cancel: CancellationToken,
) -> Outcome {
    let started = Instant::now();
    let wall = Duration::from_millis(spec.limits.get(LimitKind::WallTime));
    let fuel = Fuel::of(spec.limits.get(LimitKind::Fuel));
    let guard = Guard { deadline: started + wall, cancel };
    let usage = Usage::default();
    let begun_ns = wasi::now();
    let mut execution = Execution { shared, runtime, spec, output, guard, started, begun_ns, fuel, wall, usage };
    let (ending, wasi) = execution.run(stdin).await;
    execution.finish(ending, wasi)
}

impl Execution<'_> {
    async fn run(&mut self, stdin: Stdin) -> (Ending, Option<Wasi>) {
        let limits = &self.spec.limits;
        let (used, allowed) = (self.spec.code.len() as u64, limits.get(LimitKind::Code));
        // A module is no source: it has the bound of what is turned into machine code.
        if used > allowed && !self.brings_program() {
            return (LimitHit { kind: LimitKind::Code, allowed, used }.into(), None);
        }
        let tree = match self.files(self.runtime.run_base.clone(), Quota::new(limits)) {
            Ok(tree) => tree,
            Err(ending) => return (ending, None),
        };
        let runnable = match self.program().await {
            Ok(found) => found,
            Err(ending) => return (ending, None),
        };
        let stdin = StdinReader::new(stdin, limits.get(LimitKind::Stdin));
        let mut wasi = Wasi::new(tree, stdin, self.output.clone());
        let template = self.template();
        let args = template.fill_all(&self.runtime.manifest().run.args);
        let manifest = self.runtime.manifest();
        let run = &manifest.run;
        wasi.begin_step_in(run.preopens, args, environment(manifest, &self.spec.env), run.streams);
        wasi.umask_at = run.umask.as_ref().and_then(|name| u32::try_from(self.runtime.target.value(name)).ok());
        let memory_bytes = limits.get(LimitKind::Memory);
        let report = match &runnable {
            Runnable::Module(program, entry) => self.step(program, entry, wasi, memory_bytes).await,
            Runnable::Component(program) => self.run_component(program, wasi, memory_bytes).await,
        };
        (self.ending(&report.end), Some(report.wasi))
    }

    /// The program that is run, and how it is started.
    async fn program(&mut self) -> Result<Runnable, Ending> {
        let run = &self.runtime.manifest().run;
        if run.product == ProductRun::Yes {
            return Ok(match self.product().await? {
                Product::Module(program) => Runnable::Module(program, Entry::Command),
                Product::Component(program) => Runnable::Component(program),
            });
        }
        if let Some(name) = &run.module {
            let program = self.runtime.programs.get(name).expect("a loaded runtime has the modules that it runs");
            return Ok(Runnable::Module(program.clone(), Entry::Command));
        }
        let call = run.call.as_ref().expect("a checked manifest runs a product, a module or a call");
        let image = self.runtime.image.as_ref().expect("a checked manifest has an image to call");
        let template = self.template();
        let mut calls = Vec::new();
        let wanted = |call: &&Call| call.contains.is_empty() || call.contains.iter().any(|text| self.holds(text));
        for call in run.before.iter().filter(wanted).chain([call]) {
            let made = exports(call, &self.runtime.target, &template);
            calls.extend(made.map_err(|error| Ending::Crashed { kind: CrashKind::Other, message: error.to_string() })?);
        }
        let entry = Entry::Calls { calls, allocator: image.allocator.clone() };
        Ok(Runnable::Module(image.program.clone(), entry))
    }

    /// The snippet as a compiled program. Where building has fuel and time of its own, those of the run are left for the
    /// program.
    async fn product(&mut self) -> Result<Product, Ending> {
        let Some(times) = self.runtime.manifest().build.as_ref().and_then(|build| build.times) else {
            return self.found_or_built().await;
        };
        let (fuel, wall) = (self.fuel, self.wall);
        self.fuel = Fuel::of(fuel.allowed.saturating_mul(u64::from(times)));
        self.allow(wall.saturating_mul(times));
        let product = self.found_or_built().await?;
        self.fuel = fuel;
        self.allow(wall);
        Ok(product)
    }

    /// Allows so much time from now on.
    fn allow(&mut self, wall: Duration) {
        self.wall = wall;
        self.guard.deadline = Instant::now() + wall;
    }

    /// The program from the cache, or built.
    async fn found_or_built(&mut self) -> Result<Product, Ending> {
        let target = self.runtime.target.to_string();
        let key = if self.brings_program() {
            BuiltKey::of_program(&target, &self.spec.code)
        } else {
            BuiltKey::new(&target, &self.main_file(), self.spec)
        };
        if let Some(built) = self.shared.built.get(&key) {
            return self.replay(&built);
        }
        let used_before = self.usage.fuel;
        self.output.set_compiling(true);
        let product = super::build::build(self).await;
        self.output.set_compiling(false);
        let product = product?;
        let said = self.output.pieces();
        let fuel = self.usage.fuel - used_before;
        let built = Built { product: product.clone(), said, fuel, memory_bytes: self.usage.memory_bytes };
        self.shared.built.put(key, built);
        Ok(product)
    }

    /// Uses what was built earlier: the same output, the same fuel, as if it were built again.
    fn replay(&mut self, built: &Built) -> Result<Product, Ending> {
        for (stream, bytes) in &built.said {
            self.output.write(*stream, bytes).map_err(Ending::from)?;
        }
        self.usage.memory_bytes = built.memory_bytes;
        let Some(left) = self.fuel.left.checked_sub(built.fuel) else {
            self.usage.fuel += self.fuel.left;
            self.output.set_compiling(true);
            super::build::say_who(self);
            return Err(self.out_of_fuel().into());
        };
        self.fuel.left = left;
        self.usage.fuel += built.fuel;
        Ok(built.product.clone())
    }

    fn finish(mut self, ending: Ending, wasi: Option<Wasi>) -> Outcome {
        self.output.close();
        self.usage.output_bytes = self.output.written();
        let mut left = Left { missing_files: self.spec.outputs.clone(), ..Left::default() };
        if let Some(wasi) = &wasi {
            self.usage.stdin_bytes = wasi.stdin.used();
            self.usage.file_bytes = wasi.tree.quota().peak_bytes();
            self.usage.files = wasi.tree.quota().peak_entries();
            left = self.collect(&wasi.tree);
        }
        self.usage.wall_us = micros(self.started.elapsed());
        // Written output stays in the buffer until somebody wants it.
        let output = Output { truncated: self.output.is_truncated(), ..Output::default() };
        let usage = self.usage;
        let Left { files, missing_files, left_files } = left;
        Outcome { output, files, missing_files, left_files, usage, ..Outcome::unstarted(ending) }
    }

    /// The files that the program has left in `/work`. The snippet is no result: a caller can ask for it by its name.
    fn collect(&self, tree: &FileTree) -> Left {
        let main = self.main_file();
        let given = |path: &str| path == main || self.spec.files.iter().any(|file| file.path.as_str() == path);
        // Files that the program showed come back without being asked for.
        let shown = shown(tree, self.runtime.manifest().run.shown.as_deref());
        let all = [&self.spec.outputs[..], &shown].concat();
        let mut wanted = Wanted::new(&all);
        let mut left_files = Vec::new();
        tree.visit_work_files(&mut |path: &[u8], node| {
            let path = String::from_utf8_lossy(path).into_owned();
            let stat = tree.stat(node);
            let written = stat.times.modified != self.begun_ns || !given(&path);
            if path == main && !written && !wanted.names(&path) {
                return;
            }
            if !wanted.offer(path.clone(), || tree.read_all(node).ok()) && written {
                left_files.push(LeftFile { path, bytes: stat.size });
            }
        });
        left_files.sort_by(|one, other| one.path.cmp(&other.path));
        left_files.truncate(MOST_LEFT_FILES);
        let (files, mut missing_files) = wanted.finish();
        missing_files.retain(|name| self.spec.outputs.contains(name));
        Left { files, missing_files, left_files }
    }
}

/// The program to run, and how it is started.
enum Runnable {
    Module(Program, Entry),
    Component(ComponentProgram),
}

/// The files that a program has left.
#[derive(Default)]
struct Left {
    /// The files that were asked for.
    files: Vec<OutputFile>,
    /// The patterns that match none.
    missing_files: Vec<String>,
    /// Files that it has written and nobody asked for.
    left_files: Vec<LeftFile>,
}

/// The files that the program showed, as its runtime lists them.
fn shown(tree: &FileTree, list: Option<&str>) -> Vec<String> {
    let text = list.and_then(|list| tree.read_path(list)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().filter(|line| !line.is_empty()).take(MAX_SHOWN).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_cell::fs::BaseBuilder;

    #[test]
    fn shown_files_are_those_of_the_list() {
        let mut tree = FileTree::new(BaseBuilder::default().build(), Quota::of(1 << 20, 100));
        tree.put("/tmp/list", Arc::new("figure-1.png\ngone\n".into()), 0).expect("fits");
        assert_eq!(shown(&tree, Some("/tmp/list")), ["figure-1.png", "gone"]);
        assert!(shown(&tree, None).is_empty() && shown(&tree, Some("/tmp/none")).is_empty());
    }
}
