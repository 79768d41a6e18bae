//! Python hellos over HTTP, from clients that each keep a connection.
//!
//! Owns the closed loop: each client sends its next run when its last one is answered.

use super::client::Client;
use super::server::HttpServer;
use crate::load::drive::{Stop, Tally};
use crate::load::mix::Mix;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Keeps so many clients busy, each on its connection, until the time is over or somebody says so.
pub(super) fn drive(server: &HttpServer, clients: usize, stop: Stop, enough: &AtomicBool) -> anyhow::Result<Tally> {
    let (mix, began, next) = (Mix::python(), Instant::now(), AtomicU64::new(1));
    let goes_on = |number: u64| match stop {
        Stop::After(time) => began.elapsed() < time && !enough.load(Ordering::Relaxed),
        Stop::Runs(runs) => number <= runs,
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|_| {
                scope.spawn(|| -> anyhow::Result<Tally> {
                    let (mut client, mut tally) = (Client::connect(server.address())?, Tally::new(&mix));
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if !goes_on(number) {
                            tally.took = began.elapsed();
                            return Ok(tally);
                        }
                        let sent = Instant::now();
                        let answer = client.run(&format!("print('hi {number}')"))?;
                        tally.answered(&mix.kinds[0].job(0, number), sent.elapsed(), answer);
                    }
                })
            })
            .collect();
        threads.into_iter().try_fold(Tally::new(&mix), |all, thread| {
            Ok(all.join(thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))??))
        })
    })
}
