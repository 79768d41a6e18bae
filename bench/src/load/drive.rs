//! The clients: a closed loop in which each sends its next call when its last one is answered.
//!
//! Owns what is in flight and what came of it. One thread a connection reads, checks and writes, so that the client
//! costs little beside the server.

use super::mix::{Job, Mix};
use super::server::Server;
use crate::sample::Samples;
use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, Instant};

/// When the clients stop.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stop {
    After(Duration),
    /// After so many runs, of all connections together.
    Runs(u64),
}

/// The results of the runs.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How long the runs of each kind took, from the call to the answer.
    pub(crate) kinds: Vec<Samples>,
    pub(crate) failed: u64,
    /// The first few failures.
    pub(crate) complaints: Vec<String>,
    /// Messages that answer no run of this loop.
    pub(crate) strangers: Vec<String>,
    pub(crate) took: Duration,
}

impl Tally {
    pub(crate) fn new(mix: &Mix) -> Self {
        Self { kinds: vec![Samples::default(); mix.kinds.len()], ..Self::default() }
    }

    pub(crate) fn all(&self) -> Samples {
        self.kinds.iter().fold(Samples::default(), |all, kind| all.with(kind))
    }

    pub(crate) fn answered(&mut self, job: &Job, took: Duration, answer: &[u8]) {
        if let Some(samples) = self.kinds.get_mut(job.kind) {
            samples.push(took);
        }
        if !job.is_answered_by(answer) {
            self.fail(&format!("run {}: {}", job.id, String::from_utf8_lossy(&answer[..answer.len().min(600)])));
        }
    }

    pub(crate) fn fail(&mut self, complaint: &str) {
        self.failed += 1;
        if self.complaints.len() < 3 {
            self.complaints.push(complaint.to_owned());
        }
    }

    pub(crate) fn join(mut self, other: Self) -> Self {
        self.kinds = self.kinds.iter().zip(&other.kinds).map(|(a, b)| a.clone().with(b)).collect();
        self.failed += other.failed;
        self.complaints.extend(other.complaints);
        self.strangers.extend(other.strangers);
        self.took = self.took.max(other.took);
        self
    }
}

/// The id of an answer; `None` of anything else.
pub(crate) fn id_of(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(b"{\"jsonrpc\":\"2.0\",\"id\":")?;
    let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

/// Keeps so many calls in flight on each connection. Runs are numbered from `first`; each connection has its own.
pub(crate) fn drive(
    servers: &mut [Server],
    mix: &Mix,
    clients: usize,
    stop: Stop,
    first: u64,
) -> anyhow::Result<Tally> {
    let count = servers.len() as u64;
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for (server, index) in servers.iter_mut().zip(0u64..) {
            let stop = match stop {
                Stop::Runs(runs) => Stop::Runs(runs / count + u64::from(index < runs % count)),
                after @ Stop::After(_) => after,
            };
            threads.push(scope.spawn(move || connection(server, mix, clients, stop, first + index * 1_000_000_000)));
        }
        let mut all = Tally::new(mix);
        for thread in threads {
            all = all.join(thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(all)
    })
}

fn connection(server: &mut Server, mix: &Mix, clients: usize, stop: Stop, first: u64) -> anyhow::Result<Tally> {
    let began = Instant::now();
    let (mut tally, mut flying) = (Tally::new(mix), HashMap::new());
    let mut next = first;
    // Calls in flight are at most a few hundred short lines, which fit into the pipe: writing never waits for reading.
    let mut out = Vec::new();
    let goes_on = |next: u64| match stop {
        Stop::After(time) => began.elapsed() < time,
        Stop::Runs(runs) => next - first < runs,
    };
    let mut free = clients;
    loop {
        while free > 0 && goes_on(next) {
            let kind = mix.kind_of(next);
            mix.kinds[kind].write(next, &mut out);
            flying.insert(next, (Instant::now(), mix.kinds[kind].job(kind, next)));
            (next, free) = (next + 1, free - 1);
        }
        server.stdin.write_all(&out)?;
        out.clear();
        if flying.is_empty() {
            tally.took = began.elapsed();
            return Ok(tally);
        }
        server.lines.next(|line| match id_of(line).and_then(|id| flying.remove(&id)) {
            Some((sent, job)) => {
                tally.answered(&job, sent.elapsed(), line);
                free += 1;
            }
            None => tally.strangers.push(String::from_utf8_lossy(line).into_owned()),
        })?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_answer_is_found() {
        assert_eq!(id_of(br#"{"jsonrpc":"2.0","id":42,"result":{}}"#), Some(42));
        assert_eq!(id_of(br#"{"jsonrpc":"2.0","method":"notifications/progress"}"#), None);
    }
}
