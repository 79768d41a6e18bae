//! Everything in a folder, one entry at a time.
//!
//! Owns the order (a folder comes before its content), the bounds, and the record of what was left out. A link is an entry
//! like any other; it is never followed.

use super::open::{hold, open_plain};
use super::{Folder, Kind, Metadata, OpenError, open_folder};
use rustix::fs::{AtFlags, Dir, Mode};
use rustix::io::Errno;
use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

/// How far a walk goes. What lies beyond is reported, never passed over in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Folders in each other that are entered below the top. A walk keeps so many descriptors. Default 100.
    pub depth: usize,
    /// Entries of all kinds. Default one million, which take some seconds.
    pub entries: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: 100, entries: 1_000_000 }
    }
}

impl Bounds {
    /// The default depth, and as many entries as there are.
    pub const ANY_NUMBER: Self = Self { depth: 100, entries: u64::MAX };
}

/// The entries that a walk did not show.
#[derive(Debug, Default)]
pub struct LeftOut {
    /// The first folder that lies too deep to be entered.
    pub too_deep: Option<PathBuf>,
    /// The first entry that could not be examined, or folder that could not be listed, and why.
    pub unreadable: Option<(PathBuf, io::Error)>,
    /// Whether there are more entries than the bounds allow.
    pub too_many: bool,
}

impl LeftOut {
    /// Whether the walk showed everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.too_deep.is_none() && self.unreadable.is_none() && !self.too_many
    }

    /// Turns it into an error, for callers that need everything.
    ///
    /// # Errors
    /// Names the first thing that was left out.
    pub fn into_result(self, bounds: Bounds) -> io::Result<()> {
        if let Some((path, error)) = self.unreadable {
            return Err(io::Error::new(error.kind(), format!("{}: {error}", path.display())));
        }
        if let Some(path) = self.too_deep {
            let message = format!("{} lies more than {} folders deep", path.display(), bounds.depth);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        if self.too_many {
            let message = format!("it holds more than {} files and folders", bounds.entries);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(())
    }
}

/// A walk through a folder.
#[derive(Debug)]
pub struct Walk {
    /// The folders from the top down to where the walk is.
    open: Vec<Dir>,
    /// Their names, but for the top.
    above: Vec<CString>,
    /// The entry that was shown last; if it is a folder, the next step enters it.
    current: Option<(CString, Kind)>,
    bounds: Bounds,
    seen: u64,
    left_out: LeftOut,
}

/// An entry of a folder.
#[derive(Debug)]
pub struct Entry<'a> {
    folder: BorrowedFd<'a>,
    name: &'a CStr,
    above: &'a [CString],
    metadata: Metadata,
}

impl Folder {
    /// Walks through everything in this folder.
    ///
    /// # Errors
    /// Where the folder itself cannot be listed.
    pub fn walk(&self, bounds: Bounds) -> io::Result<Walk> {
        // A descriptor of its own: the position in a listing belongs to the descriptor.
        let top = Dir::new(open_folder(&*self.fd, c".")?)?;
        let left_out = LeftOut::default();
        Ok(Walk { open: vec![top], above: Vec::new(), current: None, bounds, seen: 0, left_out })
    }
}

