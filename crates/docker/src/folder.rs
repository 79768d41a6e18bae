//! A folder that a container writes to, entered by its descriptor only.
//!
//! Owns the suspicion: a name in it may be a link to anywhere, a pipe that never ends, a device. No path through it is ever
//! opened, only names within open folders, and no link is followed.

use super::error::DockerError;
use super::run::Exceeded;
use super::tool::ToolLimits;
use runcell_model::limits::LimitKind;
use rustix::fs::{AtFlags, Dir, FileType, Gid, Mode, OFlags, Stat, Uid};
use rustix::io::Errno;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folders within folders that are entered; deeper is taken for too many files.
const DEEPEST: usize = 64;

/// An open folder. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    fd: Arc<OwnedFd>,
    path: PathBuf,
}

/// What lies in a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) bytes: u64,
    pub(super) files: u64,
}

impl Size {
    /// The limit that it exceeds.
    pub(super) fn exceeded(self, limits: ToolLimits) -> Option<Exceeded> {
        let of = |limit, allowed, used| (used > allowed).then_some(Exceeded { limit, allowed, used });
        let bytes = of(LimitKind::FileBytes, limits.out_bytes, self.bytes);
        bytes.or_else(|| of(LimitKind::Files, limits.out_files, self.files))
    }
}

impl Folder {
    /// Opens a folder; a link is refused.
    pub(super) fn open(path: &Path) -> Result<Self, DockerError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = rustix::fs::open(path, flags, Mode::empty());
        let fd = opened.map_err(|error| DockerError::File { path: path.to_owned(), source: error.into() })?;
        Ok(Self { fd: Arc::new(fd), path: path.to_owned() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn fd(&self) -> &OwnedFd {
        &self.fd
    }

    fn failed(&self, error: Errno) -> DockerError {
        DockerError::File { path: self.path.clone(), source: error.into() }
    }

    /// Lets the container's user read everything here.
    pub(super) fn let_in(&self) -> Result<(), DockerError> {
        self.readable(&self.fd, 0).map_err(|error| self.failed(error))
    }

    fn readable(&self, folder: &OwnedFd, depth: usize) -> Result<(), Errno> {
        rustix::fs::fchmod(folder, Mode::from_raw_mode(0o755))?;
        for entry in Dir::read_from(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if [&b"."[..], b".."].contains(&name.to_bytes()) {
                continue;
            }
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let fd = match rustix::fs::openat(folder, name, flags, Mode::empty()) {
                Ok(fd) => fd,
                Err(Errno::LOOP) => continue, // a link: it has no permissions
                Err(error) => return Err(error),
            };
            let stat = rustix::fs::fstat(&fd)?;
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory if depth < DEEPEST => self.readable(&fd, depth + 1)?,
                FileType::RegularFile => rustix::fs::fchmod(&fd, Mode::from_raw_mode(stat.st_mode & 0o777 | 0o444))?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Lets the container's user write here: the folder becomes its own if it is known by number and we may give it away, and
    /// everybody's otherwise.
    pub(super) fn let_out(&self, user: Option<&str>) -> Result<(), DockerError> {
        let numbers = user.and_then(|user| {
            let (user, group) = user.split_once(':')?;
            Some((Uid::from_raw(user.parse().ok()?), Gid::from_raw(group.parse().ok()?)))
        });
        let given = numbers.is_some_and(|(user, group)| rustix::fs::fchown(&*self.fd, Some(user), Some(group)).is_ok());
        let mode = if given { 0o755 } else { 0o777 };
        rustix::fs::fchmod(&*self.fd, Mode::from_raw_mode(mode)).map_err(|error| self.failed(error))
    }

    /// Reads an ordinary file of at most `most` bytes that lies directly here.
    pub(super) fn read(&self, name: &str, most: u64) -> std::io::Result<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&*self.fd, name, flags, Mode::empty())?;
        let stat = rustix::fs::fstat(&fd)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(std::io::Error::other("not an ordinary file"));
        }
        let mut bytes = Vec::new();
        File::from(fd).take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most { Err(std::io::Error::other("too long")) } else { Ok(bytes) }
    }

    /// Counts what lies here. Stops as soon as a limit is exceeded; what may not be looked at is not counted.
    pub(super) fn size(&self, limits: ToolLimits) -> Size {
        let mut size = Size::default();
        // An error ends the count of one folder: it was removed, or is closed to us.
        let _partial = count(&self.fd, limits, &mut size, 0);
        size
    }
}

fn count(folder: &OwnedFd, limits: ToolLimits, size: &mut Size, depth: usize) -> Result<(), Errno> {
    // A reader of its own: the shared descriptor has one position for all.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let own = rustix::fs::openat(folder, ".", flags, Mode::empty())?;
    for entry in Dir::read_from(&own)? {
        let entry = entry?;
        let name = entry.file_name();
        if [&b"."[..], b".."].contains(&name.to_bytes()) {
            continue;
        }
        size.files += 1;
        if let Ok(stat) = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            size.bytes = size.bytes.saturating_add(bytes_of(&stat));
            if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
                if depth >= DEEPEST {
                    size.files = size.files.max(limits.out_files.saturating_add(1));
                } else if let Ok(inner) = rustix::fs::openat(folder, name, flags, Mode::empty()) {
                    let _partial = count(&inner, limits, size, depth + 1);
                }
            }
        }
        if size.exceeded(limits).is_some() {
            return Ok(());
        }
    }
    Ok(())
}

