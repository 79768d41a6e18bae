//! The files that a job finds under `/in`, and those that are found of it under `out`.

use super::place::quotas;
use super::place::{Place, ROOM, of, request, run, staged, submit, tenant};
use crate::need::needs;
use runcell::job::JobId;
use runcell::store::{FileError, ResultKind, Store};
use runcell_folder::Folder;
use serde_json::{Map, Value, json};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

/// A job with an empty folder of results.
async fn job(place: &Place) -> (Store, JobId) {
    let store = place.open().await;
    let id = submit(&store, request()).await.id;
    (store, id)
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn datasets_are_kept_apart_and_named_in_both_input_files() {
    run(async {
        let place = Place::sqlite();
        let store = place.open().await;
        let upload =
            store.upload(&tenant("me"), "data.csv", "text/csv", &b"from upload"[..], &quotas(100)).await.unwrap();
        let host = place.dir.path().join("host");
        fs::create_dir_all(host.join("sub/deeper")).unwrap();
        fs::write(host.join("sub/deeper/x"), "in a folder").unwrap();
        symlink("sub/deeper/x", host.join("link")).unwrap();
        symlink("../link", host.join("sub/up")).unwrap();
        let mut staged = store.stage(ROOM.0, ROOM.1).await.unwrap();
        staged.put_file("one", "data.csv", &b"one"[..]).await.unwrap();
        staged.put_file("two", "data.csv", &b"two"[..]).await.unwrap();
        staged.put_file("input", "evil.json", &b"input"[..]).await.unwrap();
        staged.put_upload("three", &upload).await.unwrap();
        staged.add_file("many", "d/a.nc", &b"a"[..]).await.unwrap();
        staged.add_file("many", "e/a.nc", &b"b"[..]).await.unwrap();
        staged.add_file("many", "..", &b"c"[..]).await.unwrap();
        staged.put_folder("tree", Folder::open(&host).unwrap()).await.unwrap();
        let parameters: Map<String, Value> = [("n".to_owned(), json!(1))].into_iter().collect();
        staged.put_inputs("tool", &parameters).await.unwrap();
        let id = store.submit(request(), staged).await.unwrap().job.id;
        let inputs = store.files().job(id).in_dir();
        let expected = json!({"tool": {"parameters": {"n": 1}, "data": {
            "one": "/in/one.csv", "two": "/in/two.csv", "three": "/in/three.csv", "input": "/in/input_2.json",
            "many": ["/in/many/a.nc", "/in/many/2_a.nc", "/in/many/file"], "tree": "/in/tree",
        }}});
        assert_eq!(read(&inputs.join("inputs.json")), expected);
        assert_eq!(read(&inputs.join("input.json")), expected);
        let files = [
            ("one.csv", "one"),
            ("two.csv", "two"),
            ("three.csv", "from upload"),
            ("input_2.json", "input"),
            ("many/2_a.nc", "b"),
            ("tree/sub/deeper/x", "in a folder"),
            ("tree/link", "in a folder"),
            ("tree/sub/up", "in a folder"),
        ];
        for (name, content) in files {
            assert_eq!(fs::read_to_string(inputs.join(name)).unwrap(), content, "{name}");
            assert_eq!(
                fs::symlink_metadata(inputs.join(name)).unwrap().mode() & 0o777,
                0o644,
                "{name}: any user reads it"
            );
        }
        of(&store, "me").delete_upload(&upload.id).await.unwrap();
        assert_eq!(fs::read_to_string(inputs.join("three.csv")).unwrap(), "from upload", "the job keeps it");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.files().job(id).out_dir()), 0o777, "whatever user the container has");
        assert_eq!((mode(&inputs), mode(&place.data())), (0o755, 0o700), "and nobody else on this machine");
    });
}

