//! Poisoned cache entries: machine code and memory that are not what runcell made are found, thrown away and made again,
//! and a folder that others can write to is not used at all.
//!
//! Every test has a cache of its own with nothing in it but a small runtime whose program ends with 42. What is put in
//! its place would end with 66, so that a test sees whether it ran.

use crate::harness::{IMAGE_MANIFEST, add_runtime, binary};
use crate::need::needs;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const GOOD: i32 = 42;
const EVIL: i32 = 66;
const FAILED: i32 = 125;

/// A runtime whose image says how it ends.
const WAT: &str = r#"
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 8)
  (func (export "setup") (memory.fill (i32.const 0) (i32.const CODE) (i32.const 131072)))
  (func (export "alloc") (param i32) (result i32) (i32.const 262144))
  (func (export "run") (param i32 i32)
    (if (i32.eq (i32.load8_u (i32.const 70000)) (i32.const CODE)) (then (call $exit (i32.const CODE))))
    (call $exit (i32.const 66))))"#;

/// A cache, and a runtime in it that is ready.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new(code: i32) -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        let wat = WAT.replace("CODE", &code.to_string());
        add_runtime(&place.dir.path().join("runtimes"), "small", &wat, IMAGE_MANIFEST);
        place.expect(code, "");
        place
    }

    fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    /// The one file of that kind and name.
    fn file(&self, kind: &str, name: &str) -> PathBuf {
        let entries = fs::read_dir(self.cache().join("entries")).unwrap().map(|entry| entry.unwrap().path());
        let mut entries = entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(kind));
        entries.next().unwrap().join(name)
    }

    fn command(&self) -> Command {
        let mut command = binary();
        command.env("RUNCELL_CACHE_DIR", self.cache()).env("RUNCELL_RUNTIMES_DIR", self.dir.path().join("runtimes"));
        command.args(["run-code", "small", ""]).stdin(Stdio::null());
        command
    }

    /// Demands an exit code and words on stderr.
    #[track_caller]
    fn expect(&self, code: i32, words: &str) {
        let output = self.command().output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(code) && said.contains(words),
            "not {code} and {words:?}: {:?} {said}",
            output.status
        );
    }

    /// Demands that poison was found and something good was put in its place, once.
    #[track_caller]
    fn expect_mended(&self, words: &str) {
        self.expect(GOOD, words);
        let output = self.command().output().unwrap();
        assert!(output.status.code() == Some(GOOD) && output.stderr.is_empty(), "{output:?}");
    }
}

