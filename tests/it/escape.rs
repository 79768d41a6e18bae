//! Attacks on the walls, one file an attack. Each must have no effect, and its run must end as it is written down there.
//!
//! Owns what the attacks share: limits, files of the host that must stay as they are, WebAssembly texts with all of WASI
//! imported, and peak memory of a process. Owns no test. Where success could go unnoticed, the same code is also let
//! loose on something that it may reach.

mod advisory;
mod cache;
mod compiler;
mod cpu;
mod decompress;
mod descriptor;
mod file;
mod host_call;
mod leak;
mod memory;
mod network;
mod output;
mod process;
mod quota;
mod stack;

use crate::harness::{WatRuntime, binary, prepare, report};
use runcell::file::{GuestPath, InputFile};
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::{Ending, Outcome};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A limit other than the default.
pub fn limited(kind: LimitKind, value: u64) -> LimitsRequest {
    LimitsRequest::default().with(kind, value)
}

/// Demands that a limit stopped a run; returns what was used.
#[track_caller]
pub fn expect_limit(outcome: &Outcome, kind: LimitKind, allowed: u64) -> u64 {
    match outcome.ending {
        Ending::Terminated { limit, allowed: named, used } if limit == kind && named == allowed => used,
        _ => panic!("expected the limit {kind} with {allowed} allowed, not {}", report(outcome)),
    }
}

/// A file in `/work`.
pub fn file(path: &str, bytes: &[u8]) -> InputFile {
    InputFile { path: GuestPath::new(path).unwrap(), bytes: bytes.to_vec() }
}

/// A file of the host that no guest may see.
pub struct Canary {
    dir: tempfile::TempDir,
}

/// The contents of the canary.
pub const SECRET: &str = "canary-5c1f7e0b9d";

impl Canary {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("canary"), SECRET).unwrap();
        Self { dir }
    }

    /// Its absolute path.
    pub fn path(&self) -> String {
        self.dir.path().join("canary").display().to_string()
    }

    /// A path beside it at which nothing lies, and nothing may ever lie.
    pub fn marker(&self) -> String {
        self.dir.path().join("marker").display().to_string()
    }

    /// Demands that nobody changed it, made something beside it, or heard of what it says.
    #[track_caller]
    pub fn expect_untouched(&self, outcome: &Outcome) {
        let names: Vec<_> = fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["canary"], "{}", report(outcome));
        assert_eq!(fs::read_to_string(self.path()).unwrap(), SECRET, "{}", report(outcome));
        assert!(!report(outcome).contains(SECRET), "{}", report(outcome));
    }
}

/// Every function of WASI with the types of its parameters; `i` is an i32, `l` an i64.
pub const FUNCTIONS: [(&str, &str); 45] = [
    ("args_get", "ii"),
    ("args_sizes_get", "ii"),
    ("clock_res_get", "ii"),
    ("clock_time_get", "ili"),
    ("environ_get", "ii"),
    ("environ_sizes_get", "ii"),
    ("fd_advise", "illi"),
    ("fd_allocate", "ill"),
    ("fd_close", "i"),
    ("fd_datasync", "i"),
    ("fd_fdstat_get", "ii"),
    ("fd_fdstat_set_flags", "ii"),
    ("fd_fdstat_set_rights", "ill"),
    ("fd_filestat_get", "ii"),
    ("fd_filestat_set_size", "il"),
    ("fd_filestat_set_times", "illi"),
    ("fd_pread", "iiili"),
    ("fd_prestat_dir_name", "iii"),
    ("fd_prestat_get", "ii"),
    ("fd_pwrite", "iiili"),
    ("fd_read", "iiii"),
    ("fd_readdir", "iiili"),
    ("fd_renumber", "ii"),
    ("fd_seek", "ilii"),
    ("fd_sync", "i"),
    ("fd_tell", "ii"),
    ("fd_write", "iiii"),
    ("path_create_directory", "iii"),
    ("path_filestat_get", "iiiii"),
    ("path_filestat_set_times", "iiiilli"),
    ("path_link", "iiiiiii"),
    ("path_open", "iiiiillii"),
    ("path_readlink", "iiiiii"),
    ("path_remove_directory", "iii"),
    ("path_rename", "iiiiii"),
    ("path_symlink", "iiiii"),
    ("path_unlink_file", "iii"),
    ("poll_oneoff", "iiii"),
    ("proc_raise", "i"),
    ("random_get", "ii"),
    ("sched_yield", ""),
    ("sock_accept", "iii"),
    ("sock_recv", "iiiiii"),
    ("sock_send", "iiiii"),
    ("sock_shutdown", "ii"),
];

/// A program on all of WASI, with 8 pages of memory. `$note` keeps a number of 16 bits, which are written to stdout at the
/// end: see [`notes`]. `fields` are further fields of the module; the last 64 KiB belong to the notes.
pub fn wasi(fields: &str, body: &str) -> String {
    let kind = |letter| if letter == 'i' { " i32" } else { " i64" };
    let import = |(name, params): &(&str, &str)| {
        let params: String = params.chars().map(kind).collect();
        format!("(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param{params}) (result i32)))\n")
    };
    let imports: String = FUNCTIONS.iter().map(import).collect();
    format!(
        r#"(module {imports} (memory (export "memory") 8) {fields}
        (global $notes (mut i32) (i32.const 458768))
        (func $note (param i32)
            (i32.store16 (global.get $notes) (local.get 0))
            (global.set $notes (i32.add (global.get $notes) (i32.const 2))))
        (func (export "_start") (local $i i32) (local $n i32) {body}
            (i32.store (i32.const 458752) (i32.const 458768))
            (i32.store (i32.const 458756) (i32.sub (global.get $notes) (i32.const 458768)))
            (drop (call $fd_write (i32.const 1) (i32.const 458752) (i32.const 1) (i32.const 458760)))))"#
    )
}

/// Runs such a program under default limits and returns its notes.
#[track_caller]
pub fn notes(fields: &str, body: &str) -> Vec<u16> {
    notes_of(&WatRuntime::new(&wasi(fields, body)).run(|_| ()))
}

/// The notes of a run, which must have ended well.
#[track_caller]
pub fn notes_of(outcome: &Outcome) -> Vec<u16> {
    assert!(outcome.is_success(), "{}", report(outcome));
    outcome.output.stdout.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// The line that a program prints, so that the next one can be shown to run.
#[track_caller]
pub fn expect_next_run_is_well() {
    let outcome = crate::harness::run_code("php", "echo 6 * 7;");
    crate::harness::expect_stdout(&outcome, "42");
}

/// Runs `runcell run-code` in a process of its own; returns what it said and its peak of resident memory in bytes.
pub fn run_alone(runtime: &str, code: &str, args: &[&str], envs: &[(&str, PathBuf)]) -> (Output, u64) {
    if envs.is_empty() {
        prepare(runtime);
    }
    let mut command: Command = binary();
    command.args(["run-code", runtime, code]).args(args).envs(envs.iter().map(|(name, value)| (name, value)));
    let process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", process.id());
    let peak = std::thread::spawn(move || {
        let mut peak = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(kib) = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()) else {
                break;
            };
            peak = peak.max(kib << 10);
            std::thread::sleep(Duration::from_millis(3));
        }
        peak
    });
    let output = process.wait_with_output().unwrap();
    (output, peak.join().unwrap())
}
