//! A job's folder before the job has a number: the content of `in` is collected in `staging`.
//!
//! Owns putting datasets in (from a stream, an upload, or a folder that the local shell has opened), the input JSON, and
//! moving the folder to its final path. Takes no path of the host: only open files and folders, and uploads.

use super::blocking::{blocking, random_name};
use super::receive::{create, receive};
use super::{FileError, FileStore, JobFolder, UploadedFile};
use runcell_folder::{Bounds, Folder, Room};
use runcell_model::job::JobId;
use runcell_model::spec::{DataValue, InputNames, input_json};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tokio::io::AsyncRead;

/// A job's folder that has no number yet. Dropping it removes it.
#[derive(Debug)]
pub struct StagedJob {
    store: FileStore,
    path: PathBuf,
    names: InputNames,
    data: BTreeMap<String, DataValue>,
    bytes_left: u64,
    files_left: u64,
    placed: bool,
}

impl crate::Store {
    /// A new folder for a job that takes at most so many bytes and files of inputs.
    ///
    /// # Errors
    /// [`FileError::DiskFull`], [`FileError::Io`].
    pub async fn stage(&self, max_bytes: u64, max_files: u64) -> Result<StagedJob, FileError> {
        let store = self.files().clone();
        let path = store.path("staging").join(self.server_id()).join(random_name()?);
        let (names, data) = (InputNames::default(), BTreeMap::new());
        let staged =
            StagedJob { store, path, names, data, bytes_left: max_bytes, files_left: max_files, placed: false };
        let path = staged.path.clone();
        blocking(move || {
            for (folder, mode) in [("in", 0o755), ("out", 0o777)] {
                let made = fs::create_dir_all(path.join(folder));
                // The mask of the process does not apply: any user of a container must get in.
                let made = made.and_then(|()| fs::set_permissions(path.join(folder), Permissions::from_mode(mode)));
                made.map_err(FileError::io("create", "the folder of a job"))?;
            }
            fs::set_permissions(&path, Permissions::from_mode(0o755))
                .map_err(FileError::io("open", "the folder of a job"))
        })
        .await?;
        Ok(staged)
    }
}

impl StagedJob {
    /// Puts a dataset in that is one file, from a stream. The name gives only the ending.
    ///
    /// # Errors
    /// [`FileError::TooLarge`] if the job's inputs exceed the limit, [`FileError::DiskFull`].
    pub async fn put_file(
        &mut self,
        dataset: &str,
        file_name: &str,
        content: impl AsyncRead + Send + Unpin,
    ) -> Result<(), FileError> {
        let name = self.names.file(dataset, file_name);
        self.receive(&name, content).await?;
        self.data.insert(dataset.to_owned(), DataValue::One(name));
        Ok(())
    }

    /// Puts several files into a dataset, one after the other; they lie in a folder of the dataset's name.
    ///
    /// # Errors
    /// Those of [`StagedJob::put_file`].
    pub async fn add_file(
        &mut self,
        dataset: &str,
        file_name: &str,
        content: impl AsyncRead + Send + Unpin,
    ) -> Result<(), FileError> {
        let folder = match self.data.get(dataset) {
            Some(DataValue::Many(names)) => {
                names.first().and_then(|name| name.split_once('/')).map(|(folder, _)| folder.to_owned())
            }
            _ => None,
        };
        let folder = match folder {
            Some(folder) => folder,
            None => self.make_folder(dataset).await?,
        };
        let mut names = match self.data.remove(dataset) {
            Some(DataValue::Many(names)) => names,
            _ => Vec::new(),
        };
        let plain = file_name.rsplit('/').next().unwrap_or_default();
        let name = format!("{folder}/{}", distinct(plain, &names));
        let received = self.receive(&name, content).await;
        names.push(name);
        self.data.insert(dataset.to_owned(), DataValue::Many(names));
        received
    }

