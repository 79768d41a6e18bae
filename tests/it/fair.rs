//! Callers beside each other: who has many runs under way, and more that wait, takes no place from who has one.

use crate::harness::{cache_dir, me, prepare, request, start, stdout, tokio};
use runcell::caller::{Caller, Face, Role};
use runcell::config::Config;
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::service::{Runs, Service, ServiceError};
use std::sync::Arc;
use tokio::task::JoinSet;

fn caller(tenant: &str) -> Arc<Caller> {
    Arc::new(Caller::new(tenant.parse().expect("a name"), tenant, Role::Runner, Face::Library))
}

/// A run that sleeps for longer than anybody waits for it.
async fn sleep(runs: Runs<'_>) -> Result<runcell::service::Run, ServiceError> {
    let mut sleeper = request("php", "sleep(500);");
    sleeper.limits = LimitsRequest::default().with(LimitKind::WallTime, 600_000);
    runs.open(sleeper).await
}

/// A service with four places, all of which one caller holds, with so many runs more that wait.
async fn hogged(
    service: &Arc<Service>,
    waiting: usize,
) -> (Vec<runcell::service::Run>, JoinSet<Result<(), ServiceError>>) {
    let hog = caller("hog");
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(sleep(service.runs(&hog)).await.expect("there is a place"));
    }
    let mut others = JoinSet::new();
    for _ in 0..waiting {
        let (service, hog) = (service.clone(), hog.clone());
        others.spawn(async move { sleep(service.runs(&hog)).await.map(drop) });
    }
    (held, others)
}

#[test]
fn a_small_call_does_not_wait_behind_the_sleepers_of_another_caller() {
    prepare("php");
    let config = Config { max_running: 4, ..Config::default() };
    let service = Arc::new(start(config, cache_dir(), None));
    tokio().block_on(async {
        let (held, mut waiting) = hogged(&service, 300).await;
        let small = caller("small");
        for number in 0..5 {
            let outcome = service.runs(&small).run(request("php", &format!("echo {number};"))).await;
            assert_eq!(stdout(&outcome.expect("it runs")), number.to_string());
        }
        // Not one of the hog's runs has ended or begun meanwhile.
        assert!(waiting.try_join_next().is_none());
        drop(held);
        waiting.shutdown().await;
        // All places came back.
        let (held, _) = hogged(&service, 0).await;
        drop(held);
    });
}

#[test]
fn who_floods_the_queue_is_refused_and_others_are_not() {
    prepare("php");
    let config = Config { max_running: 4, max_queued: 20, ..Config::default() };
    let service = Arc::new(start(config, cache_dir(), None));
    tokio().block_on(async {
        let (held, mut waiting) = hogged(&service, 30).await;
        // Ten are too many.
        for _ in 0..10 {
            let refused = waiting.join_next().await.expect("one ends").expect("no panic");
            assert!(matches!(refused, Err(ServiceError::Busy { .. })), "{refused:?}");
        }
        let outcome = service.runs(me()).run(request("php", "echo 1;")).await;
        assert_eq!(stdout(&outcome.expect("it runs")), "1");
        drop(held);
        waiting.shutdown().await;
    });
}
