//! The queue: parallelism, priorities, its bound, and cancelling in every state.

use super::harness::*;
use crate::docker::harness::the_engine;
use crate::harness::me;
use runcell::job::{JobFilter, JobId, JobState};
use runcell::service::{CancelOutcome, Jobs, LogStream, ServiceError};
use std::time::Duration;

async fn submit(jobs: &Jobs, place: &Place, script: &str, priority: i32) -> JobId {
    let mut request = place.request(script);
    request.priority = priority;
    jobs.submit(request).await.unwrap().job.id
}

async fn until(jobs: &Jobs, id: JobId, state: JobState) {
    while jobs.get(id).await.unwrap().state != state {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn fifty_jobs_at_once_all_end_and_never_too_many_run() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|config| config.jobs.parallel = 5);
    running(&service, async |jobs| {
        let mut ids = Vec::new();
        for _ in 0..50 {
            ids.push(submit(jobs, &place, "echo $RUNCELL_JOB > /out/id", 0).await);
        }
        let mut most = 0;
        loop {
            let counts = jobs.counts().await.unwrap();
            most = most.max(counts[&JobState::Running]);
            if counts[&JobState::Finished] == 50 {
                break;
            }
            assert_eq!(counts[&JobState::Errored], 0, "{counts:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!((2..=5).contains(&most), "{most} ran at a time");
        for id in ids {
            assert_eq!(jobs.preview(id, "id").await.unwrap().content, format!("{id}\n"));
        }
    });
}

#[test]
fn higher_priorities_go_first() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|config| config.jobs.parallel = 1);
    let starts = running(&service, async |jobs| {
        let blocker = submit(jobs, &place, "sleep 2", 0).await;
        until(jobs, blocker, JobState::Running).await;
        let mut ids = Vec::new();
        for priority in [0, -5, 7, 7] {
            ids.push(submit(jobs, &place, "true", priority).await);
        }
        assert_eq!(jobs.queue_position(ids[1]).await.unwrap(), Some(3));
        let mut starts = Vec::new();
        for id in ids {
            starts.push((jobs.wait(id).await.unwrap().started_ms.unwrap(), id.get() - blocker.get()));
        }
        starts.sort_unstable();
        starts
    });
    assert_eq!(starts.into_iter().map(|(_, number)| number).collect::<Vec<_>>(), [3, 4, 1, 2]);
}

#[test]
fn jobs_are_cancelled_in_every_state() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|config| config.jobs.parallel = 1);
    running(&service, async |jobs| {
        let first = submit(jobs, &place, "echo up; sleep 60", 0).await;
        let waiting = submit(jobs, &place, "true", 0).await;
        until(jobs, first, JobState::Running).await;
        assert_eq!(jobs.cancel(waiting).await.unwrap(), CancelOutcome::Cancelled);
        assert_eq!(jobs.cancel(first).await.unwrap(), CancelOutcome::Requested);
        let ended = tokio::time::timeout(Duration::from_secs(20), jobs.wait(first)).await.unwrap().unwrap();
        assert_eq!(ended.state, JobState::Cancelled);
        for id in [first, waiting] {
            assert_eq!(jobs.cancel(id).await.unwrap(), CancelOutcome::Ended(JobState::Cancelled));
        }
        let done = submit(jobs, &place, "true", 0).await;
        jobs.wait(done).await.unwrap();
        assert_eq!(jobs.cancel(done).await.unwrap(), CancelOutcome::Ended(JobState::Finished));
    });
}

#[test]
fn another_process_cancels_and_waits() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|_| ());
    running(&service, async |jobs| {
        let id = submit(jobs, &place, "echo up; sleep 60", 0).await;
        until(jobs, id, JobState::Running).await;
        let (mut cancel, mut follow) = (
            place.command(&["job", "cancel", &id.to_string()]),
            place.command(&["job", "logs", "-f", &id.to_string()]),
        );
        let following = tokio::task::spawn_blocking(move || follow.output().unwrap());
        while jobs.preview(id, "STDOUT.log").await.map_or(true, |log| log.content != "up\n") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(tokio::task::spawn_blocking(move || cancel.status().unwrap()).await.unwrap().success());
        assert_eq!(jobs.wait(id).await.unwrap().state, JobState::Cancelled);
        assert_eq!(following.await.unwrap().stdout, b"up\n");
    });
}

#[test]
fn a_log_is_read_once_whenever_its_reader_came() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|_| ());
    crate::harness::tokio().block_on(async {
        let jobs = service.jobs(me()).await.unwrap();
        let id = submit(&jobs, &place, "echo one; sleep 60", 0).await;
        // It came before the first attempt, and reads when that has written.
        let mut log = jobs.log(id, LogStream::Stdout, true).await.unwrap();
        service.run_jobs().await.unwrap();
        while jobs.preview(id, "STDOUT.log").await.map_or(true, |log| log.content != "one\n") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(log.next().await.unwrap().as_deref(), Some(&b"one\n"[..]));
        // A further attempt has a folder of results of its own, as is made here.
        let out = place.dir.path().join(format!("data/jobs/{id}/out"));
        let log_of_attempt = |text: &str| {
            std::fs::rename(&out, out.with_file_name(format!("old-{}", text.trim()))).unwrap();
            std::fs::create_dir(&out).unwrap();
            std::fs::write(out.join("STDOUT.log"), text).unwrap();
        };
        for text in ["again, and longer\n", "third\n"] {
            log_of_attempt(text);
            assert_eq!(log.next().await.unwrap().as_deref(), Some(text.as_bytes()));
        }
        // Written anew in the same folder, as by a process that takes the job over: it goes on where it was.
        std::fs::remove_file(out.join("STDOUT.log")).unwrap();
        std::fs::write(out.join("STDOUT.log"), "third\nand more\n").unwrap();
        assert_eq!(log.next().await.unwrap().as_deref(), Some(&b"and more\n"[..]));
        jobs.cancel(id).await.unwrap();
        assert_eq!(log.next().await.unwrap(), None, "what was read is not read again");
        service.close().await;
    });
}

#[test]
fn a_full_queue_is_told_and_keeps_nothing() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|config| config.jobs.max_pending = 2);
    crate::harness::tokio().block_on(async {
        let jobs = service.jobs(me()).await.unwrap();
        for _ in 0..2 {
            submit(&jobs, &place, "true", 0).await;
        }
        match jobs.submit(place.request("true")).await {
            Err(ServiceError::Busy { queued: 2, retry_after_ms: 1.. }) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(jobs.list(&JobFilter::default()).await.unwrap().total, 2);
        service.close().await;
    });
}

#[test]
fn a_network_is_refused_where_the_site_says_so() {
    the_engine!();
    let place = Place::new();
    let service = place.service(|config| config.jobs.allow_network = false);
    crate::harness::tokio().block_on(async {
        let jobs = service.jobs(me()).await.unwrap();
        let mut request = place.request("true");
        request.network = true;
        let error = jobs.submit(request).await.unwrap_err();
        assert!(matches!(error, ServiceError::Invalid(_)) && error.to_string().contains("allow_network"), "{error}");
        service.close().await;
    });
}
