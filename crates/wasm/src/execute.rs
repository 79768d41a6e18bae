//! One run, from its spec to its outcome.
//!
//! Owns the order of things: files in, build, program, files out, usage. Limits of fuel and time span all steps; what a
//! compiler says is part of the output, and a snippet that does not compile is an outcome like any other.

use super::built::{Built, BuiltKey, BuiltPrograms};
use runcell_cell::cell::{self, Argument, Entry, Guard, Interrupt, Program, StepBudget, StepEnd, StepReport};
use runcell_cell::engine::Host;
use runcell_cell::fs::{BaseTree, FileTree, FsError, Quota};
use runcell_cell::limit::LimitHit;
use runcell_cell::output::OutputBuffer;
use runcell_cell::stdin::{Stdin, StdinReader};
use runcell_cell::wasi::Wasi;
use runcell_model::file::{GuestPath, OutputFile, Wanted};
use runcell_model::limits::LimitKind;
use runcell_model::outcome::{Ending, Outcome, RunPlace};
use runcell_model::run::RunSpec;
use runcell_model::usage::Usage;
use runcell_runtimes::manifest::{CallText, ProductRun};
use runcell_runtimes::prepare::{LoadedRuntime, environment};
use runcell_runtimes::template::{Template, run_hex};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio_util::sync::CancellationToken;

/// What every run of a process shares.
pub(crate) struct Shared {
    /// Where programs that were built are compiled for.
    pub(crate) host: Host,
    pub(crate) built: BuiltPrograms,
    /// Whether a compilation went on after the run that it was for: it cannot be interrupted, only its process ended.
    pub(crate) stranded: AtomicBool,
}

