//! Traps that a tool leaves in `out` to make us read, write or remove elsewhere, or to make us stop.

use super::place::everything;
use super::place::{Place, request, run, submit};
use runcell::job::JobId;
use runcell::store::{FileError, JobFolder, Store, StoreConfig};
use rustix::fs::{CWD, FileType, Mode, OFlags};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

async fn job(place: &Place) -> (Store, JobId, PathBuf) {
    let store = place.open().await;
    let id = submit(&store, request()).await.id;
    let out = place.out(id);
    (store, id, out)
}

/// Ends and removes a job.
async fn remove(store: &Store, id: JobId) {
    everything(store).cancel(id).await.unwrap();
    everything(store).remove(id).await.unwrap();
}

/// A folder with everything that is no plain file.
fn fill(out: &Path, secret: &Path) -> Vec<&'static str> {
    symlink(secret, out.join("link")).unwrap();
    symlink("plain", out.join("inner-link")).unwrap();
    symlink(secret.parent().unwrap(), out.join("folder-link")).unwrap();
    symlink("link-loop", out.join("link-loop")).unwrap();
    symlink("/proc/self/fd/0", out.join("descriptor")).unwrap();
    fs::create_dir(out.join("folder")).unwrap();
    UnixListener::bind(out.join("socket")).unwrap();
    assert!(Command::new("mkfifo").arg(out.join("pipe")).status().unwrap().success());
    let mut names = vec![
        "link",
        "inner-link",
        "folder-link",
        "folder-link/secret",
        "link-loop",
        "descriptor",
        "folder",
        "socket",
        "pipe",
    ];
    if rustix::process::geteuid().is_root() {
        let full = rustix::fs::makedev(1, 7);
        let made = rustix::fs::mknodat(CWD, out.join("device"), FileType::CharacterDevice, Mode::RUSR, full);
        made.expect("root makes devices");
        names.push("device");
    }
    names
}

#[test]
fn only_plain_files_are_opened() {
    run(async {
        let place = Place::sqlite();
        let (store, id, out) = job(&place).await;
        let secret = place.dir.path().join("elsewhere/secret");
        fs::create_dir(secret.parent().unwrap()).unwrap();
        fs::write(&secret, "secret").unwrap();
        fs::write(out.join("plain"), "plain").unwrap();
        let names = fill(&out, &secret);
        // All but the folder and the file that one of the links leads to.
        let skipped = names.len() as u64 - 2;
        for name in names {
            let opened = tokio::time::timeout(Duration::from_secs(5), store.files().open_result(id, name)).await;
            let error = opened.unwrap_or_else(|_| panic!("{name}: opening it hangs")).map(|_| ()).expect_err(name);
            assert!(matches!(error, FileError::NotPlain { .. } | FileError::NoResult(_)), "{name}: {error}");
            assert!(store.files().preview(id, name).await.is_err(), "{name}");
        }
        let list = store.files().results(id).await.unwrap();
        assert_eq!(list.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["plain"]);
        assert_eq!(list.skipped, skipped, "{list:?}");
        let usage = store.files().usage(id, 1000).await.unwrap();
        assert!(
            usage.bytes <= 64 << 10 && usage.files == skipped + 2 && !usage.incomplete,
            "links are not followed: {usage:?}"
        );
        remove(&store, id).await;
        assert_eq!(fs::read_to_string(&secret).unwrap(), "secret", "nothing elsewhere is removed");
    });
}

#[test]
fn names_that_lead_out_are_refused() {
    run(async {
        let place = Place::sqlite();
        let (store, id, out) = job(&place).await;
        fs::write(out.join("plain"), "plain").unwrap();
        let absolute = place.data().join("installation").display().to_string();
        let up = "../".repeat(12) + "etc/passwd";
        let names = [
            "",
            "/",
            "..",
            ".",
            "../in/inputs.json",
            &up,
            &absolute,
            "/etc/passwd",
            "plain/..",
            "./plain",
            "plain/",
            "//plain",
            "a\0b",
            "plain\0",
            "plain/x",
            &"x".repeat(300),
            &"x/".repeat(3000),
        ];
        for name in names {
            let error = store.files().open_result(id, name).await.map(|_| ()).expect_err(name);
            assert!(matches!(error, FileError::BadName { .. } | FileError::NoResult(_)), "{name:?}: {error}");
            assert!(error.to_string().len() < 700, "{error}");
        }
        store.files().open_result(id, "plain").await.expect("a good one");
    });
}

