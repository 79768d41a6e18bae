//! How long runtimes take to prepare in an empty cache, the fetching of packages apart.

use super::driver::me;
use super::table::Row;
use crate::workspace::eprint_line;
use runcell::config::Config;
use runcell::service::Service;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Python alone, and all that come with the program.
pub(crate) fn rows() -> anyhow::Result<Vec<Row>> {
    let python = prepare(&["python".to_owned()])?;
    let catalog = tempfile::tempdir()?;
    let names = Service::start(Config::default(), catalog.path().to_owned(), None)?.runtimes(&me()).names()?;
    let all = prepare(&names)?;
    Ok(vec![row("preparing python", python, "75 s"), row(&format!("preparing all {}", names.len()), all, "4 min")])
}

fn row(name: &str, (work, fetching): (Duration, Duration), bar: &'static str) -> Row {
    let seconds = |duration: Duration| format!("{:.0} s", duration.as_secs_f64());
    let ours = format!("{} (and {} of fetching)", seconds(work), seconds(fetching));
    Row { name: name.to_owned(), ours, native: String::new(), ratio: String::new(), bar }
}

/// Prepares runtimes one after the other; returns the time of work and of fetching.
fn prepare(names: &[String]) -> anyhow::Result<(Duration, Duration)> {
    let cache = tempfile::tempdir()?;
    let service = Service::start(Config::default(), cache.path().to_owned(), None)?;
    let tokio = tokio::runtime::Runtime::new()?;
    let mut steps: BTreeMap<String, Duration> = BTreeMap::new();
    for name in names {
        let mut preparation = service.runtimes(&me()).prepare(&name.parse()?)?;
        tokio.block_on(async {
            loop {
                let before = Instant::now();
                let step = preparation.status().step;
                match tokio::time::timeout(Duration::from_millis(20), preparation.ready()).await {
                    Ok(ready) => return ready.map(|_| ()),
                    Err(_) => *steps.entry(step).or_default() += before.elapsed(),
                }
            }
        })?;
    }
    for (step, took) in &steps {
        eprint_line(&format!("{:8.1} s  {step}", took.as_secs_f64()));
    }
    let (fetching, work): (Vec<_>, Vec<_>) = steps.iter().partition(|(step, _)| step.starts_with("fetching"));
    let sum = |steps: Vec<(&String, &Duration)>| steps.into_iter().map(|(_, took)| *took).sum();
    Ok((sum(work), sum(fetching)))
}
