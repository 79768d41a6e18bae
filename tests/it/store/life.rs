//! The life of a job: every transition, from where it is allowed and from where it is not.

use super::place::everything;
use super::place::tenant;
use super::place::{Place, both, request, submit};
use runcell::job::{JobEnd, JobId, JobLimitKind, JobRequest, JobState, JobUsage, RetentionReason, RetentionRules};
use runcell::store::{CancelOutcome, Orphan, Store, StoreError};
use serde_json::json;

const DONE: JobEnd = JobEnd::Exited { exit_code: 0 };

both!(a_job_lives_and_is_removed, lives);

async fn lives(place: Place) {
    let store = place.open().await;
    let mut changes = store.changes();
    let mut asked = request();
    asked.parameters.insert("text".into(), json!("'; DROP TABLE jobs; -- ü \u{1F980}"));
    let job = submit(&store, asked.clone()).await;
    assert_eq!((job.state, job.attempt, &job.request), (JobState::Pending, 0, &asked));
    assert!(job.created_ms > 1_600_000_000_000 && job.started_ms.is_none(), "{job:?}");
    assert_eq!(store.claim_next().await.unwrap().map(|job| job.id), Some(job.id));
    store.set_container(job.id, "c1", "sha256:1").await.unwrap();
    let usage = JobUsage { wall_ms: 5, out_bytes: 7, ..JobUsage::default() };
    store.set_usage(job.id, &usage).await.unwrap();
    let running = everything(&store).get(job.id).await.unwrap();
    assert_eq!((running.state, running.attempt, running.usage), (JobState::Running, 1, usage));
    assert_eq!((running.container_id.as_deref(), running.image_id.as_deref()), (Some("c1"), Some("sha256:1")));
    assert_eq!(running.server.as_deref(), Some(store.server_id()));
    let end = JobEnd::Limit { limit: JobLimitKind::MemoryBytes, allowed: 1, used: u64::MAX };
    store.finish(job.id, &end, &usage, Some(&json!({"exit_code": 137}))).await.unwrap();
    let ended = everything(&store).get(job.id).await.unwrap();
    assert_eq!((ended.state, ended.end.as_ref()), (JobState::Errored, Some(&end)));
    assert_eq!(ended.gotap_metadata, Some(json!({"exit_code": 137})));
    assert!(ended.finished_ms >= ended.started_ms && ended.started_ms >= Some(ended.created_ms), "{ended:?}");
    assert!(place.out(job.id).exists());
    everything(&store).remove(job.id).await.unwrap();
    assert!(!place.out(job.id).exists());
    assert!(matches!(everything(&store).get(job.id).await, Err(StoreError::NoJob(id)) if id == job.id));
    let heard = [JobState::Pending, JobState::Running, JobState::Errored].map(Some).into_iter().chain([None]);
    for state in heard {
        let change = changes.try_recv().unwrap();
        assert_eq!((change.id, change.state), (job.id, state));
    }
    let next = submit(&store, request()).await;
    assert!(next.id > job.id, "numbers are not used again");
}

async fn running(store: &Store) -> JobId {
    let id = submit(store, request()).await.id;
    assert_eq!(store.claim_next().await.unwrap().map(|job| job.id), Some(id));
    id
}

both!(nothing_happens_twice_or_from_elsewhere, guarded);