#[test]
fn inputs_stop_at_what_was_allowed() {
    run(async {
        let place = Place::sqlite();
        let store = place.open().await;
        let mut staged = store.stage(10, 3).await.unwrap();
        staged.put_file("a", "a", &[0; 6][..]).await.unwrap();
        let error = staged.put_file("b", "b", &[0; 5][..]).await.expect_err("11 bytes");
        assert!(matches!(error, FileError::TooLarge { max: 4, .. }), "{error}");
        let endless = tokio::io::repeat(7);
        assert!(matches!(staged.put_file("c", "c", endless).await, Err(FileError::TooLarge { .. })));
        assert!(matches!(staged.put_file("d", "d", &b""[..]).await, Err(FileError::TooMany { .. })));
        drop(staged);
        let host = place.dir.path().join("host");
        fs::create_dir_all(&host).unwrap();
        for name in ["a", "b", "c", "d"] {
            fs::write(host.join(name), [0; 4]).unwrap();
        }
        let open = || Folder::open(&host).unwrap();
        let large = store.stage(15, 100).await.unwrap().put_folder("t", open()).await;
        assert!(matches!(large, Err(FileError::TooLarge { .. })), "{large:?}");
        let many = store.stage(100, 4).await.unwrap().put_folder("t", open()).await;
        assert!(matches!(many, Err(FileError::TooMany { .. })), "{many:?}");
        store.stage(16, 5).await.unwrap().put_folder("t", open()).await.expect("exactly so much");
        let begun = std::time::Instant::now();
        while fs::read_dir(place.data().join("staging").join(store.server_id())).unwrap().count() > 0 {
            assert!(begun.elapsed().as_secs() < 60, "what is dropped is removed");
        }
    });
}

#[test]
fn folders_of_the_host_do_not_lead_out() {
    run(async {
        let place = Place::sqlite();
        let store = place.open().await;
        type Make = fn(&Path);
        let cases: [(&str, Make); 5] = [
            ("absolute", |dir| symlink("/etc/passwd", dir.join("l")).unwrap()),
            ("upwards", |dir| symlink("../secret", dir.join("l")).unwrap()),
            ("loop", |dir| symlink(".", dir.join("l")).unwrap()),
            ("dangling", |dir| symlink("nowhere", dir.join("l")).unwrap()),
            ("pipe", |dir| assert!(Command::new("mkfifo").arg(dir.join("l")).status().unwrap().success())),
        ];
        fs::write(place.dir.path().join("secret"), "secret").unwrap();
        for (name, make) in cases {
            let host = place.dir.path().join(name);
            fs::create_dir(&host).unwrap();
            make(&host);
            let folder = Folder::open(&host).unwrap();
            let mut staged = store.stage(ROOM.0, ROOM.1).await.unwrap();
            let error = staged.put_folder("t", folder).await.expect_err(name).to_string();
            assert!(error.contains("t/l"), "{name}: {error}");
        }
    });
}

#[test]
fn results_are_listed_and_counted() {
    run(async {
        let place = Place::sqlite();
        let (store, id) = job(&place).await;
        let out = place.out(id);
        fs::create_dir_all(out.join("plots/_cache")).unwrap();
        for (name, size) in [
            ("b.csv", 3),
            ("plots/a.png", 5),
            ("plots/_cache/x", 7),
            (".hidden", 1),
            ("_metadata.json", 2),
            ("STDOUT.log", 9),
        ] {
            fs::write(out.join(name), vec![b'x'; size]).unwrap();
        }
        let list = store.files().results(id).await.unwrap();
        let files: Vec<_> = list.files.iter().map(|file| (file.rel_path.as_str(), file.size, file.kind)).collect();
        let expected = [
            (".hidden", 1, ResultKind::Internal),
            ("STDOUT.log", 9, ResultKind::Log),
            ("_metadata.json", 2, ResultKind::Metadata),
            ("b.csv", 3, ResultKind::Artifact),
            ("plots/_cache/x", 7, ResultKind::Internal),
            ("plots/a.png", 5, ResultKind::Artifact),
        ];
        assert_eq!(files, expected);
        let summary = serde_json::to_value(list.summary).unwrap();
        let shape =
            json!({"artifact_count": 2, "log_count": 1, "internal_count": 2, "metadata_count": 1, "total_size": 27});
        assert_eq!((summary, list.skipped, list.truncated), (shape, 0, false));
        let modified = list.files[0].modified_ms;
        assert!((1_600_000_000_000..4_000_000_000_000).contains(&modified), "{modified}");
        let (file, mut opened) = store.files().open_result(id, "plots/a.png").await.unwrap();
        let mut text = String::new();
        opened.read_to_string(&mut text).unwrap();
        assert_eq!((file.name.as_str(), text.as_str()), ("a.png", "xxxxx"));
        let gone = JobId::try_from(999).unwrap();
        assert!(matches!(store.files().results(gone).await, Err(FileError::NoFolder(_))));
        assert!(matches!(store.files().open_result(id, "nothing").await, Err(FileError::NoResult(_))));
    });
}