impl Walk {
    /// The next entry; `None` at the end or at the bound of entries. An entry that disappears meanwhile is not shown.
    pub fn next_entry(&mut self) -> Option<Entry<'_>> {
        let (name, metadata) = self.advance()?;
        let (name, _) = &*self.current.insert((name, metadata.kind));
        Some(Entry { folder: self.open.last()?.fd().ok()?, name, above: &self.above, metadata })
    }

    /// The entries that were not shown so far.
    #[must_use]
    pub fn left_out(self) -> LeftOut {
        self.left_out
    }

    fn advance(&mut self) -> Option<(CString, Metadata)> {
        if let Some((name, Kind::Folder)) = self.current.take() {
            self.enter(name);
        }
        loop {
            match self.open.last_mut()?.read() {
                Some(Ok(entry)) if matches!(entry.file_name().to_bytes(), b"." | b"..") => {}
                Some(Ok(_)) if self.seen >= self.bounds.entries => {
                    self.left_out.too_many = true;
                    self.open.clear();
                }
                Some(Ok(entry)) => {
                    if let Some(metadata) = self.examine(entry.file_name()) {
                        self.seen += 1;
                        return Some((entry.file_name().to_owned(), metadata));
                    }
                }
                Some(Err(error)) => {
                    self.unreadable(None, error);
                    self.leave();
                }
                None => self.leave(),
            }
        }
    }

    fn examine(&mut self, name: &CStr) -> Option<Metadata> {
        match rustix::fs::statat(self.open.last()?.fd().ok()?, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Some(Metadata::of(&stat)),
            Err(Errno::NOENT) => None,
            Err(error) => {
                self.unreadable(Some(name), error);
                None
            }
        }
    }

    fn enter(&mut self, name: CString) {
        if self.above.len() >= self.bounds.depth {
            let path = || path_of(&self.above, Some(&name));
            self.left_out.too_deep.get_or_insert_with(path);
            return;
        }
        let opened = self
            .open
            .last()
            .and_then(|dir| dir.fd().ok())
            .map_or(Err(Errno::BADF), |parent| open_folder(parent, &*name).and_then(Dir::new));
        match opened {
            Ok(dir) => {
                self.open.push(dir);
                self.above.push(name);
            }
            Err(Errno::NOENT) => {}
            Err(error) => self.unreadable(Some(&name), error),
        }
    }

    fn leave(&mut self) {
        self.open.pop();
        self.above.pop();
    }

    fn unreadable(&mut self, name: Option<&CStr>, error: Errno) {
        let above = &self.above;
        self.left_out.unreadable.get_or_insert_with(|| (path_of(above, name), error.into()));
    }
}

fn path_of(above: &[CString], name: Option<&CStr>) -> PathBuf {
    above.iter().map(CString::as_c_str).chain(name).map(|part| OsStr::from_bytes(part.to_bytes())).collect()
}

