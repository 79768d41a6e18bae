//! The folder of one run on this machine: made, filled, given to the container's user, removed.
//!
//! Owns the lock by which a folder of a living runcell differs from one that a dead runcell left, and the user that the program
//! runs as.

use super::super::DockerError;
use runcell_folder::Folder;
use runcell_model::file::InputFile;
use rustix::fs::{FlockOperation, Mode};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};

/// The folder that the program sees, within one that keeps others out.
const INNER: &str = "work";

/// A folder of a run. Dropping it removes it with everything in it.
#[derive(Debug)]
pub struct WorkFolder {
    outer: PathBuf,
    inner: PathBuf,
    id: String,
    /// Held as long as the run goes on.
    _lock: File,
}

/// The user and group that programs run as: nobody if we are root, else our own. Never the image's user, who could not use our
/// folder.
pub(super) fn user() -> (u32, u32) {
    match (rustix::process::getuid(), rustix::process::getgid()) {
        (user, _) if user.is_root() => (65534, 65534),
        (user, group) => (user.as_raw(), group.as_raw()),
    }
}

impl WorkFolder {
    /// Makes one in `root`, which is made if it is not there and closed to other users.
    ///
    /// # Errors
    /// [`DockerError::File`].
    pub fn create(root: &Path) -> Result<Self, DockerError> {
        let private = |recursive| {
            let mut builder = DirBuilder::new();
            builder.mode(0o700).recursive(recursive);
            builder
        };
        private(true).create(root).map_err(DockerError::file(root))?;
        let id = format!("{:016x}", super::super::random()?);
        let outer = root.join(&id);
        let inner = outer.join(INNER);
        private(false).create(&outer).map_err(DockerError::file(&outer))?;
        let lock = lock(&outer, FlockOperation::NonBlockingLockExclusive).map_err(DockerError::file(&outer))?;
        private(false).create(&inner).map_err(DockerError::file(&inner))?;
        Ok(Self { outer, inner, id, _lock: lock })
    }

    /// The folders in `root` that a dead runcell left. They are locked until they are dropped, which removes them.
    #[must_use]
    pub fn abandoned(root: &Path) -> Vec<Self> {
        let entries = fs::read_dir(root).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let taken = folders.filter_map(|entry| {
            let outer = entry.path();
            let lock = lock(&outer, FlockOperation::NonBlockingLockExclusive).ok()?;
            let id = entry.file_name().into_string().ok()?;
            Some(Self { inner: outer.join(INNER), outer, id, _lock: lock })
        });
        taken.collect()
    }

    /// Its id: 16 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The folder that the program sees.
    pub(super) fn path(&self) -> &Path {
        &self.inner
    }

    /// Puts files in and gives everything to a user. Nobody else writes there yet, so that paths can be used.
    pub(super) fn fill(&self, files: &[InputFile], user: (u32, u32)) -> Result<Folder, DockerError> {
        for file in files {
            let path = self.inner.join(file.path.as_str());
            let mut parents = path.ancestors().skip(1).take_while(|parent| *parent != self.inner).collect::<Vec<_>>();
            parents.reverse();
            for parent in parents {
                if !parent.is_dir() {
                    fs::create_dir(parent).map_err(DockerError::file(parent))?;
                    give(parent, user)?;
                }
            }
            fs::write(&path, &file.bytes).map_err(DockerError::file(&path))?;
            give(&path, user)?;
        }
        give(&self.inner, user)?;
        Folder::open(&self.inner).map_err(DockerError::file(&self.inner))
    }
}

/// Gives a file away, where we may.
fn give(path: &Path, (uid, gid): (u32, u32)) -> Result<(), DockerError> {
    if !rustix::process::getuid().is_root() {
        return Ok(());
    }
    chown(path, Some(uid), Some(gid)).map_err(DockerError::file(path))
}

fn lock(path: &Path, how: FlockOperation) -> io::Result<File> {
    let flags = rustix::fs::OFlags::RDONLY
        | rustix::fs::OFlags::DIRECTORY
        | rustix::fs::OFlags::NOFOLLOW
        | rustix::fs::OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    rustix::fs::flock(&file, how)?;
    Ok(file)
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        let emptied = Folder::open(&self.outer).and_then(|folder| folder.empty());
        let removed = emptied.and_then(|()| fs::remove_dir(&self.outer));
        if let Err(error) = removed {
            tracing::warn!(path = %self.outer.display(), %error, "the folder of a run could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::file::GuestPath;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn input(path: &str) -> InputFile {
        InputFile { path: GuestPath::new(path).expect(path), bytes: b"x".to_vec() }
    }

    #[test]
    fn a_folder_is_private_filled_and_gone_with_its_owner() {
        let root = tempfile::tempdir().expect("a folder");
        let outside = root.path().join("precious");
        fs::write(&outside, "y").expect("written");
        let runs = root.path().join("runs");
        let folder = WorkFolder::create(&runs).expect("made");
        let outer = folder.outer.clone();
        assert_eq!(fs::metadata(&outer).expect("there").permissions().mode() & 0o777, 0o700);
        folder.fill(&[input("main.py"), input("a/b/c"), input("a/b/d")], user()).expect("filled");
        assert_eq!(fs::read(folder.path().join("a/b/c")).expect("there"), b"x");
        symlink(&outside, folder.path().join("a/link")).expect("linked");
        symlink(root.path(), folder.path().join("a/b/link")).expect("linked");
        drop(folder);
        assert!(!outer.exists() && outside.exists());
    }

    #[test]
    fn only_the_folders_of_the_dead_are_abandoned() {
        let root = tempfile::tempdir().expect("a folder");
        let alive = WorkFolder::create(root.path()).expect("made");
        let dead = root.path().join("0123456789abcdef");
        fs::create_dir_all(dead.join(INNER).join("rest")).expect("made");
        let found = WorkFolder::abandoned(root.path());
        assert_eq!(found.iter().map(WorkFolder::id).collect::<Vec<_>>(), ["0123456789abcdef"]);
        drop(found);
        assert!(!dead.exists() && alive.outer.exists());
    }

    #[test]
    fn a_pit_of_folders_is_removed_without_falling_into_it() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = WorkFolder::create(root.path()).expect("made");
        let mut fd = rustix::fs::open(folder.path(), rustix::fs::OFlags::DIRECTORY, Mode::empty()).expect("opens");
        for depth in 0..5000 {
            rustix::fs::mkdirat(&fd, "d", Mode::from_raw_mode(0o700)).expect("made");
            if depth % 100 == 0 {
                rustix::fs::symlinkat("..", &fd, "up").expect("linked");
            }
            fd = rustix::fs::openat(&fd, "d", rustix::fs::OFlags::DIRECTORY, Mode::empty()).expect("opens");
        }
        drop(fd);
        let outer = folder.outer.clone();
        drop(folder);
        assert!(!outer.exists());
    }
}