/// Changes the bytes of a file where it lies.
fn edit(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn every_flipped_byte_is_found() {
    let place = Place::new(GOOD);
    for (kind, name) in [("module-", "code.cwasm"), ("image-", "memory.img")] {
        let path = place.file(kind, name);
        let len = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
        for at in [0, 4, 16, 0x40, len / 3, len / 2, len - 100, len - 1] {
            edit(&path, |bytes| bytes[at] ^= 0x80);
            place.expect_mended("does not have the digest that it was recorded with");
        }
    }
}

#[test]
fn shorter_and_longer_files_are_found() {
    let place = Place::new(GOOD);
    for (kind, name) in [("module-", "code.cwasm"), ("image-", "memory.img")] {
        let path = place.file(kind, name);
        for len in [0, 1, 4096] {
            edit(&path, |bytes| bytes.truncate(len));
            place.expect_mended("bytes long instead of");
        }
        edit(&path, |bytes| bytes.push(0));
        place.expect_mended("bytes long instead of");
    }
}

/// Whole machine code of another program, made by the same engine: what the engine itself would load without a word.
#[test]
fn other_code_in_the_place_of_ours_does_not_run() {
    let evil = Place::new(EVIL);
    let good = Place::new(GOOD);
    for (kind, name) in [("module-", "code.cwasm"), ("image-", "memory.img")] {
        let path = good.file(kind, name);
        let times = fs::metadata(&path).unwrap().modified().unwrap();
        fs::copy(evil.file(kind, name), &path).unwrap();
        // Dated back, so that only what nobody can forge tells.
        fs::File::options().write(true).open(&path).unwrap().set_modified(times).unwrap();
        good.expect_mended("will be made anew");
    }
    // An entry that is gone is made again.
    fs::remove_dir_all(good.file("module-", "")).unwrap();
    good.expect(GOOD, "");
}

#[test]
fn records_that_are_none_are_found() {
    let place = Place::new(GOOD);
    let path = place.file("module-", "record.json");
    for text in ["", "{", "null", "[]", "{\"files\":3}", "\0\0\0\0"] {
        fs::write(&path, text).unwrap();
        place.expect_mended("is not a record");
    }
    fs::remove_file(&path).unwrap();
    place.expect_mended("cannot be read");
}

/// Links lead to where others may write: neither a folder nor a file of an entry may be one. The target stays as it is.
#[test]
fn links_in_the_place_of_entries_are_not_followed() {
    let evil = Place::new(EVIL);
    let place = Place::new(GOOD);
    for (kind, name) in [("module-", "code.cwasm"), ("image-", "memory.img"), ("module-", "record.json")] {
        let (path, elsewhere) = (place.file(kind, name), place.dir.path().join("elsewhere"));
        // Even where it leads to the very same bytes.
        fs::rename(&path, &elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        place.expect_mended("is a link");
        assert!(elsewhere.is_file());
        fs::remove_file(&elsewhere).unwrap();
    }
    let (entry, target) = (place.file("module-", ""), evil.file("module-", ""));
    fs::remove_dir_all(&entry).unwrap();
    symlink(&target, entry.to_str().unwrap().trim_end_matches('/')).unwrap();
    place.expect_mended("is a link");
    assert!(target.join("code.cwasm").is_file(), "what a link points to is not removed");
}

#[test]
fn entries_that_others_can_write_are_made_again() {
    let place = Place::new(GOOD);
    for (kind, name) in
        [("module-", "code.cwasm"), ("image-", "memory.img"), ("module-", "record.json"), ("module-", "")]
    {
        for mode in [0o777, 0o775, 0o702] {
            let path = place.file(kind, name);
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            place.expect_mended("can be written by others");
            assert_eq!(fs::metadata(place.file(kind, name)).unwrap().mode() & 0o022, 0);
        }
    }
}

#[test]
fn entries_of_another_user_are_made_again() {
    needs!(ROOT);
    let place = Place::new(GOOD);
    chown(place.file("module-", "code.cwasm"), Some(65534), None).unwrap();
    place.expect_mended("belongs to another user");
    chown(place.cache().join("entries"), Some(65534), None).unwrap();
    place.expect(FAILED, "belongs to another user or can be written by others");
}

#[test]
fn a_cache_that_others_can_write_is_refused() {
    let place = Place::new(GOOD);
    for folder in [place.cache(), place.cache().join("entries")] {
        for mode in [0o777, 0o1777, 0o775] {
            fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
            place.expect(FAILED, "machine code is loaded from it");
        }
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        place.expect(GOOD, "");
    }
}

/// A user who lets others write by habit still gets a cache that they cannot write to.
#[test]
fn a_lax_mask_does_not_open_the_cache() {
    let place = Place::new(GOOD);
    fs::remove_dir_all(place.cache()).unwrap();
    let command = place.command();
    let mut lax = Command::new("sh");
    lax.args(["-c", "umask 000; exec \"$0\" run-code small ''"]).arg(command.get_program()).stdin(Stdio::null());
    lax.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_eq!(lax.output().unwrap().status.code(), Some(GOOD));
    for (kind, name) in
        [("module-", ""), ("module-", "code.cwasm"), ("module-", "record.json"), ("image-", "memory.img")]
    {
        let mode = fs::metadata(place.file(kind, name)).unwrap().mode();
        assert_eq!(mode & 0o022, 0, "{kind}{name}: {mode:o}");
    }
    place.expect(GOOD, "");
}
