//! A control group of our own above a container's: exact usage, also of runs that are over in milliseconds.
//!
//! Owns the group's life and the reading of its counters. The kernel removes a container's own group, with its counters, when the
//! container ends; ours stays until it is read. That needs an engine of this machine that makes groups itself (driver
//! `cgroupfs`) and the right to make groups; elsewhere [`super::usage`] takes samples. The counters include the engine's own
//! work to start the container.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the kernel's control groups are.
const ROOT: &str = "/sys/fs/cgroup";
/// The beginning of the names of our groups.
const PREFIX: &str = "runcell-";

/// A control group of our own. Dropping it removes it, if the container below it is gone.
#[derive(Debug)]
pub(super) struct OwnCgroup {
    name: String,
    root: PathBuf,
}

/// The counters of a group; `None` for a counter that cannot be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counters {
    /// Processor time in microseconds.
    pub(super) cpu_us: Option<u64>,
    /// Largest memory in bytes.
    pub(super) memory_bytes: Option<u64>,
}

impl OwnCgroup {
    /// Makes a group for a run of an owner, if this machine lets us.
    pub(super) fn create(owner: &str, token: &str) -> Option<Self> {
        Self::create_in(Path::new(ROOT), owner, token)
    }

    /// A group that an earlier runcell made.
    pub(super) fn again(parent: &str) -> Option<Self> {
        let name = parent.strip_prefix('/').filter(|name| name.starts_with(PREFIX) && !name.contains('/'))?;
        let group = Self { name: name.to_owned(), root: ROOT.into() };
        (group.read() != Counters::default()).then_some(group)
    }

    fn create_in(root: &Path, owner: &str, token: &str) -> Option<Self> {
        let group = Self { name: format!("{PREFIX}{owner}-{token}"), root: root.to_owned() };
        let folders = if root.join("cgroup.controllers").exists() {
            vec![root.join(&group.name)]
        } else {
            ["memory", "cpuacct"].map(|controller| root.join(controller).join(&group.name)).to_vec()
        };
        // A failure drops the group, which removes the folders made so far.
        folders.iter().all(|folder| fs::create_dir(folder).is_ok()).then_some(group)
    }

    /// The name of the group in the engine's interface.
    pub(super) fn parent(&self) -> String {
        format!("/{}", self.name)
    }

    /// The counters so far.
    pub(super) fn read(&self) -> Counters {
        let unified = self.root.join(&self.name);
        if unified.is_dir() {
            let stat = fs::read_to_string(unified.join("cpu.stat")).unwrap_or_default();
            return Counters { cpu_us: usage_usec(&stat), memory_bytes: number(&unified.join("memory.peak")) };
        }
        let of = |controller: &str, file: &str| number(&self.root.join(controller).join(&self.name).join(file));
        let nanoseconds = of("cpuacct", "cpuacct.usage");
        Counters { cpu_us: nanoseconds.map(|ns| ns / 1000), memory_bytes: of("memory", "memory.max_usage_in_bytes") }
    }
}

impl OwnCgroup {
    /// Removes the group. Returns whether it is gone.
    pub(super) fn remove(&self) -> bool {
        remove(&self.root, |name| name == self.name)
    }
}

impl Drop for OwnCgroup {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Removes the groups of an owner that no container is in.
pub(super) fn sweep(owner: &str) {
    let prefix = format!("{PREFIX}{owner}-");
    remove(Path::new(ROOT), |name| name.starts_with(&prefix) && !name[prefix.len()..].contains('-'));
}

/// Removes groups by name, in the one hierarchy or in each of the old ones: the engine makes them in all. The kernel keeps a group
/// that is in use. Returns whether all are gone.
fn remove(root: &Path, chosen: impl Fn(&str) -> bool) -> bool {
    let folders = |path: &Path| {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).collect::<Vec<_>>()
    };
    let unified = root.join("cgroup.controllers").exists();
    let hierarchies =
        if unified { vec![root.to_owned()] } else { folders(root).iter().map(fs::DirEntry::path).collect() };
    let groups = hierarchies.iter().flat_map(|hierarchy| folders(hierarchy));
    let chosen = groups.filter(|group| group.file_name().to_str().is_some_and(&chosen));
    let in_use = chosen.filter(|group| fs::remove_dir(group.path()).is_err());
    in_use.count() == 0
}

fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok().filter(|number| *number > 0)
}

/// The processor time in a `cpu.stat`.
fn usage_usec(stat: &str) -> Option<u64> {
    let line = stat.lines().find_map(|line| line.strip_prefix("usage_usec "))?;
    line.trim().parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kernels have one of two layouts; ordinary folders can take the shape of both.
    #[test]
    fn both_layouts_are_read_and_left_clean() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path();
        for hierarchy in ["memory", "cpuacct", "pids"] {
            fs::create_dir(root.join(hierarchy)).expect("made");
        }
        let group = OwnCgroup::create_in(root, "me", "1").expect("made");
        assert_eq!((group.parent().as_str(), group.read()), ("/runcell-me-1", Counters::default()));
        let used = root.join("cpuacct/runcell-me-1/cpuacct.usage");
        fs::write(&used, "5000\n").expect("written");
        assert_eq!(group.read().cpu_us, Some(5));
        fs::remove_file(used).expect("removed");
        fs::create_dir(root.join("pids/runcell-me-1")).expect("made");
        drop(group);
        assert!(!root.join("memory/runcell-me-1").exists() && !root.join("pids/runcell-me-1").exists());

        fs::write(root.join("cgroup.controllers"), "").expect("written");
        let group = OwnCgroup::create_in(root, "me", "2").expect("made");
        fs::write(root.join("runcell-me-2/cpu.stat"), "usage_usec 7\nuser_usec 3\n").expect("written");
        fs::write(root.join("runcell-me-2/memory.peak"), "4096\n").expect("written");
        assert_eq!(group.read(), Counters { cpu_us: Some(7), memory_bytes: Some(4096) });
    }

    #[test]
    fn a_group_that_cannot_be_made_is_none() {
        assert!(OwnCgroup::create_in(Path::new("/nonexistent"), "me", "1").is_none());
    }
}
