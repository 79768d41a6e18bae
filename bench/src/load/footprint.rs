//! The resources of a process and all its descendants: memory, threads, descriptors and processor time.
//!
//! Owns the reading of /proc and the comparison of memory over time. Memory is the proportional set size: a page that
//! several processes share counts once in the sum. What is compared over time leaves mapped files out, as their pages
//! belong to the page cache and are counted less when strangers map the same files.

use anyhow::Context;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Time between two looks.
const EVERY: Duration = Duration::from_millis(500);

/// Growth that is no growth, in KiB: what allocators keep varies by that much.
const SLACK_KIB: u64 = 4 << 10;

/// The resources of a tree of processes at a moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Footprint {
    pub(crate) pss_kib: u64,
    /// Of these, what is no page of a file: anonymous and shared memory.
    pub(crate) own_kib: u64,
    pub(crate) processes: usize,
    pub(crate) threads: usize,
    pub(crate) descriptors: usize,
    /// Processor time so far.
    pub(crate) cpu: Duration,
}

/// A process and all its descendants.
pub(crate) fn tree(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some(parent) = stat(process).and_then(|fields| fields.get(1)?.parse().ok()) {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut all = vec![root];
    let mut at = 0;
    while let Some(process) = all.get(at) {
        all.extend(children.remove(process).unwrap_or_default());
        at += 1;
    }
    all
}

/// Whether a process is there and no zombie.
pub(crate) fn runs(process: u32) -> bool {
    stat(process).is_some_and(|fields| fields.first().is_some_and(|state| state != "Z"))
}

/// The fields of /proc/PID/stat behind the name of the program, which may hold anything.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}

/// The most memory that a process has had, in KiB.
pub(crate) fn peak_kib(process: u32) -> anyhow::Result<u64> {
    status_kib(process, "VmHWM:")
}

/// The memory of a process, in KiB.
pub(crate) fn resident_kib(process: u32) -> anyhow::Result<u64> {
    status_kib(process, "VmRSS:")
}

fn status_kib(process: u32, name: &str) -> anyhow::Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let kib = text.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse().ok());
    kib.with_context(|| format!("the kernel has no {name} of process {process}"))
}

/// How many files this process may have open.
pub(crate) fn most_files() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/limits")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files")).context("no limit of open files")?;
    Ok(line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(u64::MAX))
}

/// Processor time of a process and of those of its children that it has waited for.
pub(crate) fn cpu(process: u32) -> Duration {
    let fields = stat(process).unwrap_or_default();
    // utime, stime, cutime, cstime: fields 14 to 17, of which the first two are cut off; 100 ticks a second on Linux.
    let ticks: u64 = fields.iter().skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

impl Footprint {
    /// Of a process and all its descendants. A process that goes away meanwhile counts with what was seen of it.
    pub(crate) fn of(root: u32) -> Self {
        let count = |path: String| std::fs::read_dir(Path::new(&path)).map_or(0, Iterator::count);
        let mut sum = Self::default();
        for process in tree(root) {
            let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
            let kib = |name: &str| -> u64 {
                let number = |line: &str| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok();
                text.lines().find_map(number).unwrap_or(0)
            };
            sum.pss_kib += kib("Pss:");
            sum.own_kib += kib("Pss_Anon:") + kib("Pss_Shmem:");
            sum.processes += 1;
            sum.threads += count(format!("/proc/{process}/task"));
            sum.descriptors += count(format!("/proc/{process}/fd"));
            sum.cpu += cpu(process);
        }
        sum
    }

    fn of_all(roots: &[u32]) -> Self {
        roots.iter().map(|root| Self::of(*root)).fold(Self::default(), |a, b| Self {
            pss_kib: a.pss_kib + b.pss_kib,
            own_kib: a.own_kib + b.own_kib,
            processes: a.processes + b.processes,
            threads: a.threads + b.threads,
            descriptors: a.descriptors + b.descriptors,
            cpu: a.cpu + b.cpu,
        })
    }
}

/// Observations over time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    samples: Vec<Footprint>,
    /// Processor time of this process and of the watched ones meanwhile.
    pub(crate) client_cpu: Duration,
    pub(crate) server_cpu: Duration,
}

