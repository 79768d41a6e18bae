//! The parts that tests share: a service over the ordinary cache, requests in three lines, failures that print everything.
//!
//! Owns no test. Nothing here is a stand-in: assets, runtimes and cells are the real ones.

use runcell::caller::{Caller, Face};
use runcell::config::Config;
use runcell::outcome::{Ending, Outcome};
use runcell::service::{RunRequest, Service, ServiceError, Stdin, WorkerProgram};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// The cache of the tests: `RUNCELL_CACHE_DIR`, or the user's own, so that nothing is prepared twice.
pub fn cache_dir() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home folder"));
    let xdg = || std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home().join(".cache"), PathBuf::from);
    std::env::var_os("RUNCELL_CACHE_DIR").map_or_else(|| xdg().join("runcell"), PathBuf::from)
}

/// The tokio runtime of the tests.
pub fn tokio() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("starts"))
}

/// One service for all tests that need no configuration. Guests run in worker processes, as behind every server.
pub fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| start(Config::default(), cache_dir(), None))
}

/// A service with workers.
pub fn start(config: Config, cache: PathBuf, runtimes: Option<PathBuf>) -> Service {
    Service::start_with_workers(config, cache, runtimes, worker_program()).expect("starts")
}

/// The program of worker processes.
pub fn worker_program() -> WorkerProgram {
    WorkerProgram { program: env!("CARGO_BIN_EXE_runcell").into(), arguments: vec!["worker".into()] }
}

/// The caller in tests that are not about rights.
pub fn me() -> &'static Caller {
    static ME: OnceLock<Caller> = OnceLock::new();
    ME.get_or_init(|| Caller::operator(Face::Library))
}

/// A request with a runtime by name.
pub fn request(runtime: &str, code: &str) -> RunRequest {
    RunRequest::new(runtime.parse().expect("a runtime's name"), code)
}

/// Runs a request on the shared service.
pub fn run(request: RunRequest) -> Outcome {
    try_run(request).expect("can be run")
}

/// The same, where it may be refused.
pub fn try_run(request: RunRequest) -> Result<Outcome, ServiceError> {
    tokio().block_on(service().runs(me()).run(request))
}

/// Runs a snippet without further ado.
pub fn run_code(runtime: &str, code: &str) -> Outcome {
    run(request(runtime, code))
}

/// Makes a runtime ready.
pub fn prepare(runtime: &str) {
    let name = runtime.parse().expect("a runtime's name");
    tokio().block_on(service().runtimes(me()).prepare(&name).expect("there is one").ready()).expect("can be prepared");
}

/// Text as stdin.
pub fn stdin(text: &str) -> Stdin {
    Stdin::Bytes(text.as_bytes().to_vec())
}

/// stdout as text.
pub fn stdout(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.output.stdout).into_owned()
}

/// stderr as text.
pub fn stderr(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.output.stderr).into_owned()
}

/// Everything about an outcome, to be printed with a failure.
pub fn report(outcome: &Outcome) -> String {
    let (out, err) = (stdout(outcome), stderr(outcome));
    format!("{:?}\n--- stdout\n{out}\n--- stderr\n{err}\n--- {:?}", outcome.ending, outcome.usage)
}

/// Demands exit code 0 and this stdout.
#[track_caller]
pub fn expect_stdout(outcome: &Outcome, expected: &str) {
    let good = outcome.is_success() && stdout(outcome) == expected;
    assert!(good, "expected {expected:?} and exit code 0, not {}", report(outcome));
}

/// Demands an exit code.
#[track_caller]
pub fn expect_exit(outcome: &Outcome, code: u32) {
    assert_eq!(outcome.ending, Ending::Completed { exit_code: code }, "{}", report(outcome));
}

/// A service with a runtime of its own: a WebAssembly text whose `_start` is the attack. The snippet is ignored.
pub struct WatRuntime {
    service: Service,
    _dir: tempfile::TempDir,
}

impl WatRuntime {
    /// Compiles the text and adds it as the runtime `attack`.
    pub fn new(wat: &str) -> Self {
        Self::with_config(wat, Config::default())
    }

    /// The same with a configuration.
    pub fn with_config(wat: &str, mut config: Config) -> Self {
        config.workers.count = config.workers.count.max(1);
        let dir = tempfile::tempdir().expect("a folder");
        add_runtime(dir.path(), "attack", wat, &command_manifest("attack"));
        let service = start(config, cache_dir(), Some(dir.path().to_owned()));
        Self { service, _dir: dir }
    }

    /// Runs the attack.
    pub fn run(&self, change: impl FnOnce(&mut RunRequest)) -> Outcome {
        let mut request = request("attack", "-");
        change(&mut request);
        tokio().block_on(self.service.runs(me()).run(request)).expect("can be run")
    }

    /// The service, for runs of other shapes.
    pub fn service(&self) -> &Service {
        &self.service
    }
}

/// The manifest of a runtime whose image is made by `setup` and called by `run`.
pub const IMAGE_MANIFEST: &str = r#"
name = "small"
title = "Small"
summary = ""
main_file = "main.txt"
default_version = "1"
versions = [{ version = "1" }]
modules.small.file = "small.wasm"
image = { module = "small", allocator = "alloc", setup = [{ export = "setup" }] }
run = { call = { export = "run", with = [{ text = "go" }] } }
"#;

/// The manifest of a runtime that runs a module as a command.
pub fn command_manifest(name: &str) -> String {
    format!(
        "name = \"{name}\"\ntitle = \"\"\nsummary = \"\"\nmain_file = \"main.wat\"\ndefault_version = \"1\"\n\
         versions = [{{ version = \"1\" }}]\nmodules.{name}.file = \"{name}.wasm\"\n\
         run = {{ module = \"{name}\", args = [\"{name}\"] }}\n"
    )
}

/// Adds a runtime made of a module in text form to a folder of runtimes.
pub fn add_runtime(runtimes: &Path, name: &str, wat: &str, manifest: &str) {
    let folder = runtimes.join(name);
    fs::create_dir_all(&folder).expect("creates");
    fs::write(folder.join(format!("{name}.wasm")), wat::parse_str(wat).expect("a module")).expect("writes");
    fs::write(folder.join("runtime.toml"), manifest).expect("writes");
}

/// Waits until something is so.
#[track_caller]
pub fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(60), "not within 60 s: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The processes that a process started.
pub fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()).collect()
}

/// The processor time that a process has used.
pub fn processor_time(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().expect("ticks")).sum();
    Duration::from_millis(ticks * 10)
}

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command line program.
pub fn binary() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_runcell"));
    command.env("RUNCELL_CACHE_DIR", cache_dir()).env_remove("RUNCELL_CONFIG").env_remove("RUNCELL_LOG");
    command
}
