//! Removing folders, whatever a tool has made of them.
//!
//! Owns the way: a folder is renamed into the trash, which is quick and final, and emptied there. Folders inside it are
//! moved up beside it rather than entered, so that any depth takes one open folder; nothing is followed; read-only folders
//! are opened up first. What a crash leaves in the trash goes at the next start.

use super::beneath::{open_folder, open_subfolder, reopen};
use super::layout::is_name;
use super::{FileError, FileStore, blocking, random_name};
use runcell_model::job::{FileId, JobId};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use std::collections::BTreeSet;
use std::ffi::{CStr, CString};
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

impl FileStore {
    /// Moves something of the data folder into the trash; gone is fine.
    pub(super) fn to_trash(&self, path: &Path) -> Result<(), FileError> {
        match fs::rename(path, self.path("trash").join(random_name()?)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(FileError::io("remove", "a folder")(error)),
            _ => Ok(()),
        }
    }

    /// Removes the folder of a job that has no row any more.
    pub(crate) async fn remove_job(&self, id: JobId) -> Result<(), FileError> {
        self.discard_job(id).await?;
        self.empty_trash().await
    }

    /// Moves the folder of a job into the trash.
    pub(crate) async fn discard_job(&self, id: JobId) -> Result<(), FileError> {
        let (store, path) = (self.clone(), self.job_path(id));
        blocking(move || store.to_trash(&path)).await
    }

    /// Gives a job an empty folder of results: what an earlier attempt left is gone.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder, [`FileError::DiskFull`].
    pub async fn renew_out(&self, id: JobId) -> Result<(), FileError> {
        let (store, job) = (self.clone(), self.job_path(id));
        blocking(move || {
            if !job.is_dir() {
                return Err(FileError::NoFolder(id));
            }
            let out = job.join("out");
            store.to_trash(&out)?;
            let made = fs::create_dir(&out).and_then(|()| fs::set_permissions(&out, Permissions::from_mode(0o777)));
            made.map_err(FileError::io("create", "the folder of results"))
        })
        .await?;
        self.empty_trash().await
    }

    /// Moves what a dead server has staged into the trash.
    pub(crate) async fn discard_staging(&self, server: &str) -> Result<(), FileError> {
        if !is_name(server) {
            return Ok(());
        }
        let (store, path) = (self.clone(), self.path("staging").join(server));
        blocking(move || store.to_trash(&path)).await
    }

    /// The servers that have staged something.
    pub(crate) async fn staging_servers(&self) -> Result<BTreeSet<String>, FileError> {
        let path = self.path("staging");
        blocking(move || Ok(names(&path, "staging")?.into_iter().filter(|name| is_name(name)).collect())).await
    }

    /// The jobs that have a folder.
    pub(crate) async fn job_folders(&self) -> Result<BTreeSet<JobId>, FileError> {
        let path = self.path("jobs");
        blocking(move || Ok(names(&path, "jobs")?.iter().filter_map(|name| name.parse().ok()).collect())).await
    }

    /// Moves uploaded files that no row names into the trash; says how many.
    pub(crate) async fn discard_uploads(&self, known: &BTreeSet<FileId>) -> Result<usize, FileError> {
        let (store, known) = (self.clone(), known.clone());
        blocking(move || {
            let (files, mut discarded) = (store.path("files"), 0);
            for owner in names(&files, "files")? {
                for name in names(&files.join(&owner), "files")? {
                    if FileId::try_from(name.clone()).is_ok_and(|id| !known.contains(&id)) {
                        store.to_trash(&files.join(&owner).join(name))?;
                        discarded += 1;
                    }
                }
            }
            Ok(discarded)
        })
        .await
    }

    /// Removes everything in the trash. What cannot be removed, such as files of another user, stays there and is told:
    /// no job is the worse for it.
    pub(crate) async fn empty_trash(&self) -> Result<(), FileError> {
        let path = self.path("trash");
        blocking(move || {
            if let Err(error) = empty(&path) {
                let trash = path.display();
                tracing::warn!(%error, %trash, "something in the trash cannot be removed; remove it as the user it belongs to");
            }
            Ok(())
        })
        .await
    }
}