async fn guarded(place: Place) {
    let (store, other) = (place.open().await, place.open().await);
    let usage = JobUsage::default();
    let id = submit(&store, request()).await.id;
    let moved = |result: Result<(), StoreError>, at: JobState| match result {
        Err(StoreError::Moved { found, .. }) => assert_eq!(found, at),
        other => panic!("{other:?}"),
    };
    moved(store.finish(id, &DONE, &usage, None).await, JobState::Pending);
    moved(store.retry(id, 0).await, JobState::Pending);
    moved(store.set_container(id, "c", "i").await, JobState::Pending);
    assert!(matches!(everything(&store).remove(id).await, Err(StoreError::NotEnded { state: JobState::Pending, .. })));
    store.claim_next().await.unwrap();
    moved(store.refuse(id, "no").await, JobState::Running);
    assert!(matches!(everything(&store).remove(id).await, Err(StoreError::NotEnded { state: JobState::Running, .. })));
    assert!(matches!(other.finish(id, &DONE, &usage, None).await, Err(StoreError::NotOurs { .. })));
    assert!(matches!(other.retry(id, 0).await, Err(StoreError::NotOurs { .. })));
    assert!(matches!(other.set_usage(id, &usage).await, Err(StoreError::NotOurs { .. })));
    store.finish(id, &DONE, &usage, None).await.unwrap();
    moved(store.finish(id, &JobEnd::Cancelled, &usage, None).await, JobState::Finished);
    moved(store.retry(id, 0).await, JobState::Finished);
    moved(store.refuse(id, "no").await, JobState::Finished);
    assert_eq!(everything(&store).cancel(id).await.unwrap(), CancelOutcome::Ended(JobState::Finished));
    let unknown = JobId::try_from(999).unwrap();
    assert!(matches!(store.finish(unknown, &DONE, &usage, None).await, Err(StoreError::NoJob(_))));
    assert!(matches!(everything(&store).remove(unknown).await, Err(StoreError::NoJob(_))));
    assert!(matches!(everything(&store).cancel(unknown).await, Err(StoreError::NoJob(_))));
}

both!(cancelling_in_every_state, cancels);

async fn cancels(place: Place) {
    let (store, other) = (place.open().await, place.open().await);
    let id = submit(&store, request()).await.id;
    assert_eq!(everything(&other).cancel(id).await.unwrap(), CancelOutcome::Cancelled);
    let job = everything(&store).get(id).await.unwrap();
    assert_eq!((job.state, job.end), (JobState::Cancelled, Some(JobEnd::Cancelled)));
    assert_eq!(store.claim_next().await.unwrap(), None, "what was cancelled is not run");
    let id = running(&store).await;
    assert_eq!(everything(&other).cancel(id).await.unwrap(), CancelOutcome::Requested);
    assert_eq!(store.cancel_requests().await.unwrap(), [id]);
    assert_eq!(other.cancel_requests().await.unwrap(), [], "it is the other server's to stop it");
    assert!(
        matches!(store.retry(id, 0).await, Err(StoreError::Moved { .. })),
        "what is to be cancelled is not retried"
    );
    store.finish(id, &JobEnd::Cancelled, &JobUsage::default(), None).await.unwrap();
    assert_eq!(everything(&store).cancel(id).await.unwrap(), CancelOutcome::Ended(JobState::Cancelled));
}

both!(a_fault_is_tried_again_later, retries);

async fn retries(place: Place) {
    let store = place.open().await;
    let id = running(&store).await;
    store.retry(id, 60_000).await.unwrap();
    let job = everything(&store).get(id).await.unwrap();
    assert_eq!((job.state, job.server, job.container_id), (JobState::Pending, None, None));
    assert_eq!(store.claim_next().await.unwrap(), None, "its time has not come");
    assert_eq!(everything(&store).cancel(id).await.unwrap(), CancelOutcome::Cancelled);
    let id = running(&store).await;
    store.retry(id, 0).await.unwrap();
    let again = store.claim_next().await.unwrap().expect("its turn");
    assert_eq!((again.id, again.attempt), (id, 2));
    store.refuse(submit(&store, request()).await.id, "no such image").await.unwrap();
}

both!(a_dead_servers_jobs_are_found_and_taken_over_once, orphans);

async fn orphans(place: Place) {
    let (one, two, dead) = (place.open().await, place.open().await, place.open().await);
    let id = running(&dead).await;
    assert_eq!(one.orphans().await.unwrap(), [], "its server lives");
    drop(dead);
    let found = left_behind(&one, id).await;
    let results = (one.adopt(&found[0]).await, two.adopt(&found[0]).await);
    assert!(matches!(results, (Ok(()), Err(StoreError::NotOurs { .. }))), "{results:?}");
    assert_eq!(two.orphans().await.unwrap(), [], "it has a server again");
    one.finish(id, &DONE, &JobUsage::default(), None).await.unwrap();
    let again = place.open().await;
    assert!(again.reconcile().await.unwrap().servers <= 1);
    assert_eq!(again.orphans().await.unwrap(), []);
}

