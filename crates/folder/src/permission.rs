//! Modes and owners of a folder that is given to a container.
//!
//! Owns changing them through what is held. Who the container runs as is the caller's knowledge.

use super::{Bounds, Folder, Kind};
use rustix::fs::{Gid, Mode, Uid};
use std::io;

impl Folder {
    /// Lets every user list this folder and read everything in it.
    ///
    /// # Errors
    /// Where a mode cannot be changed, or the folder exceeds the default [`Bounds`].
    pub fn open_to_all(&self) -> io::Result<()> {
        self.set_mode(0o755)?;
        let mut walk = self.walk(Bounds::default())?;
        while let Some(entry) = walk.next_entry() {
            match entry.kind() {
                Kind::Folder => entry.set_mode(0o755)?,
                Kind::File => entry.set_mode(entry.metadata().mode & 0o777 | 0o444)?,
                _ => {}
            }
        }
        walk.left_out().into_result(Bounds::default())
    }

    /// Changes the permission bits of the folder itself.
    ///
    /// # Errors
    /// Errors of the system.
    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        Ok(rustix::fs::fchmod(&*self.fd, Mode::from_raw_mode(mode))?)
    }

    /// Gives the folder itself to a user and a group.
    ///
    /// # Errors
    /// Errors of the system: only root may do that.
    pub fn give_to(&self, uid: u32, gid: u32) -> io::Result<()> {
        Ok(rustix::fs::fchown(&*self.fd, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::pipe;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    #[test]
    fn everything_becomes_readable_and_links_lead_nowhere() {
        let dir = tempfile::tempdir().expect("a folder");
        let [top, secret] = ["top", "secret"].map(|name| dir.path().join(name));
        fs::create_dir_all(top.join("closed")).expect("made");
        fs::write(&secret, "x").expect("written");
        fs::write(top.join("closed/run"), "x").expect("written");
        symlink(&secret, top.join("link")).expect("linked");
        pipe(&top.join("pipe"));
        for (path, mode) in [("secret", 0o600), ("top/closed/run", 0o700), ("top/pipe", 0o600), ("top/closed", 0)] {
            fs::set_permissions(dir.path().join(path), Permissions::from_mode(mode)).expect("set");
        }
        Folder::open(&top).expect("opens").open_to_all().expect("opened");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&top.join("closed/run")), mode(&top.join("closed"))), (0o744, 0o755));
        assert_eq!((mode(&secret), mode(&top.join("pipe"))), (0o600, 0o600));
    }
}
