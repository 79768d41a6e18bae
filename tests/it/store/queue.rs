//! The queue: order, bounds, keys, and that no job is handed out twice.

use super::place::everything;
use super::place::tenant;
use super::place::{Place, both, request, submit, try_submit};
use crate::need::needs;
use runcell::job::{JobFilter, JobId, JobOrder, JobRequest, JobState, JobWork};
use runcell::store::{Store, StoreError};
use std::collections::BTreeSet;

/// Runs many at once.
async fn join_all<T: Send + 'static>(tasks: Vec<impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("does not panic"));
    }
    results
}

both!(higher_priority_then_lower_number, order);

async fn order(place: Place) {
    let store = place.open().await;
    let mut ids = Vec::new();
    for priority in [0, 5, -1, 5, 0] {
        ids.push(submit(&store, JobRequest { priority, ..request() }).await.id);
    }
    let expected = [1, 3, 0, 4, 2].map(|at: usize| ids[at]);
    let listed = everything(&store).list(&JobFilter { order: JobOrder::Queue, ..JobFilter::default() }).await.unwrap();
    assert_eq!(listed.jobs.iter().map(|job| job.id).collect::<Vec<_>>(), expected);
    for (position, id) in (0..).zip(expected) {
        assert_eq!(everything(&store).queue_position(id).await.unwrap(), Some(position));
    }
    for id in expected {
        assert_eq!(store.claim_next().await.unwrap().map(|job| job.id), Some(id));
        assert_eq!(everything(&store).queue_position(id).await.unwrap(), None);
    }
    assert_eq!(store.claim_next().await.unwrap(), None);
    assert_eq!(everything(&store).counts().await.unwrap()[&JobState::Running], 5);
    assert_eq!(super::place::of(&store, "nobody").counts().await.unwrap()[&JobState::Running], 0);
}

both!(nobody_sees_or_changes_the_jobs_of_another_tenant, apart);

async fn apart(place: Place) {
    let store = place.open().await;
    let id = submit(&store, request()).await.id;
    for name in ["you", "Me", "m"] {
        let view = super::place::of(&store, name);
        let gone =
            |error: Option<StoreError>| assert!(matches!(error, Some(StoreError::NoJob(_))), "{name}: {error:?}");
        gone(view.get(id).await.err());
        gone(view.queue_position(id).await.err());
        gone(view.cancel(id).await.err());
        gone(view.remove(id).await.err());
        assert_eq!(view.list(&JobFilter::default()).await.unwrap().total, 0);
        assert_eq!(view.counts().await.unwrap()[&JobState::Pending], 0);
    }
    super::place::of(&store, "me").cancel(id).await.unwrap();
    let rules = runcell::job::RetentionRules { max_jobs: Some(0), ..Default::default() };
    assert_eq!(super::place::of(&store, "you").expired(&rules).await.unwrap(), []);
    assert!(super::place::of(&store, "you").remove(id).await.is_err());
    assert_eq!(super::place::of(&store, "me").expired(&rules).await.unwrap().len(), 1);
    super::place::of(&store, "me").remove(id).await.unwrap();
}

both!(fifty_claims_at_once_never_hand_out_a_job_twice, claims);

async fn claims(place: Place) {
    let stores = [place.open().await, place.open().await, place.open().await];
    for _ in 0..35 {
        submit(&stores[0], request()).await;
    }
    let claim = |store: Store| async move { store.claim_next().await.expect("can be asked").map(|job| job.id) };
    let claims = (0..50).map(|at| claim(stores[at % 3].clone())).collect();
    let found: Vec<JobId> = join_all(claims).await.into_iter().flatten().collect();
    assert_eq!(found.len(), 35);
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 35, "each once: {found:?}");
}

both!(claims_that_are_dropped_hand_back, dropped);