/// The names in a folder of ours.
fn names(folder: &PathBuf, what: &str) -> Result<Vec<String>, FileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FileError::io("list", what)(error)),
    };
    let entries = entries.collect::<Result<Vec<_>, _>>().map_err(FileError::io("list", what))?;
    Ok(entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect())
}

/// Empties a folder of ours.
pub(super) fn empty(trash: &Path) -> Result<(), Errno> {
    let top = open_folder(trash)?;
    let prefix = random_name().map_err(|_| Errno::IO)?;
    let mut moved = 0_u64;
    // What is moved up beside a folder is found in the next round.
    loop {
        let entries = entries(&top)?;
        if entries.is_empty() {
            return Ok(());
        }
        // What cannot be removed does not keep the rest.
        let (mut failed, mut removed) = (None, 0_usize);
        for (name, kind) in entries {
            match remove_one(top.as_fd(), &name, kind, &prefix, &mut moved) {
                Ok(()) => removed += 1,
                Err(error) => failed = Some(error),
            }
        }
        if let (Some(error), 0) = (failed, removed) {
            return Err(error);
        }
    }
}

/// Removes something at the top; the folders in it come up to the top.
fn remove_one(top: BorrowedFd<'_>, name: &CStr, kind: FileType, prefix: &str, moved: &mut u64) -> Result<(), Errno> {
    if kind != FileType::Directory {
        return gone(rustix::fs::unlinkat(top, name, AtFlags::empty()));
    }
    let Some(folder) = open_up(top, name)? else { return Ok(()) };
    loop {
        let entries = entries(&folder)?;
        if entries.is_empty() {
            break;
        }
        for (inner, kind) in entries {
            if kind != FileType::Directory {
                gone(rustix::fs::unlinkat(&folder, &*inner, AtFlags::empty()))?;
            } else if rustix::fs::unlinkat(&folder, &*inner, AtFlags::REMOVEDIR).is_err() {
                // To be moved, a folder has to be writable itself.
                open_up(folder.as_fd(), &inner)?;
                *moved += 1;
                gone(rustix::fs::renameat(&folder, &*inner, top, format!("{prefix}.{moved}")))?;
            }
        }
    }
    gone(rustix::fs::unlinkat(top, name, AtFlags::REMOVEDIR))
}

/// Opens a folder and lets us do everything with it first; none where it is gone. What is changed is what is held.
fn open_up(parent: BorrowedFd<'_>, name: &CStr) -> Result<Option<OwnedFd>, Errno> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let held = match rustix::fs::openat(parent, name, flags, Mode::empty()) {
        Ok(held) => held,
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error),
    };
    let all = Mode::RWXU;
    if !Mode::from_raw_mode(rustix::fs::fstat(&held)?.st_mode).contains(all) {
        rustix::fs::chmod(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&held)), all)?;
    }
    reopen(&held, OFlags::RDONLY | OFlags::DIRECTORY).map(Some)
}

/// A part of what is in a folder, and of what kind each is.
fn entries(folder: &OwnedFd) -> Result<Vec<(CString, FileType)>, Errno> {
    const PART: usize = 10_000;
    let mut found = Vec::new();
    // A handle of its own, which begins at the start.
    for entry in Dir::new(open_subfolder(folder, ".")?)? {
        let entry = entry?;
        if matches!(entry.file_name().to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Unknown => {
                let stat = rustix::fs::statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(stat.st_mode)
            }
            kind => kind,
        };
        found.push((entry.file_name().to_owned(), kind));
        if found.len() >= PART {
            break;
        }
    }
    Ok(found)
}

/// That something is gone already, by another process, is fine.
fn gone(result: Result<(), Errno>) -> Result<(), Errno> {
    match result {
        Err(Errno::NOENT) => Ok(()),
        result => result,
    }
}
