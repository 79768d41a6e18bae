//! One run, from its spec to its outcome.
//!
//! Owns the order: files in, build, program, files out, usage. The limits of fuel and time hold for all steps together.
//! What a compiler prints is part of the output, and a snippet that does not compile is an outcome like any other.

use super::built::{Built, BuiltKey};
use super::execution::{Execution, Shared, micros};
use runcell_cell::cell::{Argument, Entry, Guard, Program};
use runcell_cell::fs::{FileTree, Quota};
use runcell_cell::limit::LimitHit;
use runcell_cell::output::OutputBuffer;
use runcell_cell::stdin::{Stdin, StdinReader};
use runcell_cell::wasi::Wasi;
use runcell_model::file::{OutputFile, Wanted};
use runcell_model::limits::LimitKind;
use runcell_model::outcome::{Ending, Outcome, RanOn};
use runcell_model::run::RunSpec;
use runcell_model::usage::Usage;
use runcell_runtimes::manifest::{CallText, ProductRun};
use runcell_runtimes::prepare::{LoadedRuntime, environment};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

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
    let deadline = started + Duration::from_millis(spec.limits.get(LimitKind::WallTime));
    let fuel_left = spec.limits.get(LimitKind::Fuel);
    let guard = Guard { deadline, cancel };
    let usage = Usage::default();
    let mut execution = Execution { shared, runtime, spec, output, guard, started, fuel_left, usage };
    let (ending, wasi) = execution.run(stdin).await;
    execution.finish(ending, wasi)
}

impl Execution<'_> {
    async fn run(&mut self, stdin: Stdin) -> (Ending, Option<Wasi>) {
        let limits = &self.spec.limits;
        let (used, allowed) = (self.spec.code.len() as u64, limits.get(LimitKind::Code));
        if used > allowed {
            return (LimitHit { kind: LimitKind::Code, allowed, used }.into(), None);
        }
        let tree = match self.files(self.runtime.run_base.clone(), Quota::new(limits)) {
            Ok(tree) => tree,
            Err(ending) => return (ending, None),
        };
        let (program, entry) = match self.program().await {
            Ok(found) => found,
            Err(ending) => return (ending, None),
        };
        let stdin = StdinReader::new(stdin, limits.get(LimitKind::Stdin));
        let mut wasi = Wasi::new(tree, stdin, self.output.clone());
        let template = self.template();
        let args = template.fill_all(&self.runtime.manifest().run.args);
        let manifest = self.runtime.manifest();
        wasi.begin_step(args, environment(manifest, &self.spec.env), manifest.run.streams);
        let memory_bytes = limits.get(LimitKind::Memory);
        let report = self.step(&program, &entry, wasi, memory_bytes).await;
        (self.ending(&report.end), Some(report.wasi))
    }

    /// The program that is run, and how it is started.
    async fn program(&mut self) -> Result<(Program, Entry), Ending> {
        let run = &self.runtime.manifest().run;
        if run.product == ProductRun::Yes {
            return Ok((self.product().await?, Entry::Command));
        }
        if let Some(name) = &run.module {
            let program = self.runtime.programs.get(name).expect("a loaded runtime has the modules that it runs");
            return Ok((program.clone(), Entry::Command));
        }
        let call = run.call.as_ref().expect("a checked manifest runs a product, a module or a call");
        let image = self.runtime.image.as_ref().expect("a checked manifest has an image to call");
        let template = self.template();
        let arguments = call.with.iter().map(|text| match text {
            CallText::Text(text) => Argument::Text(template.fill(text)),
            CallText::CList(texts) => Argument::CList(template.fill_all(texts)),
            CallText::Files(_) => Argument::Text(String::new()),
        });
        let entry = Entry::Call {
            export: call.export.clone(),
            arguments: arguments.collect(),
            allocator: image.allocator.clone(),
        };
        Ok((image.program.clone(), entry))
    }

    /// The snippet as a compiled program: from the cache, or built.
    async fn product(&mut self) -> Result<Program, Ending> {
        let key = BuiltKey::new(&self.runtime.target.to_string(), &self.main_file(), self.spec);
        if let Some(built) = self.shared.built.get(&key) {
            return self.replay(&built);
        }
        let fuel_before = self.fuel_left;
        let program = super::build::build(self).await?;
        let said = self.output.pieces();
        let fuel = fuel_before - self.fuel_left;
        let built = Built { program: program.clone(), said, fuel, memory_bytes: self.usage.memory_bytes };
        self.shared.built.put(key, built);
        Ok(program)
    }

    /// Uses what was built earlier: the same output, the same fuel, as if it were built again.
    fn replay(&mut self, built: &Built) -> Result<Program, Ending> {
        for (stream, bytes) in &built.said {
            self.output.write(*stream, bytes).map_err(Ending::from)?;
        }
        self.usage.memory_bytes = built.memory_bytes;
        match self.fuel_left.checked_sub(built.fuel) {
            Some(left) => self.fuel_left = left,
            None => return Err(self.out_of_fuel().into()),
        }
        Ok(built.program.clone())
    }

    fn finish(mut self, ending: Ending, wasi: Option<Wasi>) -> Outcome {
        self.output.close();
        self.usage.output_bytes = self.output.written();
        self.usage.fuel = self.spec.limits.get(LimitKind::Fuel) - self.fuel_left;
        let (mut files, mut missing_files) = (Vec::new(), self.spec.outputs.clone());
        if let Some(wasi) = &wasi {
            self.usage.stdin_bytes = wasi.stdin.used();
            self.usage.file_bytes = wasi.tree.quota().peak_bytes();
            self.usage.files = wasi.tree.quota().peak_entries();
            (files, missing_files) = collect(&wasi.tree, &self.spec.outputs);
        }
        self.usage.wall_us = micros(self.started.elapsed());
        let (output, usage, ran_on) = (self.output.output(), self.usage, RanOn::default());
        Outcome { ending, output, files, missing_files, usage, ran_on }
    }
}

/// The files that were asked for, and the patterns that match none.
fn collect(tree: &FileTree, wanted: &[String]) -> (Vec<OutputFile>, Vec<String>) {
    let mut wanted = Wanted::new(wanted);
    if !wanted.is_empty() {
        tree.visit_work_files(&mut |path: &[u8], node| {
            wanted.offer(String::from_utf8_lossy(path).into_owned(), || tree.read_all(node).ok());
        });
    }
    wanted.finish()
}