async fn dropped(place: Place) {
    let store = place.open().await;
    let id = submit(&store, request()).await.id;
    for round in 0_u64..40 {
        let patience = std::time::Duration::from_micros(round * 100);
        let found = tokio::time::timeout(patience, store.claim_next()).await;
        if let Ok(Some(job)) = found.map(Result::unwrap) {
            store.retry(job.id, 0).await.unwrap();
        }
    }
    let begun = std::time::Instant::now();
    loop {
        let found = store.claim_next().await.unwrap();
        if let Some(job) = found {
            assert_eq!(job.id, id);
            break;
        }
        assert!(begun.elapsed().as_secs() < 20, "it was handed out to nobody: {:?}", everything(&store).get(id).await);
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

both!(a_full_queue_is_full_exactly, full);

async fn full(place: Place) {
    let config = runcell::store::StoreConfig { max_pending: 10, ..place.config() };
    let stores = [Store::open(config.clone()).await.unwrap(), Store::open(config).await.unwrap()];
    let submit = |store: Store| async move { try_submit(&store, request()).await };
    let results = join_all((0..24).map(|at| submit(stores[at % 2].clone())).collect()).await;
    let refused =
        results.iter().filter(|result| matches!(result, Err(StoreError::Full { pending: 10, max: 10 }))).count();
    assert_eq!((results.iter().filter(|result| result.is_ok()).count(), refused), (10, 14), "{results:?}");
    assert_eq!(std::fs::read_dir(place.data().join("jobs")).unwrap().count(), 10, "nothing is kept of the others");
    stores[0].claim_next().await.unwrap().expect("one waits");
    try_submit(&stores[1], request()).await.expect("there is a place again");
}

both!(a_key_is_one_job, keys);

async fn keys(place: Place) {
    let store = place.open().await;
    let keyed = || JobRequest { idempotency_key: Some("k1".into()), ..request() };
    let submit = |store: Store, request| async move { try_submit(&store, request).await };
    assert_eq!(store.submitted(&keyed()).await.unwrap(), None);
    let results = join_all((0..12).map(|_| submit(store.clone(), keyed())).collect()).await;
    let results: Vec<_> = results.into_iter().map(|result| result.expect("is taken")).collect();
    assert_eq!(results.iter().filter(|result| result.fresh).count(), 1);
    let id = results[0].job.id;
    assert!(results.iter().all(|result| result.job.id == id));
    assert_eq!(store.submitted(&keyed()).await.unwrap().map(|job| job.id), Some(id));
    let other = JobRequest { work: JobWork::Tool("other".into()), ..keyed() };
    let conflict = try_submit(&store, other.clone()).await.expect_err("another request");
    assert!(matches!(&conflict, StoreError::Conflict { id: found, .. } if *found == id), "{conflict}");
    store.submitted(&other).await.expect_err("another request");
    let somebody = JobRequest { tenant: tenant("somebody"), ..keyed() };
    assert!(try_submit(&store, somebody).await.expect("another tenant's key").fresh);
    assert_eq!(everything(&store).list(&JobFilter::default()).await.unwrap().total, 2);
}

both!(lists_are_filtered, filtered);

async fn filtered(place: Place) {
    let store = place.open().await;
    let jobs = [("reg:5000/Img:v1", "tool_a", "me"), ("reg:5000/img:v2", "toolxb", "me"), ("other", "tool_b", "you")];
    for (image, tool, owner) in jobs {
        submit(&store, JobRequest::new(image, tool, &tenant(owner))).await;
    }
    store.claim_next().await.unwrap();
    let text = |text: &str| JobFilter { text: Some(text.into()), ..JobFilter::default() };
    let cases = [
        (JobFilter::default(), vec![3, 2, 1]),
        (JobFilter { order: JobOrder::Oldest, limit: 2, offset: 1, ..JobFilter::default() }, vec![2, 3]),
        (JobFilter { image: Some("other".into()), ..JobFilter::default() }, vec![3]),
        (JobFilter { tool: Some("tool_a".into()), ..JobFilter::default() }, vec![1]),
        (JobFilter { states: vec![JobState::Running], ..JobFilter::default() }, vec![1]),
        (JobFilter { states: vec![JobState::Running, JobState::Pending], ..JobFilter::default() }, vec![3, 2, 1]),
        (JobFilter { states: vec![JobState::TimedOut], ..JobFilter::default() }, vec![]),
        (text("IMG:V"), vec![2, 1]),
        (text("tool_"), vec![3, 1]),
        (text("%"), vec![]),
        (text("' OR 1=1"), vec![]),
        (JobFilter { limit: 0, ..JobFilter::default() }, vec![]),
    ];
    for (filter, expected) in cases {
        let page = everything(&store).list(&filter).await.unwrap();
        assert_eq!(page.jobs.iter().map(|job| job.id.get()).collect::<Vec<_>>(), expected, "{filter:?}");
        let whole = filter.limit < 100;
        assert_eq!(page.total, if whole { 3 } else { expected.len() as u64 }, "{filter:?}");
    }
}

#[test]
fn jobs_of_another_data_folder_are_left_alone() {
    needs!(POSTGRES);
    let place = Place::postgres();
    super::place::run(async move {
        let store = place.open().await;
        let elsewhere = Place { url: place.url.clone(), ..Place::sqlite() };
        let other = elsewhere.open().await;
        let id = submit(&store, request()).await.id;
        assert_eq!(other.claim_next().await.unwrap(), None, "its inputs lie elsewhere");
        assert_eq!(everything(&other).get(id).await.unwrap().installation, store.installation());
        everything(&store).cancel(id).await.unwrap();
        assert!(matches!(everything(&other).remove(id).await, Err(StoreError::Elsewhere { .. })));
        other.reconcile().await.unwrap();
        assert_eq!(everything(&store).get(id).await.unwrap().state, JobState::Cancelled);
    });
}

#[test]
fn addresses_that_lead_nowhere_are_clear_errors() {
    super::place::run(async {
        let place = Place::sqlite();
        let file = place.dir.path().join("file");
        std::fs::write(&file, "x").unwrap();
        let cases = [
            (Some("mysql://me:secret@host/db".to_owned()), place.data(), "is no address of a database"),
            (
                Some("postgres://me@localhost/db?host=/nowhere".to_owned()),
                place.data(),
                "the database cannot be reached",
            ),
            (Some(format!("sqlite:{}/x.db", file.display())), place.data(), "database"),
            (None, file, "could not"),
        ];
        for (url, data_dir, words) in cases {
            let config = runcell::store::StoreConfig { url: url.clone(), ..runcell::store::StoreConfig::new(data_dir) };
            let error = Store::open(config).await.map(|_| ()).expect_err("cannot be opened").to_string();
            assert!(error.contains(words) && !error.contains("secret"), "{url:?}: {error}");
        }
    });
}
