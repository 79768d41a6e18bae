//! The cache folder: complete entries, each made once and checked before every use.
//!
//! Owns the layout, locks between processes, and the proof that an entry is unchanged. An entry is a folder named after its
//! key, with a record of size, SHA-256 and stamp (inode and change time) of every file. A file with the recorded stamp has
//! not changed since it was hashed, so a start hashes nothing. A file with another stamp is hashed again; an entry that
//! does not match is removed and made again. An entry appears when its finished folder is renamed, so that an interrupted
//! process leaves nothing that looks finished.

mod error;
mod folder;
mod record;
mod staging;

pub use error::CacheError;
pub use folder::free_bytes;
pub use staging::Scratch;

use crate::hex::hex;
use folder::{create_ours, disk_bytes};
use record::Record;
use sha2::{Digest, Sha256};
use staging::Underway;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// Goes up with every change of what entries hold; entries of other formats are never used.
const FORMAT: u32 = 1;

/// A cache folder.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
    underway: Underway,
}

/// The name of an entry: what kind it is, and a digest of everything it is made from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    kind: &'static str,
    digest: String,
}

/// An entry that is there and whole.
#[derive(Debug, Clone)]
pub struct CacheEntry {
    dir: PathBuf,
    bytes: u64,
}

impl Key {
    /// A key of all parts, each of them delimited, so that no two lists of parts collide.
    pub fn new<P: AsRef<[u8]>>(kind: &'static str, parts: impl IntoIterator<Item = P>) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(FORMAT.to_le_bytes());
        for part in parts {
            hasher.update((part.as_ref().len() as u64).to_le_bytes());
            hasher.update(part.as_ref());
        }
        Self { kind, digest: hex(&hasher.finalize()) }
    }

    /// The digest, to be part of the key of what is made from this entry.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    fn name(&self) -> String {
        format!("{}-{}", self.kind, &self.digest[..32])
    }
}

impl CacheEntry {
    /// A file of the entry.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Bytes that its files take on disk.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Cache {
    /// A cache in `root`, which need not exist yet.
    pub fn new(root: PathBuf) -> Self {
        Self { root, underway: Underway::default() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the folder of entries, so that a process can be allowed to read what is put there later.
    ///
    /// # Errors
    /// [`CacheError`] where it cannot be.
    pub fn create(&self) -> Result<(), CacheError> {
        create_ours(&self.root.join("entries"))
    }

    fn entry_dir(&self, key: &Key) -> PathBuf {
        self.root.join("entries").join(key.name())
    }

    /// Demands that nobody else can write to the folders that entries lie in.
    fn expect_ours(&self) -> Result<(), CacheError> {
        for path in [self.root.clone(), self.root.join("entries")] {
            if fs::metadata(&path).is_ok_and(|metadata| record::is_shared(&metadata)) {
                return Err(CacheError::Shared { path });
            }
        }
        Ok(())
    }

    /// The entry of a key, if it is there and whole. A damaged one is reported as if it were not there.
    pub fn find(&self, key: &Key) -> Option<CacheEntry> {
        let dir = self.entry_dir(key);
        if !dir.is_dir() {
            return None;
        }
        if let Err(error) = self.expect_ours() {
            tracing::warn!("{error}");
            return None;
        }
        match Record::check(&dir) {
            Ok(bytes) => Some(CacheEntry { dir, bytes }),
            Err(damage) => {
                tracing::warn!("the cache entry {} is damaged ({damage}); it will be made anew", dir.display());
                None
            }
        }
    }

    /// The entry of a key, made by `make` (which fills the folder it is given) if it is not there. While another
    /// process makes it, `waiting` is called once and the call waits.
    ///
    /// # Errors
    /// The error of `make`, or [`CacheError`] where the folder cannot be used.
    pub fn find_or_make<E: From<CacheError>>(
        &self,
        key: &Key,
        waiting: impl FnOnce(),
        make: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<CacheEntry, E> {
        self.expect_ours()?;
        if let Some(entry) = self.find(key) {
            return Ok(entry);
        }
        let lock = self.lock(key, waiting)?;
        if let Some(entry) = self.find(key) {
            return Ok(entry);
        }
        let staging = self.begin(key, lock)?;
        make(staging.path())?;
        Record::write(staging.path())?;
        let dir = self.entry_dir(key);
        create_ours(&self.root.join("entries"))?;
        fs::rename(staging.path(), &dir).map_err(CacheError::io("create", &dir))?;
        self.find(key).ok_or_else(|| CacheError::Unstable { dir }.into())
    }

    /// An empty folder for work on a key, which no other process has at the same time. While another one has it,
    /// `waiting` is called once and the call waits.
    ///
    /// # Errors
    /// Where the folder cannot be used, or there are fewer than `bytes` free for it.
    pub fn scratch(&self, key: &Key, bytes: u64, waiting: impl FnOnce()) -> Result<Scratch, CacheError> {
        let scratch = self.begin(key, self.lock(key, waiting)?)?;
        match free_bytes(&self.root)? < bytes {
            true => Err(CacheError::DiskFull { action: "fetch to", path: self.root.clone() }),
            false => Ok(scratch),
        }
    }

    /// Begins work on a key whose lock is held.
    fn begin(&self, key: &Key, lock: File) -> Result<Scratch, CacheError> {
        self.sweep(key)?;
        self.underway.begin(self.root.join("staging").join(key.name()), lock)
    }

    /// Gives up all work of this process; what was made so far of an entry is removed.
    pub fn give_up(&self) {
        self.underway.give_up();
    }

    /// Removes what an interrupted process, or a damaged entry, has left under a key. The lock is held.
    fn sweep(&self, key: &Key) -> Result<(), CacheError> {
        for dir in [self.root.join("staging").join(key.name()), self.entry_dir(key)] {
            match fs::remove_dir_all(&dir) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(CacheError::io("remove", &dir)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn lock(&self, key: &Key, waiting: impl FnOnce()) -> Result<File, CacheError> {
        let locks = self.root.join("locks");
        create_ours(&locks)?;
        let path = locks.join(key.name());
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(CacheError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().map_err(CacheError::io("lock", &path))?;
            }
            Err(TryLockError::Error(error)) => return Err(CacheError::io("lock", &path)(error)),
        }
        Ok(file)
    }

    /// Removes everything. Returns the number of bytes that were freed.
    ///
    /// # Errors
    /// Where something cannot be removed.
    pub fn clean(&self) -> Result<u64, CacheError> {
        let bytes = disk_bytes(&self.root);
        for name in ["entries", "staging", "locks"] {
            let dir = self.root.join(name);
            match fs::remove_dir_all(&dir) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(CacheError::io("remove", &dir)(error));
                }
                _ => {}
            }
        }
        Ok(bytes)
    }

    /// Removes the entries of all keys but these. Returns the number of bytes that were freed.
    ///
    /// # Errors
    /// Where something cannot be removed.
    pub fn retain(&self, keys: &[Key]) -> Result<u64, CacheError> {
        let before = disk_bytes(&self.root);
        let wanted: Vec<String> = keys.iter().map(Key::name).collect();
        for entry in fs::read_dir(self.root.join("entries")).into_iter().flatten().flatten() {
            if !wanted.iter().any(|name| *entry.file_name() == **name) {
                fs::remove_dir_all(entry.path()).map_err(CacheError::io("remove", &entry.path()))?;
            }
        }
        Ok(before.saturating_sub(disk_bytes(&self.root)))
    }

    /// Bytes that the cache takes on disk.
    pub fn disk_bytes(&self) -> u64 {
        disk_bytes(&self.root)
    }
}

#[cfg(test)]
mod tests;
