//! A run under way: what it works on, what it has left, and what every step of it needs.
//!
//! Owns the run's files, the values of placeholders, the counting of fuel and memory over all steps, and how the end of a
//! step becomes the end of the run. Which steps there are is decided in `execute` and `build`.

use super::built::BuiltPrograms;
use super::component_host::Components;
use runcell_cell::cell::{self, Entry, Guard, Interrupt, Program, StepBudget, StepEnd, StepReport};
use runcell_cell::engine::Host;
use runcell_cell::fs::{BaseTree, FileTree, FsError, Quota};
use runcell_cell::limit::LimitHit;
use runcell_cell::output::OutputBuffer;
use runcell_cell::wasi::Wasi;
use runcell_component::ComponentProgram;
use runcell_model::file::GuestPath;
use runcell_model::limits::LimitKind;
use runcell_model::outcome::Ending;
use runcell_model::run::RunSpec;
use runcell_model::usage::Usage;
use runcell_runtimes::manifest::Build;
use runcell_runtimes::prepare::LoadedRuntime;
use runcell_runtimes::template::{Template, run_hex};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// The parts that all runs of a process share.
pub(crate) struct Shared {
    /// The engine that programs of snippets are compiled for.
    pub(crate) host: Host,
    pub(crate) components: Arc<Components>,
    pub(crate) built: BuiltPrograms,
    /// Whether a compilation went on after its run ended. It cannot be interrupted; only the end of the process stops it.
    pub(crate) stranded: AtomicBool,
}

/// The fuel that steps draw from.
#[derive(Clone, Copy)]
pub(crate) struct Fuel {
    /// The amount at the beginning.
    pub(crate) allowed: u64,
    /// The amount that is left.
    pub(crate) left: u64,
}

impl Fuel {
    pub(crate) fn of(allowed: u64) -> Self {
        Self { allowed, left: allowed }
    }
}

/// A run under way.
pub(crate) struct Execution<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) runtime: &'a LoadedRuntime,
    pub(crate) spec: &'a RunSpec,
    pub(crate) output: Arc<OutputBuffer>,
    pub(crate) guard: Guard,
    /// The time that may pass until the guard's deadline, from when it was set.
    pub(crate) wall: Duration,
    pub(crate) started: Instant,
    /// When it began, in nanoseconds since 1970: the time of the files that it begins with.
    pub(crate) begun_ns: u64,
    pub(crate) fuel: Fuel,
    pub(crate) usage: Usage,
}

impl Execution<'_> {
    /// The snippet's file.
    pub(crate) fn main_file(&self) -> String {
        let name = self.spec.code_name.as_ref().map_or(&*self.runtime.manifest().main_file, GuestPath::as_str);
        name.to_owned()
    }

    /// Whether the snippet is a program already, and no source.
    pub(crate) fn brings_program(&self) -> bool {
        self.runtime.manifest().build.as_ref().is_some_and(Build::is_done)
    }

    /// A tree with the run's files. A program that the user brings is not among them: it would count as one of its own files.
    pub(crate) fn files(&self, base: Arc<BaseTree>, quota: Quota) -> Result<FileTree, Ending> {
        let mut tree = FileTree::new(base, quota);
        let mut put = |path: String, bytes: Vec<u8>| match tree.put(&path, Arc::new(bytes), self.begun_ns) {
            Ok(_) => Ok(()),
            Err(FsError::Limit(hit)) => Err(hit.into()),
            // The service refuses names that clash; this is the same check at the last moment.
            Err(FsError::Errno(errno)) => {
                self.say(&format!("runcell: cannot put the file {path} in place: {errno}\n"));
                Err(Ending::Completed { exit_code: 1 })
            }
        };
        if !self.brings_program() {
            put(format!("/work/{}", self.main_file()), self.snippet().into_owned())?;
        }
        for file in &self.spec.files {
            put(file.path.absolute(), file.bytes.clone())?;
        }
        Ok(tree)
    }

    /// Writes to the program's stderr.
    pub(crate) fn say(&self, text: &str) {
        // Output beyond the limit is cut, and the run is ending anyway.
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

    /// Whether the snippet or a file of the run holds a text.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let mut texts = std::iter::once(&self.spec.code).chain(self.spec.files.iter().map(|file| &file.bytes));
        texts.any(|source| String::from_utf8_lossy(source).contains(text))
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

    pub(crate) fn out_of_fuel(&self) -> LimitHit {
        let allowed = self.fuel.allowed;
        LimitHit { kind: LimitKind::Fuel, allowed, used: allowed }
    }

    /// Runs one step and counts what it used.
    pub(crate) async fn step(&mut self, program: &Program, entry: &Entry, wasi: Wasi, memory_bytes: u64) -> StepReport {
        let report = cell::run_step(program, entry, wasi, self.budget(memory_bytes), &self.guard).await;
        self.count(report)
    }

    /// Runs a component, which is a step like any other, and counts what it used.
    pub(crate) async fn run_component(
        &mut self,
        program: &ComponentProgram,
        wasi: Wasi,
        memory_bytes: u64,
    ) -> StepReport {
        let report = runcell_component::run(program, wasi, self.budget(memory_bytes), &self.guard).await;
        self.count(report)
    }

    fn budget(&self, memory_bytes: u64) -> StepBudget {
        let limits = &self.spec.limits;
        StepBudget {
            fuel: self.fuel.left,
            memory_bytes,
            table_elements: limits.get(LimitKind::TableElements),
            stack_bytes: limits.get(LimitKind::Stack),
        }
    }

    fn count(&mut self, mut report: StepReport) -> StepReport {
        if let Ok(StepEnd::Limit(hit)) = &mut report.end
            && hit.kind == LimitKind::Fuel
        {
            *hit = self.out_of_fuel();
        }
        self.usage.fuel += self.fuel.left.saturating_sub(report.fuel_left);
        self.fuel.left = report.fuel_left;
        self.usage.memory_bytes = self.usage.memory_bytes.max(report.memory_peak);
        self.usage.cpu_us += micros(report.cpu);
        report
    }

    /// How a run ends whose step ended like this.
    pub(crate) fn ending(&self, end: &Result<StepEnd, Interrupt>) -> Ending {
        match end {
            Ok(StepEnd::Exit(exit_code)) => Ending::Completed { exit_code: *exit_code },
            Ok(StepEnd::Crash(kind, message)) => Ending::Crashed { kind: *kind, message: message.clone() },
            Ok(StepEnd::Limit(hit)) => (*hit).into(),
            Err(interrupt) => self.interrupted(*interrupt),
        }
    }

    /// How a run ends that was interrupted.
    pub(crate) fn interrupted(&self, interrupt: Interrupt) -> Ending {
        match interrupt {
            Interrupt::Deadline => Ending::TimedOut { allowed_ms: millis(self.wall) },
            Interrupt::Cancelled => Ending::Cancelled,
        }
    }
}

/// The time that a run may take in all: its own, and that of a build which has time of its own.
pub(crate) fn most_wall(runtime: &LoadedRuntime, spec: &RunSpec) -> Duration {
    let wall = Duration::from_millis(spec.limits.get(LimitKind::WallTime));
    let times = runtime.manifest().build.as_ref().and_then(|build| build.times);
    wall.saturating_mul(1 + times.unwrap_or(0))
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
