//! A new file of ours in a folder where a stranger writes too.
//!
//! Owns that such a file is made, never opened where something lies already, so that what is written goes into our file
//! whatever the stranger does with its name.

use super::Folder;
use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;

/// Names that are tried for a folder that stands in the way.
const TRIES: u32 = 100;

impl Folder {
    /// Makes a file with this name, for reading and writing, which nobody else has open. What had the name before is removed;
    /// a folder, which may be full, is renamed to `<name>.1` or the like.
    ///
    /// # Errors
    /// Errors of the system, such as a full disk.
    pub fn replace(&self, name: &str) -> io::Result<File> {
        self.free(name)?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(&*self.fd, name, flags, Mode::from_raw_mode(0o644))?))
    }

    /// Whether a name stands for exactly this open file.
    ///
    /// # Errors
    /// Where the file cannot be examined.
    pub fn names(&self, name: &str, file: &File) -> io::Result<bool> {
        let ours = rustix::fs::fstat(file.as_fd())?;
        let there = rustix::fs::statat(&*self.fd, name, AtFlags::SYMLINK_NOFOLLOW);
        Ok(there.is_ok_and(|there| (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)))
    }

    fn free(&self, name: &str) -> Result<(), Errno> {
        match rustix::fs::unlinkat(&*self.fd, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => return Ok(()),
            Err(Errno::ISDIR) => {}
            Err(error) => return Err(error),
        }
        for number in 1..=TRIES {
            match rustix::fs::renameat(&*self.fd, name, &*self.fd, format!("{name}.{number}")) {
                Err(Errno::EXIST | Errno::NOTEMPTY | Errno::NOTDIR) => {}
                Err(Errno::NOENT) => return Ok(()),
                result => return result,
            }
        }
        Err(Errno::EXIST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::pipe;
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    #[test]
    fn whatever_has_the_name_the_file_is_ours() {
        type Make = fn(&Path, &Path);
        let cases: [Make; 5] = [
            |_, _| {},
            |name, _| fs::write(name, "old").expect("written"),
            |name, victim| symlink(victim, name).expect("linked"),
            |name, _| pipe(name),
            |name, _| {
                fs::create_dir_all(name.join("full")).expect("made");
                fs::create_dir_all(name.with_file_name("log.1/full")).expect("made");
                fs::write(name.with_file_name("log.2"), "a file").expect("written");
            },
        ];
        for make in cases {
            let dir = tempfile::tempdir().expect("a folder");
            let (name, victim) = (dir.path().join("log"), dir.path().join("victim"));
            fs::write(&victim, "precious").expect("written");
            make(&name, &victim);
            let folder = Folder::open(dir.path()).expect("opens");
            let mut file = folder.replace("log").expect("made");
            assert!(folder.names("log", &file).expect("examined"));
            fs::remove_file(&name).expect("removed");
            symlink(&victim, &name).expect("linked");
            assert!(!folder.names("log", &file).expect("examined"));
            file.write_all(b"new").expect("written");
            assert_eq!(fs::read_to_string(&victim).expect("there"), "precious");
        }
    }
}