/// What an entry takes: its length, or its place on disk where that is more.
fn bytes_of(stat: &Stat) -> u64 {
    let length = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile | FileType::Symlink => u64::try_from(stat.st_size).unwrap_or(0),
        _ => 0,
    };
    length.max(u64::try_from(stat.st_blocks).unwrap_or(0) * 512)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_count_follows_no_link_and_ends_at_the_limit() {
        let dir = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::write(outside.path().join("big"), vec![0; 1 << 20]).expect("written");
        symlink(outside.path(), dir.path().join("link")).expect("linked");
        std::fs::create_dir_all(dir.path().join("a/b")).expect("made");
        std::fs::write(dir.path().join("a/b/file"), vec![1; 10_000]).expect("written");
        let folder = Folder::open(dir.path()).expect("opens");
        let size = folder.size(ToolLimits::default());
        assert_eq!(size.files, 4);
        assert!(size.bytes >= 10_000 && size.bytes < 100_000, "{size:?}");
        assert_eq!(folder.size(ToolLimits::default()), size, "a second count is the same");
        let few = ToolLimits { out_files: 2, ..ToolLimits::default() };
        let exceeded = folder.size(few).exceeded(few).expect("too many");
        assert_eq!((exceeded.limit, exceeded.allowed), (LimitKind::Files, 2));
        assert!(exceeded.used > 2, "{exceeded:?}");
        let holes = File::create(dir.path().join("holes")).expect("made");
        holes.set_len(1 << 40).expect("sparse");
        let exceeded = folder.size(ToolLimits::default()).exceeded(ToolLimits::default()).expect("holes count");
        assert_eq!(exceeded.limit, LimitKind::FileBytes);
    }

    #[test]
    fn a_pit_of_folders_is_not_fallen_into() {
        let dir = tempfile::tempdir().expect("a folder");
        let deep: PathBuf = std::iter::repeat_n("d", 200).collect();
        std::fs::create_dir_all(dir.path().join(deep)).expect("made");
        let limits = ToolLimits::default();
        let exceeded = Folder::open(dir.path()).expect("opens").size(limits).exceeded(limits).expect("too deep");
        assert_eq!(exceeded.limit, LimitKind::Files);
    }

    #[test]
    fn only_ordinary_files_are_read() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("file"), "text").expect("written");
        symlink("/etc/passwd", dir.path().join("link")).expect("linked");
        let pipe = dir.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o666), 0).expect("made");
        let folder = Folder::open(dir.path()).expect("opens");
        assert_eq!(folder.read("file", 4).expect("read"), b"text");
        for (name, most) in [("file", 3), ("link", 1000), ("pipe", 1000), (".", 1000), ("none", 1000)] {
            folder.read(name, most).expect_err(name);
        }
        Folder::open(&dir.path().join("file")).expect_err("a file");
        symlink(dir.path(), dir.path().join("self")).expect("linked");
        Folder::open(&dir.path().join("self")).expect_err("a link");
    }

    #[test]
    fn inputs_become_readable_and_links_lead_nowhere() {
        let dir = tempfile::tempdir().expect("a folder");
        let secret = tempfile::NamedTempFile::new().expect("a file");
        std::fs::set_permissions(secret.path(), PermissionsExt::from_mode(0o600)).expect("set");
        std::fs::write(dir.path().join("data"), "x").expect("written");
        std::fs::set_permissions(dir.path().join("data"), PermissionsExt::from_mode(0o600)).expect("set");
        symlink(secret.path(), dir.path().join("link")).expect("linked");
        Folder::open(dir.path()).expect("opens").let_in().expect("opened");
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&dir.path().join("data")), mode(secret.path())), (0o644, 0o600));
    }
}