/// A run under way.
pub(crate) struct Execution<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) runtime: &'a LoadedRuntime,
    pub(crate) spec: &'a RunSpec,
    pub(crate) output: Arc<OutputBuffer>,
    pub(crate) guard: Guard,
    started: Instant,
    pub(crate) fuel_left: u64,
    pub(crate) usage: Usage,
}

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

    /// The snippet's file.
    pub(crate) fn main_file(&self) -> String {
        let name = self.spec.code_name.as_ref().map_or(&*self.runtime.manifest().main_file, GuestPath::as_str);
        name.to_owned()
    }

    /// A tree with the run's files.
    pub(crate) fn files(&self, base: Arc<BaseTree>, quota: Quota) -> Result<FileTree, Ending> {
        let mut tree = FileTree::new(base, quota);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let mut put = |path: String, bytes: Vec<u8>| match tree.put(&path, Arc::new(bytes), now) {
            Ok(_) => Ok(()),
            Err(FsError::Limit(hit)) => Err(hit.into()),
            // The service refuses names that clash; this is the same check at the last moment.
            Err(FsError::Errno(errno)) => {
                self.say(&format!("runcell: cannot put the file {path} in place: {errno}\n"));
                Err(Ending::Completed { exit_code: 1 })
            }
        };
        put(format!("/work/{}", self.main_file()), self.snippet().into_owned())?;
        for file in &self.spec.files {
            put(file.path.absolute(), file.bytes.clone())?;
        }
        Ok(tree)
    }

    fn say(&self, text: &str) {
        // What goes over the limit of output is cut, and the run is ending anyway.
        let _ = self.output.write(runcell_model::run::OutputStream::Stderr, text.as_bytes());
    }

    /// The snippet as it becomes a file.
    fn snippet(&self) -> Cow<'_, [u8]> {
        let rule = &self.runtime.manifest().snippet;
        let code = &self.spec.code;
        let holds =
            |text: &String| code.windows(text.len().max(1)).any(|part| part.eq_ignore_ascii_case(text.as_bytes()));
        if rule.prefix.is_empty() || rule.unless.iter().any(holds) {
            return Cow::Borrowed(code);
        }
        let first_line = code.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let start = if first_line.starts_with(b"#!") { first_line.len() } else { 0 };
        Cow::Owned([&code[..start], rule.prefix.as_bytes(), &code[start..]].concat())
    }

    /// The values that the manifest's texts may use.
    pub(crate) fn template(&self) -> Template {
        let program = format!("/work/{}", self.main_file());
        let share = self.runtime.manifest().run.memory_share_percent;
        let memory_share_mib = (self.spec.limits.get(LimitKind::Memory) >> 20) * share / 100;
        let run_hex = run_hex(&program, &self.spec.args, &self.spec.env);
        let mut template = Template::default()
            .text("program", program)
            .text("program_name", self.main_file())
            .text("run_hex", run_hex)
            .text("memory_share_mib", memory_share_mib.to_string())
            .list("args", self.spec.args.clone())
            .lists(&self.runtime.manifest().lists);
        for option in &self.runtime.manifest().options {
            let value = self.option(&option.name);
            let flags = option.values.get(value).cloned().unwrap_or_default();
            template = template.list(&format!("option.{}", option.name), flags);
        }
        template
    }

    /// The value of an option: the caller's, or the default.
    pub(crate) fn option(&self, name: &str) -> &str {
        let given = self.spec.options.get(name).map(String::as_str);
        let default = || self.runtime.manifest().options.iter().find(|option| option.name == name);
        given.or_else(|| default().map(|option| option.default.as_str())).unwrap_or_default()
    }

    /// What is run at last, and how.
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
        let key = BuiltKey::of(self);
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

    fn out_of_fuel(&self) -> LimitHit {
        let allowed = self.spec.limits.get(LimitKind::Fuel);
        LimitHit { kind: LimitKind::Fuel, allowed, used: allowed }
    }

    /// Runs one step and counts what it used.
    pub(crate) async fn step(&mut self, program: &Program, entry: &Entry, wasi: Wasi, memory_bytes: u64) -> StepReport {
        let limits = &self.spec.limits;
        let budget = StepBudget {
            fuel: self.fuel_left,
            memory_bytes,
            table_elements: limits.get(LimitKind::TableElements),
            stack_bytes: limits.get(LimitKind::Stack),
        };
        let mut report = cell::run_step(program, entry, wasi, budget, &self.guard).await;
        if let Ok(StepEnd::Limit(hit)) = &mut report.end
            && hit.kind == LimitKind::Fuel
        {
            *hit = self.out_of_fuel();
        }
        self.fuel_left = report.fuel_left;
        self.usage.memory_bytes = self.usage.memory_bytes.max(report.memory_peak);
        self.usage.cpu_us += micros(report.cpu);
        report
    }

    /// The words of an outcome for the end of a step.
    pub(crate) fn ending(&self, end: &Result<StepEnd, Interrupt>) -> Ending {
        match end {
            Ok(StepEnd::Exit(exit_code)) => Ending::Completed { exit_code: *exit_code },
            Ok(StepEnd::Crash(kind, message)) => Ending::Crashed { kind: *kind, message: message.clone() },
            Ok(StepEnd::Limit(hit)) => (*hit).into(),
            Err(interrupt) => self.interrupted(*interrupt),
        }
    }

    /// The words of an outcome for an interrupt.
    pub(crate) fn interrupted(&self, interrupt: Interrupt) -> Ending {
        match interrupt {
            Interrupt::Deadline => Ending::TimedOut { allowed_ms: self.spec.limits.get(LimitKind::WallTime) },
            Interrupt::Cancelled => Ending::Cancelled,
        }
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
        let (output, usage, place) = (self.output.output(), self.usage, RunPlace::default());
        Outcome { ending, output, files, missing_files, usage, place }
    }
}

pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The files that match a request, and the parts of the request that matched none.
fn collect(tree: &FileTree, wanted: &[String]) -> (Vec<OutputFile>, Vec<String>) {
    let mut wanted = Wanted::new(wanted);
    if !wanted.is_empty() {
        tree.visit_work_files(&mut |path: &[u8], node| {
            wanted.offer(String::from_utf8_lossy(path).into_owned(), || tree.read_all(node).ok());
        });
    }
    wanted.finish()
}
