//! Folders in which entries are made: removed when the work ends, fails, or the process gives up.
//!
//! Owns the list of the folders of this process. The folder of a killed process is removed by the next process that works
//! on the same key.

use super::error::CacheError;
use super::folder::create_ours;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// The folders that this process works in.
#[derive(Debug, Clone, Default)]
pub(super) struct Underway(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    dirs: BTreeSet<PathBuf>,
    given_up: bool,
}

impl Underway {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of this lock panics")
    }

    /// Makes a folder that did not exist. The lock of its key is held until it is gone.
    pub(super) fn begin(&self, dir: PathBuf, lock: File) -> Result<Scratch, CacheError> {
        let mut state = self.state();
        if state.given_up {
            return Err(CacheError::GivenUp);
        }
        create_ours(&dir)?;
        state.dirs.insert(dir.clone());
        Ok(Scratch { dir, underway: self.clone(), _lock: lock })
    }

    /// Removes all of them; work that goes on in them fails, and none is begun any more.
    pub(super) fn give_up(&self) {
        let mut state = self.state();
        state.given_up = true;
        for dir in std::mem::take(&mut state.dirs) {
            let _ = fs::remove_dir_all(dir);
        }
    }
}

/// A folder to work in.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
    underway: Underway,
    _lock: File,
}

impl Scratch {
    /// Where it is. It is empty at first, and removed when this value is dropped.
    pub fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.underway.state().dirs.remove(&self.dir);
        // It may have been renamed to its entry.
        let _ = fs::remove_dir_all(&self.dir);
    }
}
