//! Limits on the folder that a container writes to.
//!
//! Owns the limits, the measure and the comparison. Does not stop anything: `watch` does that.

use runcell_folder::{Bounds, Folder, Kind};
use runcell_model::limits::LimitKind;
use serde::{Deserialize, Serialize};

/// Limits on the folder of a container. It is measured four times a second and once more at the end. That is no
/// quota: a fast writer can exceed the limits by what a disk takes in that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FolderLimits {
    /// Bytes of all files, holes and the logs of a tool included. Default 1 GiB.
    pub bytes: u64,
    /// Files, folders, links and all other entries. Default 10 000.
    pub files: u64,
}

impl Default for FolderLimits {
    fn default() -> Self {
        Self { bytes: 1 << 30, files: 10_000 }
    }
}

/// Folders that are held open until they are measured.
const MOST_WAITING: usize = 100;

/// A limit that was exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exceeded {
    /// The limit.
    pub limit: LimitKind,
    /// The amount that was allowed, in the unit of the limit.
    pub allowed: u64,
    /// The amount that was used, or that the program tried to use.
    pub used: u64,
}

/// The content of a folder in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FolderUsage {
    pub(super) bytes: u64,
    pub(super) files: u64,
}

impl FolderUsage {
    /// Measures a folder until a limit is exceeded. What may not be examined does not count.
    pub(super) fn of(folder: &Folder, limits: FolderLimits) -> Self {
        let mut usage = Self::default();
        let mut waiting = vec![folder.clone()];
        while let Some(folder) = waiting.pop() {
            usage.add(&folder, limits, &mut waiting);
        }
        usage
    }

    /// Adds what is in a folder. Folders that lie too deep for one walk are left `waiting`. Where more of them wait than
    /// there may be descriptors, they count as too many files: only a program that attacks the measure makes so many.
    fn add(&mut self, folder: &Folder, limits: FolderLimits, waiting: &mut Vec<Folder>) {
        let bounds = Bounds::ANY_NUMBER;
        let Ok(mut walk) = folder.walk(bounds) else { return };
        while let Some(entry) = walk.next_entry() {
            let metadata = entry.metadata();
            self.files += 1;
            // Its length, or its room on disk where that is more.
            self.bytes = self.bytes.saturating_add(metadata.len.max(metadata.allocated));
            if entry.kind() == Kind::Folder && entry.depth() == bounds.depth {
                if waiting.len() == MOST_WAITING {
                    self.files = self.files.max(limits.files.saturating_add(1));
                } else {
                    waiting.extend(entry.open_folder());
                }
            }
            if self.exceeded(limits).is_some() {
                return waiting.clear();
            }
        }
    }

    /// The limit that is exceeded, if one is.
    pub(super) fn exceeded(self, limits: FolderLimits) -> Option<Exceeded> {
        let over = |limit, allowed, used| (used > allowed).then_some(Exceeded { limit, allowed, used });
        let bytes = over(LimitKind::FileBytes, limits.bytes, self.bytes);
        bytes.or_else(|| over(LimitKind::Files, limits.files, self.files))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    fn measure(path: &Path, limits: FolderLimits) -> FolderUsage {
        FolderUsage::of(&Folder::open(path).expect("opens"), limits)
    }

    #[test]
    fn a_count_follows_no_link_and_ends_at_the_limit() {
        let dir = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::write(outside.path().join("big"), vec![0; 1 << 20]).expect("written");
        symlink(outside.path(), dir.path().join("link")).expect("linked");
        std::fs::create_dir_all(dir.path().join("a/b")).expect("made");
        std::fs::write(dir.path().join("a/b/file"), vec![1; 10_000]).expect("written");
        let limits = FolderLimits::default();
        let usage = measure(dir.path(), limits);
        assert_eq!(usage.files, 4);
        assert!(usage.bytes >= 10_000 && usage.bytes < 100_000, "{usage:?}");
        assert_eq!(measure(dir.path(), limits), usage, "a second count is the same");
        let few = FolderLimits { files: 2, ..limits };
        let exceeded = measure(dir.path(), few).exceeded(few).expect("too many");
        assert_eq!((exceeded.limit, exceeded.allowed), (LimitKind::Files, 2));
        assert!(exceeded.used > 2, "{exceeded:?}");
        let holes = File::create(dir.path().join("holes")).expect("made");
        holes.set_len(1 << 40).expect("sparse");
        let exceeded = measure(dir.path(), limits).exceeded(limits).expect("holes count");
        assert_eq!(exceeded.limit, LimitKind::FileBytes);
    }

    #[test]
    fn folders_in_folders_count_as_what_they_are_however_deep() {
        let dir = tempfile::tempdir().expect("a folder");
        let deep: PathBuf = std::iter::repeat_n("d", 1500).collect();
        std::fs::create_dir_all(dir.path().join(deep)).expect("made");
        std::fs::write(dir.path().join("d/d/file"), "").expect("written");
        let usage = measure(dir.path(), FolderLimits::default());
        assert_eq!((usage.files, usage.exceeded(FolderLimits::default())), (1501, None));
        let few = FolderLimits { files: 1000, ..FolderLimits::default() };
        let exceeded = Exceeded { limit: LimitKind::Files, allowed: 1000, used: 1001 };
        assert_eq!(measure(dir.path(), few).exceeded(few), Some(exceeded));
    }

    #[test]
    fn more_deep_folders_than_are_held_open_count_as_too_many() {
        let dir = tempfile::tempdir().expect("a folder");
        let deep: PathBuf = dir.path().join(std::iter::repeat_n("d", 100).collect::<PathBuf>());
        for number in 0..=MOST_WAITING {
            std::fs::create_dir_all(deep.join(number.to_string())).expect("made");
        }
        let limits = FolderLimits::default();
        let exceeded = measure(dir.path(), limits).exceeded(limits).expect("too many");
        assert_eq!(exceeded.limit, LimitKind::Files);
    }
}
