//! `kill -9` of a server under work: nothing that it acknowledged is lost, nothing is there twice, halves are gone.

use super::client::{Ask, ask};
use super::server::{Server, TOKEN, both};
use crate::docker::harness::{BUSYBOX, the_engine};
use crate::harness::prepare;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const JOBS: usize = 200;
const UPLOADS: usize = 20;
const STREAMS: usize = 20;
/// The server is killed when it has acknowledged so many jobs.
const KILL_AFTER: usize = 100;
const UPLOAD: usize = 4 << 20;
/// One job waits, and all others wait for it.
const CONFIG: &str = "[jobs]\nparallel = 1\n[server]\ndrain_seconds = 1";

fn job(number: usize) -> Ask {
    let given = json!({ "image": BUSYBOX, "command": ["sleep", "1000"] });
    ask("POST", "/api/jobs").header("Idempotency-Key", &format!("key-{number}")).json(&given)
}

fn upload(number: usize) -> Ask {
    let bytes = vec![u8::try_from(number).unwrap(); UPLOAD];
    ask("POST", "/api/files").form(&[("file", Some(&format!("upload-{number}")), &bytes)])
}

fn run() -> Ask {
    let given = json!({ "runtime": "python", "code": "import time\nprint('here', flush=True)\ntime.sleep(100)",
        "limits": { "timeout_ms": 200_000 } });
    ask("POST", "/api/execute").header("Prefer", "respond-async").json(&given)
}

/// Things that the server has acknowledged before it was killed, by the number of the request.
#[derive(Default)]
struct Acknowledged {
    jobs: Mutex<BTreeMap<usize, Value>>,
    uploads: Mutex<BTreeMap<usize, Value>>,
    runs: Mutex<Vec<String>>,
}

/// Sends requests of all kinds side by side, and kills the server in the middle of them.
fn work_until_killed(server: &Server) -> Acknowledged {
    let (all, next) = (Acknowledged::default(), AtomicUsize::new(0));
    let address = &server.address;
    // An answer that breaks off is none.
    let answer = |asked: Ask| {
        let answer = catch_unwind(|| asked.send(address, Some(TOKEN))).ok()?;
        (answer.status / 100 == 2).then(|| serde_json::from_slice::<Value>(&answer.body).ok())?
    };
    std::thread::scope(|scope| {
        for _ in 0..STREAMS {
            let (all, answer) = (&all, &answer);
            scope.spawn(move || {
                let Some(started) = answer(run()) else { return };
                let id = started["execution_id"].as_str().unwrap().to_owned();
                all.runs.lock().unwrap().push(id.clone());
                // Streams are open while the server dies; they end with it.
                let asked = ask("GET", &format!("/api/executions/{id}/stream"));
                let _ended = catch_unwind(|| asked.open(address, Some(TOKEN)).all());
            });
        }
        for number in 0..UPLOADS {
            let (all, answer) = (&all, &answer);
            scope.spawn(move || answer(upload(number)).map(|json| all.uploads.lock().unwrap().insert(number, json)));
        }
        for _ in 0..10 {
            let (all, answer, next) = (&all, &answer, &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= JOBS {
                        return;
                    }
                    let Some(json) = answer(job(number)) else { return };
                    let mut jobs = all.jobs.lock().unwrap();
                    jobs.insert(number, json["id"].clone());
                    if jobs.len() == KILL_AFTER {
                        server.signal("KILL");
                    }
                }
            });
        }
    });
    all
}

both! {
    fn a_killed_server_loses_nothing_that_it_acknowledged(on: Database) {
        the_engine!();
        prepare("python");
        let place = on.place();
        let server = on.start_in(&place, CONFIG, |_| {});
        let acknowledged = work_until_killed(&server);
        drop(server);
        let server = on.start_in(&place, CONFIG, |_| {});
        let jobs = acknowledged.jobs.into_inner().unwrap();
        assert!((KILL_AFTER..JOBS).contains(&jobs.len()), "{}", jobs.len());
        // Each key has one job: that which was acknowledged, or a new one.
        let mut ids = BTreeSet::new();
        for number in 0..JOBS {
            let answer = server.send(&job(number));
            let json = answer.json();
            assert!(ids.insert(json["id"].as_u64().unwrap()), "{number}: {json}");
            if let Some(id) = jobs.get(&number) {
                assert_eq!((answer.status, &json["id"]), (200, id), "{number}");
            }
        }
        assert_eq!(server.get("/api/jobs?limit=1").json()["total"], JOBS, "nothing is there twice");
        for id in ids {
            server.send(&ask("POST", &format!("/api/jobs/{id}/cancel")));
        }
        let files = server.get("/api/files").json();
        let uploads = acknowledged.uploads.into_inner().unwrap();
        for (number, upload) in &uploads {
            let content = server.get(&format!("/api/files/{}/content", upload["file_id"].as_str().unwrap()));
            assert_eq!(content.body, vec![u8::try_from(*number).unwrap(); UPLOAD], "{number}");
        }
        // One that was stored and not acknowledged is whole; nothing else takes room.
        let listed = files["files"].as_array().unwrap();
        assert!(listed.iter().all(|file| file["bytes"] == UPLOAD), "{files}");
        assert!(listed.len() >= uploads.len(), "{files}");
        assert_eq!(stored(server.folder().path()), listed.len() * UPLOAD, "half uploads are gone");
        for id in acknowledged.runs.into_inner().unwrap() {
            let run = server.get(&format!("/api/executions/{id}")).json();
            assert_eq!(run["state"], "lost", "{run}");
        }
    }
}

/// The bytes of all large files below a folder: uploads and their halves.
fn stored(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.file_type().unwrap() {
            kind if kind.is_dir() => stored(&entry.path()),
            kind if kind.is_file() && !entry.file_name().to_string_lossy().starts_with("runcell.db") => {
                let bytes = usize::try_from(entry.metadata().unwrap().len()).unwrap();
                if bytes >= 64 << 10 { bytes } else { 0 }
            }
            _ => 0,
        })
        .sum()
}