both!(a_lease_counts_where_no_lock_tells, leases);

async fn leases(place: Place) {
    let store = place.open().await;
    let other = place.open().await;
    let id = running(&other).await;
    let forget_lock =
        |store: &Store| std::fs::remove_file(place.data().join("servers").join(store.server_id())).unwrap();
    forget_lock(&other);
    assert_eq!(store.orphans().await.unwrap(), [], "its lease lasts");
    other.finish(id, &DONE, &JobUsage::default(), None).await.unwrap();
    let short = runcell::store::StoreConfig { lease: std::time::Duration::from_millis(300), ..place.config() };
    let other = Store::open(short).await.unwrap();
    let id = running(&other).await;
    forget_lock(&other);
    let first = place.lease_until(other.server_id()).await;
    while place.lease_until(other.server_id()).await == first {
        tokio::task::yield_now().await;
    }
    drop(other);
    left_behind(&store, id).await;
}

/// Waits until the one job that nobody runs any more is found. A program that another test starts at this moment holds our locks
/// until it runs.
async fn left_behind(store: &Store, id: JobId) -> Vec<Orphan> {
    let begun = std::time::Instant::now();
    loop {
        let found = store.orphans().await.unwrap();
        if !found.is_empty() {
            assert_eq!(found.iter().map(|orphan| orphan.job.id).collect::<Vec<_>>(), [id]);
            return found;
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "it is found");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

both!(retention_names_the_oldest, retention);

async fn retention(place: Place) {
    let store = place.open().await;
    let mut ids = Vec::new();
    for bytes in [100, 200, 300] {
        let id = running(&store).await;
        let usage = JobUsage { out_bytes: bytes, ..JobUsage::default() };
        store.finish(id, &DONE, &usage, None).await.unwrap();
        ids.push(id);
    }
    running(&store).await;
    submit(&store, request()).await;
    let rules = RetentionRules { max_total_bytes: Some(500), ..RetentionRules::default() };
    assert_eq!(everything(&store).expired(&rules).await.unwrap(), [(ids[0], RetentionReason::Size)]);
    let rules = RetentionRules { max_jobs: Some(0), ..RetentionRules::default() };
    let all = everything(&store).expired(&rules).await.unwrap();
    assert_eq!(all.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids, "only ended ones, the oldest first");
    assert_eq!(everything(&store).expired(&RetentionRules::default()).await.unwrap(), []);
}

both!(specs_are_kept_by_image, specs);

async fn specs(place: Place) {
    let store = place.open().await;
    let file = runcell::spec::parse_tools(b"tools: {a: {title: A}, b: {title: [x]}}").unwrap();
    assert_eq!(store.cached_spec::<runcell::spec::ToolFile>("sha256:1").await.unwrap(), None);
    store.cache_spec("sha256:1", &file).await.unwrap();
    store.cache_spec("sha256:1", &file).await.unwrap();
    store.cache_spec("sha256:2", &None::<u8>).await.unwrap();
    assert_eq!(store.cached_spec("sha256:1").await.unwrap(), Some(file));
    assert_eq!(store.cached_spec::<u64>("sha256:1").await.unwrap(), None, "another shape is read anew");
    assert_eq!(store.forget_specs(&["sha256:1".into()]).await.unwrap(), 1);
    assert_eq!(store.cached_spec::<Option<u8>>("sha256:2").await.unwrap(), None);
}

both!(requests_are_checked_before_anything_is_kept, checked);

async fn checked(place: Place) {
    let store = place.open().await;
    let bad = super::place::try_submit(&store, JobRequest::new("", "t", &tenant("me"))).await;
    assert!(matches!(bad, Err(StoreError::Invalid(_))), "{bad:?}");
    assert_eq!(std::fs::read_dir(place.data().join("jobs")).unwrap().count(), 0);
}
