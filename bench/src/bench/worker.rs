//! The cost of a worker process: the same run in this process and in a worker, in turn; and a worker that is killed.

use super::driver::Bench;
use super::driver::{me, start};
use super::table::Row;
use crate::sample::{Samples, ms};
use runcell::config::{Config, Workers};
use runcell::outcome::Ending;
use runcell::service::{Ready, RunRequest, Service, WorkerProgram};
use std::time::{Duration, Instant};

const HELLO: &str = "print('hi')";

/// Runs a turn.
const A_TURN: usize = 20;

impl Bench {
    /// A service whose guests run in workers of the release build.
    fn with_workers(&self) -> anyhow::Result<Service> {
        let worker = WorkerProgram { program: self.binary.clone(), arguments: vec!["worker".into()] };
        let config = Config { workers: Workers { count: 1, ..Workers::default() }, ..Config::default() };
        let cache = super::cache_dir()?;
        let start = async { Service::start_with_workers(config, cache, None, worker) };
        let service = self.tokio.block_on(start)?;
        self.tokio.block_on(service.ready())?;
        Ok(service)
    }

    fn hello(&self, service: &Service, ready: &Ready) -> anyhow::Result<Duration> {
        let request = RunRequest::new("python".parse()?, HELLO);
        let before = Instant::now();
        let outcome = self
            .tokio
            .block_on(async { start(service, ready, request).await?.outcome().await.map_err(anyhow::Error::from) })?;
        let took = before.elapsed();
        anyhow::ensure!(outcome.output.stdout == b"hi\n", "{outcome:?}");
        Ok(took)
    }
}

/// The same hello here and in a worker.
pub(crate) fn rows(bench: &Bench, name: &str) -> anyhow::Result<Vec<Row>> {
    let here = bench.ready("python")?;
    let service = bench.with_workers()?;
    let there = bench.tokio.block_on(service.runtimes(&me()).prepare(&"python".parse()?)?.ready())?;
    let (mut inside, mut outside) = (Samples::default(), Samples::default());
    for turn in 0..=bench.turns {
        for _ in 0..A_TURN {
            let (a, b) = (bench.hello(&bench.service, &here)?, bench.hello(&service, &there)?);
            // The first turn warms up.
            if turn > 0 {
                inside.push(a);
                outside.push(b);
            }
        }
    }
    let over = outside.median().saturating_sub(inside.median());
    let row = Row {
        native: format!("{} (in process)", ms(inside.median())),
        ratio: format!("{} ms over", ms(over)),
        ..Row::alone(name, &outside, "0.3 over")
    };
    Ok(vec![row, replaced(bench, &service, &there)?])
}

/// A worker dies with a run, and the next run is answered.
fn replaced(bench: &Bench, service: &Service, ready: &Ready) -> anyhow::Result<Row> {
    let mut samples = Samples::default();
    for _ in 0..bench.turns.min(20) {
        let sleeping = RunRequest::new("python".parse()?, "print('begun', flush=True)\nimport time\ntime.sleep(60)");
        let victim = bench.tokio.block_on(async {
            let mut run = start(service, ready, sleeping).await?;
            run.next_event().await;
            Ok::<_, anyhow::Error>(run)
        })?;
        let busy = service.system(&me()).workers()?.into_iter().find(|worker| worker.runs > 0);
        let pid = busy.ok_or_else(|| anyhow::anyhow!("no worker has the run"))?.pid;
        let before = Instant::now();
        let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status()?;
        anyhow::ensure!(killed.success(), "{pid} could not be killed");
        let outcome = bench.tokio.block_on(victim.outcome())?;
        anyhow::ensure!(matches!(outcome.ending, Ending::Lost { .. }), "{outcome:?}");
        bench.hello(service, ready)?;
        samples.push(before.elapsed());
        // Until there is one to spare again.
        while service.system(&me()).workers()?.len() < 2 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(Row::alone("worker killed, to the next answer", &samples, "100"))
}