#[test]
fn a_folder_that_becomes_a_link_does_not_lead_out() {
    run(async {
        let place = Place::sqlite();
        let (store, id, out) = job(&place).await;
        let elsewhere = place.dir.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("x"), "secret").unwrap();
        fs::create_dir(out.join("real")).unwrap();
        fs::write(out.join("real/x"), "plain").unwrap();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (swaps, stopped) = (out.clone(), stop.clone());
        let swapper = std::thread::spawn(move || {
            symlink(&elsewhere, swaps.join("link")).unwrap();
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
                let exchange = rustix::fs::RenameFlags::EXCHANGE;
                rustix::fs::renameat_with(CWD, swaps.join("real"), CWD, swaps.join("link"), exchange).unwrap();
            }
        });
        let mut opened = 0;
        for _ in 0..3000 {
            if let Ok((_, mut file)) = store.files().open_result(id, "real/x").await {
                let mut text = String::new();
                std::io::Read::read_to_string(&mut file, &mut text).unwrap();
                assert_eq!(text, "plain");
                opened += 1;
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        swapper.join().unwrap();
        assert!(opened > 0, "the race was run");
    });
}

#[test]
fn logs_do_not_follow_what_a_tool_put_there() {
    run(async {
        let place = Place::sqlite();
        let (store, id, out) = job(&place).await;
        let secret = place.dir.path().join("secret");
        fs::write(&secret, "secret").unwrap();
        let folder: JobFolder = store.files().job(id);
        assert!(folder.open_log("STDOUT.log").await.unwrap().is_none());
        symlink(&secret, out.join("STDOUT.log")).unwrap();
        assert!(matches!(folder.open_log("STDOUT.log").await, Err(FileError::NotPlain { .. })));
        fs::create_dir(out.join("STDERR.log")).unwrap();
        assert!(matches!(folder.open_log("STDERR.log").await, Err(FileError::NotPlain { .. })));
        fs::remove_file(out.join("STDOUT.log")).unwrap();
        fs::write(out.join("STDOUT.log"), "x").unwrap();
        assert!(folder.open_log("STDOUT.log").await.unwrap().is_some());
        for metadata in ["{\"exit_code\": 3}", "{", &"[".repeat(1 << 21)] {
            fs::write(out.join("_metadata.json"), metadata).unwrap();
            let expected = (metadata.len() == 16).then(|| serde_json::json!({"exit_code": 3}));
            assert_eq!(folder.gotap_metadata().await.unwrap(), expected);
        }
        fs::remove_file(out.join("_metadata.json")).unwrap();
        symlink("/dev/zero", out.join("_metadata.json")).unwrap();
        assert_eq!(folder.gotap_metadata().await.unwrap(), None);
    });
}

#[test]
fn names_of_any_bytes_are_counted_and_removed() {
    run(async {
        let place = Place::sqlite();
        let (store, id, out) = job(&place).await;
        let names: [&[u8]; 5] = [b"\xff\xfe", b"new\nline", b"-rf", b"\x1b[2J", &[b'x'; 255]];
        for name in names {
            fs::create_dir(out.join(OsStr::from_bytes(name))).unwrap();
            fs::write(out.join(OsStr::from_bytes(name)).join("f"), "x").unwrap();
        }
        let list = store.files().results(id).await.unwrap();
        assert_eq!((list.files.len(), list.skipped), (4, 1));
        assert_eq!(store.files().usage(id, 1000).await.unwrap().files, 10);
        remove(&store, id).await;
        assert!(!out.exists());
    });
}