impl Entry<'_> {
    /// The kind of the entry.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.metadata.kind
    }

    /// The file system's facts at the moment when the walk came by.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// How many folders lie between the top and this entry: 0 directly in the top.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.above.len()
    }

    /// Its path from the top.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        path_of(self.above, Some(self.name))
    }

    /// Its path from the top, if that is UTF-8.
    #[must_use]
    pub fn utf8_path(&self) -> Option<String> {
        self.path().into_os_string().into_string().ok()
    }

    /// Opens the entry for reading, if it is a plain file.
    ///
    /// # Errors
    /// [`OpenError`], also where the entry became something else since the walk came by.
    pub fn open(&self) -> Result<(File, Metadata), OpenError> {
        open_plain(self.folder, self.name)
    }

    /// Opens the entry as a folder, if it is one: a walk goes no deeper than its bounds, another one may begin there.
    ///
    /// # Errors
    /// Errors of the system; `ENOTDIR` for a link or a file.
    pub fn open_folder(&self) -> io::Result<Folder> {
        Ok(Folder { fd: Arc::new(open_folder(self.folder, self.name)?) })
    }

    pub(crate) fn name(&self) -> &CStr {
        self.name
    }

    /// Changes the mode of what the walk showed: not of a link's target, nor of something else that has the name now.
    pub(crate) fn set_mode(&self, mode: u32) -> Result<(), Errno> {
        let held = hold(self.folder, self.name)?;
        if Kind::of(&rustix::fs::fstat(&held)?) != self.metadata.kind {
            return Ok(());
        }
        rustix::fs::chmod(super::open::held_path(&held), Mode::from_raw_mode(mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::{exchange_until, folder_in_memory, nest, pipe};
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    fn walk(path: &Path, bounds: Bounds) -> (Vec<PathBuf>, LeftOut) {
        let mut walk = Folder::open(path).expect("opens").walk(bounds).expect("walks");
        let mut paths = Vec::new();
        while let Some(entry) = walk.next_entry() {
            paths.push(entry.path());
        }
        paths.sort();
        (paths, walk.left_out())
    }

    #[test]
    fn everything_is_shown_once_and_no_link_is_followed() {
        let dir = tempfile::tempdir().expect("a folder");
        let top = dir.path().join("top");
        fs::create_dir_all(top.join("a/b")).expect("made");
        fs::create_dir(dir.path().join("outside")).expect("made");
        fs::write(dir.path().join("outside/secret"), "x").expect("written");
        fs::write(top.join("a/b/file"), "1234").expect("written");
        fs::write(top.join(OsStr::from_bytes(b"\xff")), "").expect("written");
        symlink("../outside", top.join("link")).expect("linked");
        symlink(".", top.join("a/self")).expect("linked");
        pipe(&top.join("pipe"));
        let (paths, left_out) = walk(&top, Bounds::default());
        let expected = [&b"a"[..], b"a/b", b"a/b/file", b"a/self", b"link", b"pipe", b"\xff"];
        assert_eq!(paths, expected.map(|path| PathBuf::from(OsStr::from_bytes(path))));
        assert!(left_out.is_empty(), "{left_out:?}");
        let mut again = Folder::open(&top).expect("opens").walk(Bounds::default()).expect("walks");
        while let Some(entry) = again.next_entry() {
            assert_eq!(entry.open().is_ok(), entry.kind() == Kind::File, "{entry:?}");
            assert_eq!(entry.utf8_path().is_none(), entry.path().as_os_str().as_bytes() == b"\xff");
        }
    }

    #[test]
    fn bounds_hold_and_are_reported() {
        let dir = folder_in_memory();
        nest(dir.path(), 5000);
        let (paths, left_out) = walk(dir.path(), Bounds::default());
        assert_eq!(paths.len(), 101, "the folder that is too deep is shown and not entered");
        let too_deep = left_out.too_deep.as_ref().expect("reported");
        assert_eq!(too_deep.components().count(), 101);
        let error = left_out.into_result(Bounds::default()).expect_err("too deep");
        assert!(error.to_string().ends_with("lies more than 100 folders deep"), "{error}");
        let few = Bounds { entries: 50, ..Bounds::default() };
        let (paths, left_out) = walk(dir.path(), few);
        assert_eq!((paths.len(), left_out.too_many), (50, true));
        let exactly = tempfile::tempdir().expect("a folder");
        fs::write(exactly.path().join("one"), "").expect("written");
        let one = Bounds { entries: 1, ..Bounds::default() };
        assert!(walk(exactly.path(), one).1.is_empty(), "the bound itself is allowed");
        Folder::open(dir.path()).expect("opens").empty().expect("emptied");
    }

    #[test]
    fn a_folder_that_is_exchanged_for_a_link_is_not_entered() {
        let dir = tempfile::tempdir().expect("a folder");
        let top = dir.path().join("top");
        let [real, link, outside] = [top.join("real"), top.join("link"), dir.path().join("outside")];
        fs::create_dir_all(real.join("ours")).expect("made");
        fs::create_dir_all(outside.join("secret")).expect("made");
        symlink(&outside, &link).expect("linked");
        let mut rounds = 0;
        exchange_until(&real, &link, || {
            let (paths, _) = walk(&top, Bounds::default());
            assert!(paths.iter().all(|path| !path.ends_with("secret")), "{paths:?}");
            rounds += 1;
            rounds == 2000
        });
    }

    #[test]
    fn a_hundred_thousand_names_are_walked() {
        let dir = folder_in_memory();
        for name in 0..100_000 {
            File::create(dir.path().join(name.to_string())).expect("made");
        }
        let (paths, left_out) = walk(dir.path(), Bounds::default());
        assert_eq!((paths.len(), left_out.is_empty()), (100_000, true));
        Folder::open(dir.path()).expect("opens").empty().expect("emptied");
        assert_eq!(fs::read_dir(dir.path()).expect("there").count(), 0);
    }
}
