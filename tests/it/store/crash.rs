//! `kill -9` in the middle of everything: what was acknowledged is there, and rows and folders agree.
//!
//! The victims are this test program itself, started again with one of the ignored tests and told by the environment what
//! to do.

use super::place::everything;
use super::place::{Place, ROOM, both, request, staged, submit, try_submit};
use super::place::{of, quotas, tenant};
use runcell::job::{JobEnd, JobFilter, JobId, JobRequest, JobState, JobUsage, MAX_PAGE};
use runcell::store::{Store, StoreConfig};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ROLE: &str = "RUNCELL_TEST_STORE_ROLE";
const URL: &str = "RUNCELL_TEST_STORE_URL";
const DATA: &str = "RUNCELL_TEST_STORE_DATA";

/// Starts a victim.
fn start(place: &Place, role: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["store::crash::victim", "--exact", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(DATA, place.data());
    if let Some(url) = &place.url {
        command.env(URL, url);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// Kills a victim after a while and returns the jobs that it had told of as `word`.
fn kill(mut victim: Child, after: Duration, word: &str) -> BTreeSet<JobId> {
    let lines = BufReader::new(victim.stdout.take().unwrap());
    let killer = std::thread::spawn(move || {
        std::thread::sleep(after);
        victim.kill().unwrap();
        victim.wait().unwrap();
    });
    // A line that the kill cut short has no end and does not count.
    let told = lines.split(b'\n').map_while(Result::ok).filter_map(|line| String::from_utf8(line).ok());
    let told = told.filter_map(|line| line.strip_prefix(word)?.strip_suffix('.')?.trim().parse().ok()).collect();
    killer.join().unwrap();
    told
}

/// Says something that counts as acknowledged once it is out.
fn tell(word: &str, id: JobId) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{word} {id}.\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "a victim that other tests start"]
fn victim() {
    let Ok(role) = std::env::var(ROLE) else { return };
    super::place::run(async move {
        let data = std::env::var_os(DATA).expect("is told").into();
        let config = StoreConfig { url: std::env::var(URL).ok(), max_pending: 1_000_000, ..StoreConfig::new(data) };
        let store = Store::open(config).await.expect("opens");
        match role.as_str() {
            "submit" => loop {
                let tasks: Vec<_> = (0..4).map(|_| tokio::spawn(submit_one(store.clone()))).collect();
                for task in tasks {
                    task.await.unwrap();
                }
            },
            "run" => loop {
                run_one(&store).await;
            },
            "open" => tell("opened", submit(&store, request()).await.id),
            role => panic!("no role {role}"),
        }
    });
}

async fn submit_one(store: Store) {
    let mut staged = staged(&store).await;
    staged.put_file("a", "x.bin", &[7_u8; 100_000][..]).await.unwrap();
    tell("submitted", store.submit(request(), staged).await.unwrap().job.id);
}

async fn run_one(store: &Store) {
    let Some(job) = store.claim_next().await.unwrap() else {
        return tokio::time::sleep(Duration::from_millis(1)).await;
    };
    tell("claimed", job.id);
    store.set_container(job.id, "c", "i").await.unwrap();
    store.finish(job.id, &JobEnd::Exited { exit_code: 0 }, &JobUsage::default(), None).await.unwrap();
    tell("finished", job.id);
}

async fn all(store: &Store) -> Vec<runcell::job::JobRecord> {
    let (mut jobs, mut offset) = (Vec::new(), 0);
    loop {
        let page =
            everything(store).list(&JobFilter { limit: MAX_PAGE, offset, ..JobFilter::default() }).await.unwrap();
        offset += u64::from(MAX_PAGE);
        jobs.extend(page.jobs);
        if offset >= page.total {
            return jobs;
        }
    }
}

both!(killed_in_mid_submit, mid_submit);

async fn mid_submit(place: Place) {
    let mut acknowledged = BTreeSet::new();
    for round in 0..6 {
        let victim = start(&place, "submit");
        acknowledged.extend(kill(victim, Duration::from_millis(400 + 171 * round), "submitted"));
        let store = place.open().await;
        let jobs: BTreeSet<JobId> = all(&store).await.iter().map(|job| job.id).collect();
        assert!(acknowledged.is_subset(&jobs), "lost: {:?}", acknowledged.difference(&jobs));
        let folders = std::fs::read_dir(place.data().join("jobs")).unwrap();
        let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap().parse().unwrap());
        assert_eq!(names.collect::<BTreeSet<JobId>>(), jobs, "rows and folders agree");
        for id in &jobs {
            let inputs = place.out(*id).with_file_name("in");
            assert_eq!(std::fs::metadata(inputs.join("a.bin")).unwrap().len(), 100_000, "whole: {id}");
            assert!(inputs.join("inputs.json").exists() && inputs.join("input.json").exists(), "{id}");
        }
        let staged = std::fs::read_dir(place.data().join("staging")).unwrap().count();
        let trash = std::fs::read_dir(place.data().join("trash")).unwrap().count();
        assert_eq!((staged, trash), (0, 0), "nothing is left lying about");
        store.close().await;
    }
    assert!(acknowledged.len() > 10, "the victims got on: {}", acknowledged.len());
}

/// Takes over what the dead ran, until nothing runs and each job waits or has ended. A statement that had reached
/// PostgreSQL is carried out after its sender's death, so that one look may be too early.
async fn take_over(store: &Store, jobs: usize) {
    let begun = std::time::Instant::now();
    loop {
        for orphan in store.orphans().await.unwrap() {
            if store.adopt(&orphan).await.is_ok() {
                store.retry(orphan.job.id, 0).await.unwrap();
            }
        }
        let counts = everything(store).counts().await.unwrap();
        let settled = counts[&JobState::Pending] + counts[&JobState::Finished];
        if settled == jobs as u64 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "each running job of the dead is found: {counts:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

both!(killed_in_mid_transition, mid_transition);

async fn mid_transition(place: Place) {
    let store = place.open().await;
    let mut finished = BTreeSet::new();
    let mut waiting = BTreeSet::new();
    for round in 0..4 {
        for _ in 0..150 {
            waiting.insert(submit(&store, request()).await.id);
        }
        let victim = start(&place, "run");
        finished.extend(kill(victim, Duration::from_millis(350 + 137 * round), "finished"));
        for job in all(&store).await {
            assert!(!finished.contains(&job.id) || job.state == JobState::Finished, "lost the end of {job:?}");
            assert_eq!(job.state == JobState::Finished, job.end.is_some(), "half an end: {job:?}");
        }
        take_over(&store, waiting.len()).await;
    }
    assert!(!finished.is_empty(), "the victims got on");
}

both!(several_processes_make_the_schema_at_once, migrates);

async fn migrates(place: Place) {
    let victims: Vec<Child> = (0..4).map(|_| start(&place, "open")).collect();
    let mut opened = BTreeSet::new();
    for victim in victims {
        let output = victim.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let told = text.lines().find_map(|line| line.strip_prefix("opened ")?.strip_suffix('.')?.parse().ok());
        opened.insert(told.unwrap_or_else(|| panic!("{text}")));
    }
    let jobs: BTreeSet<JobId> = all(&place.open().await).await.iter().map(|job| job.id).collect();
    assert_eq!((opened.len(), &jobs), (4, &opened));
}

both!(what_a_living_server_has_staged_stays, living);

async fn living(place: Place) {
    let store = place.open().await;
    let mut staged = store.stage(ROOM.0, ROOM.1).await.unwrap();
    staged.put_file("a", "x", &b"x"[..]).await.unwrap();
    let found = place.open().await.reconcile().await.unwrap();
    assert_eq!((found.folders, found.files), (0, 0));
    staged.put_inputs("t", &serde_json::Map::new()).await.unwrap();
    let id = store.submit(request(), staged).await.unwrap().job.id;
    assert!(place.out(id).with_file_name("in").join("a").exists());
}

both!(what_no_row_names_goes_and_what_has_no_folder_ends, disagree);

async fn disagree(place: Place) {
    let store = place.open().await;
    let (kept, lost) = (submit(&store, request()).await.id, submit(&store, request()).await.id);
    let upload = store.upload(&tenant("me"), "u", "text/plain", &b"u"[..], &quotas(10)).await.unwrap();
    std::fs::remove_dir_all(place.data().join("jobs").join(lost.to_string())).unwrap();
    std::fs::create_dir_all(place.data().join("jobs/4711/out/deep")).unwrap();
    std::fs::create_dir_all(place.data().join("jobs/not-ours")).unwrap();
    std::fs::write(place.data().join("files/me").join("ab".repeat(16)), "x").unwrap();
    let found = store.reconcile().await.unwrap();
    assert_eq!((found.folders, found.files, found.lost_jobs), (1, 1, 1));
    assert_eq!(everything(&store).get(kept).await.unwrap().state, JobState::Pending);
    let end = everything(&store).get(lost).await.unwrap().end.map(|end| end.to_string());
    assert!(end.as_ref().is_some_and(|end| end.contains("folder of inputs is gone")), "{end:?}");
    assert!(!place.data().join("jobs/4711").exists() && place.data().join("jobs/not-ours").exists());
    assert_eq!(of(&store, "me").uploads(None).await.unwrap(), [upload]);
    let twice = store.reconcile().await.unwrap();
    assert_eq!((twice.folders, twice.files, twice.lost_jobs), (0, 0, 0));
}

both!(a_number_that_a_crash_left_a_folder_for_is_used_again, leftover);

async fn leftover(place: Place) {
    let store = place.open().await;
    let next = submit(&store, request()).await.id.get() + 1;
    let left = place.data().join("jobs").join(next.to_string()).join("out");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("somebody-elses"), "x").unwrap();
    let id = try_submit(&store, JobRequest::new("i", "t", &tenant("other"))).await.unwrap().job.id;
    assert_eq!(id.get(), next);
    assert!(!place.out(id).join("somebody-elses").exists(), "nobody finds another's files");
}