impl Watch {
    /// Looks at trees of processes while something else is done.
    pub(crate) fn during<T>(roots: &[u32], work: impl FnOnce() -> T) -> (T, Self) {
        let me = std::process::id();
        let done = AtomicBool::new(false);
        let (client, server) = (cpu(me), Footprint::of_all(roots).cpu);
        std::thread::scope(|scope| {
            let watching = scope.spawn(|| {
                let mut samples = vec![];
                let mut next = Instant::now();
                while !done.load(Ordering::Relaxed) {
                    if Instant::now() >= next {
                        samples.push(Footprint::of_all(roots));
                        next = Instant::now() + EVERY;
                    }
                    std::thread::sleep(Duration::from_millis(10));
                }
                samples.push(Footprint::of_all(roots));
                samples
            });
            let result = work();
            done.store(true, Ordering::Relaxed);
            let samples = watching.join().unwrap_or_default();
            let last = samples.last().copied().unwrap_or_default();
            // The servers are children that have not been waited for: their time is not in ours.
            let client_cpu = cpu(me).saturating_sub(client);
            (result, Self { samples, client_cpu, server_cpu: last.cpu.saturating_sub(server) })
        })
    }

    /// Of work that this process did itself: it has no client.
    pub(crate) fn of_one_process(self) -> Self {
        Self { client_cpu: Duration::ZERO, ..self }
    }

    /// The most that was seen of anything.
    pub(crate) fn most(&self) -> Footprint {
        let most = |of: fn(&Footprint) -> usize| self.samples.iter().map(of).max().unwrap_or(0);
        Footprint {
            pss_kib: self.samples.iter().map(|sample| sample.pss_kib).max().unwrap_or(0),
            own_kib: self.samples.iter().map(|sample| sample.own_kib).max().unwrap_or(0),
            processes: most(|sample| sample.processes),
            threads: most(|sample| sample.threads),
            descriptors: most(|sample| sample.descriptors),
            cpu: self.server_cpu,
        }
    }

    /// The median of the memory of its own in the first and of the last quarter of the time, in KiB.
    pub(crate) fn quarters(&self) -> (u64, u64) {
        let quarter = self.samples.len().div_ceil(4);
        let median = |samples: &[Footprint]| {
            let mut sorted: Vec<u64> = samples.iter().map(|sample| sample.own_kib).collect();
            sorted.sort_unstable();
            sorted.get(sorted.len() / 2).copied().unwrap_or(0)
        };
        (median(&self.samples[..quarter]), median(&self.samples[self.samples.len() - quarter..]))
    }

    /// Whether memory stayed flat: the last quarter holds at most 5 % more than the first, or a few MiB.
    pub(crate) fn is_flat(&self) -> bool {
        let (first, last) = self.quarters();
        last <= (first + first / 20).max(first + SLACK_KIB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_seen() {
        let seen = Footprint::of(std::process::id());
        assert!(
            seen.pss_kib > 500
                && seen.own_kib > 100
                && seen.processes >= 1
                && seen.threads >= 1
                && seen.descriptors >= 3,
            "{seen:?}"
        );
        assert!(runs(std::process::id()));
        assert!(!runs(u32::MAX));
    }

    #[test]
    fn growth_is_seen() {
        let watch = |mib: [u64; 8]| {
            let samples = mib.map(|mib| Footprint { own_kib: mib << 10, ..Footprint::default() });
            Watch { samples: samples.to_vec(), ..Watch::default() }
        };
        assert!(watch([200, 201, 250, 230, 202, 203, 204, 209]).is_flat());
        assert!(!watch([200, 201, 205, 206, 207, 210, 215, 216]).is_flat());
        assert!(watch([20, 20, 21, 21, 22, 22, 23, 23]).is_flat(), "a few MiB");
    }
}
