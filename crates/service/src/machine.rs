//! The resources of this machine, and how much of them is free.
//!
//! Owns reading it from the kernel. What cannot be read is 0.

use std::path::Path;

/// The resources of this machine, and how much of them is free.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Machine {
    /// Processors that this process may use.
    pub processors: usize,
    /// Tasks that ran or waited to run on average during the last minute.
    pub load: f64,
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// Memory that is free, or would be at once, in bytes.
    pub available_bytes: u64,
    /// The disks that data lies on.
    pub disks: Vec<Disk>,
}

/// A disk that data lies on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// The things that lie on it.
    pub purpose: &'static str,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Free for this process, in bytes.
    pub free_bytes: u64,
}

impl Machine {
    /// Looks at the machine, and at the disk of the data folder.
    pub(crate) fn look(data_dir: Option<&Path>) -> Self {
        let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            load: load.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0),
            memory_bytes: kilobytes(&text, "MemTotal:") << 10,
            available_bytes: kilobytes(&text, "MemAvailable:") << 10,
            disks: data_dir.and_then(|folder| disk("data", folder)).into_iter().collect(),
        }
    }
}

/// The time of all processors so far, and the part of it in which they had work, in ticks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Busy {
    all: u64,
    busy: u64,
}

impl Busy {
    /// The times until now.
    pub(crate) fn now() -> Self {
        Self::read(&std::fs::read_to_string("/proc/stat").unwrap_or_default())
    }

    /// The first line has the time of all processors: user, nice, system, idle, waiting for disks, interrupts, stolen; what follows
    /// is in the first two as well.
    fn read(text: &str) -> Self {
        let line = text.lines().next().and_then(|line| line.strip_prefix("cpu ")).unwrap_or_default();
        let times: Vec<u64> = line.split_whitespace().take(8).map(|time| time.parse().unwrap_or(0)).collect();
        let all = times.iter().sum();
        let idle: u64 = times.iter().skip(3).take(2).sum();
        Self { all, busy: all - idle }
    }

    /// The part of the time since an earlier look in which processors had work, from 0 to 1.
    pub(crate) fn since(&self, earlier: &Self) -> f64 {
        let ticks = |now: u64, then: u64| u32::try_from(now.saturating_sub(then)).map_or(0.0, f64::from);
        let all = ticks(self.all, earlier.all);
        if all > 0.0 { (ticks(self.busy, earlier.busy) / all).min(1.0) } else { 0.0 }
    }
}

fn kilobytes(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The disk of a folder, or of the nearest one above it that is there.
fn disk(purpose: &'static str, folder: &Path) -> Option<Disk> {
    let stat = folder.ancestors().find_map(|folder| rustix::fs::statvfs(folder).ok())?;
    Some(Disk { purpose, bytes: stat.f_blocks * stat.f_frsize, free_bytes: stat.f_bavail * stat.f_frsize })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_says_what_it_has() {
        let machine = Machine::look(Some(Path::new("/no/such/folder")));
        assert!(
            machine.processors > 0 && machine.memory_bytes >= machine.available_bytes && machine.available_bytes > 0
        );
        assert!(machine.disks[0].bytes >= machine.disks[0].free_bytes && machine.disks[0].bytes > 0, "{machine:?}");
        assert!(Busy::now().all > 0 && Busy::now().busy > 0);
        assert_eq!(kilobytes("MemTotal:    12 kB\nMemFree: 1 kB", "MemTotal:"), 12);
    }

    #[test]
    fn processors_are_busy_as_the_kernel_counts() {
        let first = Busy::read("cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 1 1 1\n");
        assert_eq!(first, Busy { all: 1000, busy: 200 });
        let second = Busy::read("cpu  150 0 100 750 100 0 0 0 90 0\n");
        assert!((second.since(&first) - 0.5).abs() < 1e-9, "{second:?}");
        assert!(first.since(&second) == 0.0 && first.since(&first) == 0.0 && Busy::read("") == Busy::default());
    }
}