    /// Puts a dataset in that is an upload. Nothing is copied if the file system allows links.
    ///
    /// # Errors
    /// [`FileError::NoUpload`] where the file is gone; those of [`StagedJob::put_file`].
    pub async fn put_upload(&mut self, dataset: &str, file: &UploadedFile) -> Result<(), FileError> {
        self.count(&file.name, file.size, 1)?;
        let name = self.names.file(dataset, &file.name);
        let (from, to) = (self.store.upload_path(file.tenant.as_str(), &file.id), self.path.join("in").join(&name));
        let id = file.id.clone();
        blocking(move || match fs::hard_link(&from, &to) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(FileError::NoUpload(id)),
            // On another file system, or with too many links already, a copy is made.
            Err(_) => fs::copy(&from, &to).map(drop).map_err(FileError::io("copy", "an upload")),
        })
        .await?;
        self.data.insert(dataset.to_owned(), DataValue::One(name));
        Ok(())
    }

    /// Puts a dataset in that is a folder which the local shell has opened. A symlink to a file inside the folder becomes that
    /// file; any other symlink, a device or a pipe is an error.
    ///
    /// # Errors
    /// [`FileError::TooLarge`], [`FileError::TooMany`], [`FileError::TooDeep`], [`FileError::NotPlain`],
    /// [`FileError::DiskFull`].
    pub async fn put_folder(&mut self, dataset: &str, folder: Folder) -> Result<(), FileError> {
        let name = self.make_folder(dataset).await?;
        let to = self.path.join("in").join(&name);
        let bounds = Bounds { entries: self.files_left, ..Bounds::default() };
        let (room, shown) = (Room { bytes: self.bytes_left, bounds }, dataset.to_owned());
        let copied = blocking(move || {
            let to = Folder::open(&to).map_err(FileError::io("open", "the folder of a dataset"))?;
            folder.copy_to(&to, room).map_err(|error| FileError::of_copy(&shown, error))
        });
        let copied = copied.await?;
        (self.bytes_left, self.files_left) = (self.bytes_left - copied.bytes, self.files_left - copied.entries);
        self.data.insert(dataset.to_owned(), DataValue::One(name));
        Ok(())
    }

    /// Writes the input JSON under both names that tools look for.
    ///
    /// # Errors
    /// [`FileError::DiskFull`], [`FileError::Io`].
    pub async fn put_inputs(&mut self, tool: &str, parameters: &Map<String, Value>) -> Result<(), FileError> {
        let text = format!("{:#}\n", input_json(tool, parameters, &self.data));
        let folder = self.path.join("in");
        blocking(move || {
            for name in ["inputs.json", "input.json"] {
                let written = create(&folder.join(name)).and_then(|mut file| file.write_all(text.as_bytes()));
                written.map_err(FileError::io("write", name))?;
            }
            Ok(())
        })
        .await
    }

    /// Moves the folder to its final path. A folder that lies there already comes from a submit that crashed before it had a row.
    pub(crate) async fn place(self, id: JobId) -> Result<JobFolder, FileError> {
        blocking(move || {
            let mut staged = self;
            let place = staged.store.job_path(id);
            staged.store.to_trash(&place)?;
            fs::rename(&staged.path, &place).map_err(FileError::io("place", "the folder of a job"))?;
            staged.placed = true;
            Ok(JobFolder::new(id, place))
        })
        .await
    }

    async fn make_folder(&mut self, dataset: &str) -> Result<String, FileError> {
        self.count(dataset, 0, 1)?;
        let name = self.names.folder(dataset);
        let path = self.path.join("in").join(&name);
        blocking(move || {
            let made = fs::create_dir(&path).and_then(|()| fs::set_permissions(&path, Permissions::from_mode(0o755)));
            made.map_err(FileError::io("create", "the folder of a dataset"))
        })
        .await?;
        Ok(name)
    }

    async fn receive(&mut self, name: &str, content: impl AsyncRead + Send + Unpin) -> Result<(), FileError> {
        self.count(name, 0, 1)?;
        let path = self.path.join("in").join(name);
        let size = receive(content, &path, name, self.bytes_left, |_| {}).await?;
        self.count(name, size, 0)
    }

    fn count(&mut self, name: &str, bytes: u64, files: u64) -> Result<(), FileError> {
        let too_many = || FileError::TooMany { name: name.to_owned(), max: self.files_left };
        let files_left = self.files_left.checked_sub(files).ok_or_else(too_many)?;
        let too_large = || FileError::TooLarge { name: name.to_owned(), max: self.bytes_left };
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or_else(too_large)?;
        self.files_left = files_left;
        Ok(())
    }
}

impl Drop for StagedJob {
    fn drop(&mut self) {
        // A folder that cannot be moved now is found when this server is dead.
        if !self.placed && self.store.to_trash(&self.path).is_ok() {
            let store = self.store.clone();
            std::thread::spawn(move || store.empty_trash_now());
        }
    }
}

/// A name that is not taken in the same folder.
fn distinct(plain: &str, taken: &[String]) -> String {
    let safe: String = plain.chars().filter(|c| !c.is_control()).take(80).collect();
    let safe = if matches!(safe.as_str(), "" | "." | "..") { "file".to_owned() } else { safe };
    let is_taken = |name: &str| taken.iter().any(|one| one.split_once('/').is_some_and(|(_, one)| one == name));
    let numbered = (2..).map(|number| format!("{number}_{safe}"));
    std::iter::once(safe.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(safe.clone())
}
