//! How long runtimes take to prepare in an empty cache, the fetching of packages apart.

use super::table::Row;
use crate::workspace::eprint_line;
use runcell::config::Config;
use runcell::service::Service;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often is looked at what preparations do.
const LOOK: Duration = Duration::from_millis(20);

/// Python alone, and all that come with the program.
pub(crate) fn rows() -> anyhow::Result<Vec<Row>> {
    let python = prepare(&["python".to_owned()])?;
    let catalog = tempfile::tempdir()?;
    let names = Service::start(Config::default(), catalog.path().to_owned(), None)?.runtime_names();
    let all = prepare(&names)?;
    Ok(vec![row("preparing python", python, "75 s"), row(&format!("preparing all {}", names.len()), all, "4 min")])
}

fn row(name: &str, (work, fetching): (Duration, Duration), bar: &'static str) -> Row {
    let seconds = |duration: Duration| format!("{:.0} s", duration.as_secs_f64());
    let ours = format!("{} (and {} of fetching)", seconds(work), seconds(fetching));
    Row { name: name.to_owned(), ours, native: String::new(), ratio: String::new(), bar }
}

/// Prepares runtimes side by side, as `runcell runtimes prepare` does; returns the time of work and that in which all
/// that are not ready yet only fetched.
fn prepare(names: &[String]) -> anyhow::Result<(Duration, Duration)> {
    let cache = tempfile::tempdir()?;
    let service = Service::start(Config::default(), cache.path().to_owned(), None)?;
    let tokio = tokio::runtime::Runtime::new()?;
    let mut under_way =
        names.iter().map(|name| Ok(service.prepare(&name.parse()?)?)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut steps: BTreeMap<String, Duration> = BTreeMap::new();
    let (mut work, mut fetching) = (Duration::ZERO, Duration::ZERO);
    while !under_way.is_empty() {
        let before = Instant::now();
        std::thread::sleep(LOOK);
        let mut unfinished = Vec::new();
        for mut preparation in under_way {
            let ready = tokio.block_on(async { tokio::time::timeout(Duration::ZERO, preparation.ready()).await });
            match ready {
                Ok(ready) => drop(ready?),
                Err(_) => unfinished.push(preparation),
            }
        }
        under_way = unfinished;
        let took = before.elapsed();
        let doing: Vec<String> = under_way.iter().map(|preparation| preparation.status().step).collect();
        let only_fetching = doing.iter().all(|step| step.contains("fetching") || step.starts_with("waiting"));
        *if only_fetching { &mut fetching } else { &mut work } += took;
        doing.into_iter().for_each(|step| *steps.entry(step).or_default() += took);
    }
    for (step, took) in &steps {
        eprint_line(&format!("{:8.1} s  {step}", took.as_secs_f64()));
    }
    Ok((work, fetching))
}