#[test]
fn previews_are_texts() {
    run(async {
        let place = Place::sqlite();
        let (store, id) = job(&place).await;
        fs::write(place.out(id).join("a.csv"), "ä".repeat(40_000)).unwrap();
        fs::write(place.out(id).join("b.bin"), [0xff, 0xfe]).unwrap();
        fs::write(place.out(id).join("empty"), "").unwrap();
        let preview = store.files().preview(id, "a.csv").await.unwrap();
        assert_eq!(
            (preview.mime_type.as_str(), preview.encoding.as_str(), preview.truncated),
            ("text/csv", "utf-8", true)
        );
        assert_eq!(preview.content, "ä".repeat(32 << 10));
        assert_eq!(store.files().preview(id, "empty").await.unwrap().content, "");
        assert!(matches!(store.files().preview(id, "b.bin").await, Err(FileError::NotText(_))));
    });
}

/// A writer that others can look into.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn results_come_as_a_zip_that_other_programs_read() {
    run(async {
        let place = Place::sqlite();
        let (store, id) = job(&place).await;
        let out = place.out(id);
        fs::create_dir_all(out.join("d")).unwrap();
        fs::write(out.join("d/ü.txt"), "text").unwrap();
        fs::write(out.join("..\\..\\evil"), "evil").unwrap();
        fs::write(out.join("large"), vec![7; 3_000_000]).unwrap();
        symlink("/etc/passwd", out.join("link")).unwrap();
        let shared = Shared::default();
        let summary = store.files().zip_results(id, shared.clone()).await.unwrap();
        assert_eq!((summary.files, summary.bytes, summary.skipped), (3, 3_000_008, 1));
        let zip = place.dir.path().join("results.zip");
        fs::write(&zip, &*shared.0.lock().unwrap()).unwrap();
        let list = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
                    for n in sorted(z.namelist()): print(n, len(z.read(n)))";
        let output = Command::new("python3").args(["-c", list]).arg(&zip).env("PYTHONUTF8", "1").output().unwrap();
        let listed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(listed, ".._.._evil 4\nd/ü.txt 4\nlarge 3000000\n", "{:?}", output.stderr);
        struct Broken;
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        assert!(matches!(store.files().zip_results(id, Broken).await, Err(FileError::Archive(_))));
    });
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    needs!(NAMESPACES);
    // A file system of 3 MB, in a name space of its own, with the test below in it.
    let script = "mkdir -p $0/small && mount -t tmpfs -o size=3m small $0/small && RUNCELL_TEST_SMALL=$0/small exec $1 \
                  store::folder::on_a_small_disk --exact --ignored --nocapture";
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--map-root-user", "sh", "-ec", script])
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap());
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("SMALL DISK TESTED"), "{output:?}");
}

#[test]
#[ignore = "another test starts it on a small disk"]
#[expect(clippy::print_stdout, reason = "the other test wants to know that it ran")]
fn on_a_small_disk() {
    let Some(small) = std::env::var_os("RUNCELL_TEST_SMALL") else { return };
    run(async move {
        let store = Store::open(runcell::store::StoreConfig::new(small.into())).await.unwrap();
        let mut waiting = staged(&store).await;
        let error = waiting.put_file("a", "a", tokio::io::repeat(1)).await.expect_err("full");
        assert!(error.to_string().contains("the disk of the data folder is full"), "{error}");
        let error =
            store.upload(&tenant("me"), "u", "", tokio::io::repeat(1), &quotas(u64::MAX)).await.expect_err("full");
        assert!(error.to_string().contains("the disk of the data folder is full"), "{error}");
        let error = loop {
            // The rows dropped above make room again; the database fills the rest.
            match store.cache_spec(&format!("{:?}", std::time::Instant::now()), &"x".repeat(100_000)).await {
                Ok(()) => {}
                Err(error) => break error.to_string(),
            }
        };
        assert!(error.contains("the disk of the database is full"), "{error}");
        println!("SMALL DISK TESTED");
    });
}
