//! `library`: python hellos in this process, through the library alone.
//!
//! Beside `throughput` it tells what the server costs on top: its protocol, its processes and its client.

use super::drive::{Stop, Tally};
use super::footprint::Watch;
use super::mix::Mix;
use super::report::{Line, Lines};
use super::setting::Load;
use runcell::caller::{Caller, Face};
use runcell::config::Config;
use runcell::outcome::Ending;
use runcell::service::{RunRequest, Service};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

pub(crate) fn hellos(load: &Load) -> anyhow::Result<Lines> {
    let service = Arc::new(Service::start(Config::default(), load.cache_dir.clone(), None)?);
    let tokio = tokio::runtime::Runtime::new()?;
    tokio.block_on(clients(&service, load.clients, Stop::Runs(200)))?;
    let pids = [std::process::id()];
    let (tally, watch) = Watch::during(&pids, || tokio.block_on(clients(&service, load.clients, load.stop())));
    let tally = tally?;
    let line = Line::of("library: python hello in one process", &tally.all(), &tally).with(&watch.of_one_process());
    Ok(Lines::of(line, &tally))
}

/// Clients as tasks, each in a closed loop.
async fn clients(service: &Arc<Service>, clients: usize, stop: Stop) -> anyhow::Result<Tally> {
    let began = Instant::now();
    let number = Arc::new(AtomicU64::new(1));
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (service, number) = (service.clone(), number.clone());
            tokio::spawn(async move {
                let mut tally = Tally::new(&Mix::python());
                loop {
                    let id = number.fetch_add(1, Ordering::Relaxed);
                    let over = match stop {
                        Stop::After(time) => began.elapsed() >= time,
                        Stop::Runs(runs) => id > runs,
                    };
                    if over {
                        return anyhow::Ok(tally);
                    }
                    hello(&service, id, &mut tally).await?;
                }
            })
        })
        .collect();
    let mut all = Tally::new(&Mix::python());
    for task in tasks {
        all = all.join(task.await??);
    }
    all.took = began.elapsed();
    Ok(all)
}

async fn hello(service: &Service, id: u64, tally: &mut Tally) -> anyhow::Result<()> {
    let request = RunRequest::new("python".parse()?, format!("print('hi {id}')"));
    let before = Instant::now();
    let outcome = service.runs(&Caller::operator(Face::Library)).run(request).await?;
    tally.kinds[0].push(before.elapsed());
    let expected = format!("hi {id}\n");
    if outcome.ending != (Ending::Completed { exit_code: 0 }) || outcome.output.stdout != expected.as_bytes() {
        tally.fail(&format!("run {id}: {outcome:?}"));
    }
    Ok(())
}
