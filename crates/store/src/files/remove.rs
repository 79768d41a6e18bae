//! Removing folders, whatever a tool has made of them.
//!
//! Owns the trash: a folder is renamed into it, which is quick and final, and removed there. What a crash leaves in the trash
//! is removed at the next start.

use super::blocking::{blocking, random_name};
use super::layout::is_name;
use super::{FileError, FileStore};
use runcell_folder::Folder;
use runcell_model::job::{FileId, JobId};
use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

impl FileStore {
    /// Moves something of the data folder into the trash; what is gone already is fine.
    pub(super) fn to_trash(&self, path: &Path) -> Result<(), FileError> {
        match fs::rename(path, self.path("trash").join(random_name()?)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(FileError::io("remove", "a folder")(error)),
            _ => Ok(()),
        }
    }

    /// Removes the folder of a job whose row is gone.
    pub(crate) async fn remove_job(&self, id: JobId) -> Result<(), FileError> {
        self.discard_job(id).await?;
        self.empty_trash().await
    }

    /// Moves the folder of a job into the trash.
    pub(crate) async fn discard_job(&self, id: JobId) -> Result<(), FileError> {
        let (store, path) = (self.clone(), self.job_path(id));
        blocking(move || store.to_trash(&path)).await
    }

    /// Gives a job an empty folder of results. What an earlier attempt left goes into the trash.
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

    /// Moves the staged files of a dead server into the trash.
    pub(crate) async fn discard_staging(&self, server: &str) -> Result<(), FileError> {
        if !is_name(server) {
            return Ok(());
        }
        let (store, path) = (self.clone(), self.path("staging").join(server));
        blocking(move || store.to_trash(&path)).await
    }

    /// The servers that have staged files.
    pub(crate) async fn staging_servers(&self) -> Result<BTreeSet<String>, FileError> {
        let path = self.path("staging");
        blocking(move || Ok(names(&path, "staging")?.into_iter().filter(|name| is_name(name)).collect())).await
    }

    /// The jobs that have a folder.
    pub(crate) async fn job_folders(&self) -> Result<BTreeSet<JobId>, FileError> {
        let path = self.path("jobs");
        blocking(move || Ok(names(&path, "jobs")?.iter().filter_map(|name| name.parse().ok()).collect())).await
    }

    /// Moves uploaded files that no row names into the trash. Returns their number.
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

    /// Removes everything in the trash. What cannot be removed, such as a file of another user, stays there and is reported in
    /// the log; no job depends on it.
    pub(crate) async fn empty_trash(&self) -> Result<(), FileError> {
        let store = self.clone();
        blocking(move || {
            store.empty_trash_now();
            Ok(())
        })
        .await
    }

    pub(super) fn empty_trash_now(&self) {
        let trash = self.path("trash");
        if let Err(error) = Folder::open(&trash).and_then(|folder| folder.empty()) {
            let trash = trash.display();
            tracing::warn!(%error, %trash, "something in the trash cannot be removed; remove it as the user who owns it");
        }
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