/// Makes folders in each other, one at a time: their path is longer than any call takes.
fn nest(top: &Path, depth: usize) {
    let mut folder = rustix::fs::openat(CWD, top, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap();
    for _ in 0..depth {
        rustix::fs::mkdirat(&folder, "d", Mode::RWXU).unwrap();
        folder = rustix::fs::openat(&folder, "d", OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap();
    }
    let file = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
    rustix::fs::openat(&folder, "bottom", file, Mode::RUSR).unwrap();
}

#[test]
fn folders_as_deep_as_can_be_are_said_and_removed() {
    run(async {
        let place = Place::in_memory();
        let (store, id, out) = job(&place).await;
        nest(&out, 20_000);
        let usage = store.files().usage(id, 1_000_000).await.unwrap();
        assert!(usage.incomplete && usage.files > 90, "{usage:?}");
        assert!(store.files().results(id).await.unwrap().truncated);
        store.files().zip_results(id, std::io::sink()).await.unwrap();
        let begun = Instant::now();
        remove(&store, id).await;
        assert!(!out.exists() && begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        assert_eq!(fs::read_dir(place.data().join("trash")).unwrap().count(), 0);
    });
}

#[test]
fn a_hundred_thousand_files_are_counted_and_removed() {
    run(async {
        let place = Place::in_memory();
        let (store, id, out) = job(&place).await;
        for folder in 0..10 {
            let folder = out.join(folder.to_string());
            fs::create_dir(&folder).unwrap();
            for file in 0..10_000 {
                fs::File::create(folder.join(file.to_string())).unwrap();
            }
        }
        let begun = Instant::now();
        let usage = store.files().usage(id, 1_000_000).await.unwrap();
        assert_eq!((usage.files, usage.incomplete), (100_010, false));
        assert!(begun.elapsed() < Duration::from_secs(60), "counting costs little: {:?}", begun.elapsed());
        let some = store.files().usage(id, 50).await.unwrap();
        assert_eq!((some.files, some.incomplete), (51, true), "it stops when it knows enough");
        let list = store.files().results(id).await.unwrap();
        assert_eq!((list.files.len(), list.summary.artifact_count, list.truncated), (10_000, 100_000, true));
        remove(&store, id).await;
        assert!(!out.exists());
    });
}

#[test]
fn holes_take_no_room() {
    run(async {
        let place = Place::sqlite();
        let (store, id, out) = job(&place).await;
        fs::File::create(out.join("sparse")).unwrap().set_len(1 << 40).unwrap();
        fs::write(out.join("real"), vec![1; 1 << 20]).unwrap();
        let usage = store.files().usage(id, 100).await.unwrap();
        assert!((1 << 20..2 << 20).contains(&usage.bytes), "{usage:?}");
    });
}

#[test]
fn folders_that_were_closed_are_removed() {
    // Root without its powers, so that modes count; and in the trash something of another user.
    let dir = tempfile::tempdir().unwrap();
    let foreign = dir.path().join("data/trash/foreign");
    fs::create_dir_all(foreign.join("inner")).unwrap();
    fs::create_dir(dir.path().join("data/trash/ours")).unwrap();
    let mut command = Command::new("setpriv");
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&foreign, Some(65534), Some(65534)).unwrap();
        command.args(["--bounding-set=-all", "--inh-caps=-all"]);
    }
    command.arg(std::env::current_exe().unwrap()).args([
        "store::hostile::without_powers",
        "--exact",
        "--ignored",
        "--nocapture",
    ]);
    let output = command.env("RUNCELL_TEST_WITHOUT_POWERS", dir.path()).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("REMOVED WITHOUT POWERS"), "{output:?}");
}

#[test]
#[ignore = "another test starts it without powers"]
#[expect(clippy::print_stdout, reason = "the other test wants to know that it ran")]
fn without_powers() {
    let Some(dir) = std::env::var_os("RUNCELL_TEST_WITHOUT_POWERS") else { return };
    run(async move {
        let data = Path::new(&dir).join("data");
        Store::open(StoreConfig::new(data.clone())).await.expect("opens all the same");
        let left = fs::read_dir(data.join("trash")).unwrap().map(|entry| entry.unwrap().file_name());
        let (left, root) = (left.collect::<Vec<_>>(), rustix::process::geteuid().is_root());
        assert_eq!(left, if root { vec!["foreign"] } else { Vec::new() }, "the rest is removed");
        let place = Place::sqlite();
        let (store, id, out) = job(&place).await;
        let mut folders = Vec::new();
        for mode in [0o000, 0o111, 0o444, 0o555, 0o300] {
            let folder = out.join(format!("{mode:o}"));
            fs::create_dir_all(folder.join("inner")).unwrap();
            fs::write(folder.join("inner/file"), "x").unwrap();
            folders.push((folder.join("inner"), mode));
            folders.push((folder, mode));
        }
        for (folder, mode) in folders {
            fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
        }
        fs::read_dir(out.join("0")).expect_err("modes count");
        assert!(store.files().usage(id, 100).await.unwrap().incomplete, "what cannot be read is said");
        fs::set_permissions(&out, fs::Permissions::from_mode(0o000)).unwrap();
        remove(&store, id).await;
        assert!(!place.data().join("jobs").join(id.to_string()).exists());
        assert_eq!(fs::read_dir(place.data().join("trash")).unwrap().count(), 0);
        println!("REMOVED WITHOUT POWERS");
    });
}
