//! `STDOUT.log` and `STDERR.log` of a tool, written as it writes.
//!
//! Owns two descriptors that were opened before the tool began. The tool may do with the names what it likes (remove them, put links
//! or folders in their place): what it wrote still goes where we opened, and at the end the names stand for that again.

use super::super::error::DockerError;
use super::super::folder::Folder;
use runcell_model::run::OutputStream;
use rustix::fs::{AtFlags, Mode, OFlags};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

/// The names of the logs.
const NAMES: [&str; 2] = ["STDOUT.log", "STDERR.log"];

/// Both logs, open.
#[derive(Debug)]
pub(super) struct Logs {
    files: [BufWriter<File>; 2],
    fault: Option<String>,
}

impl Logs {
    /// Makes both logs; what lay under the names before is gone.
    pub(super) fn create(out: &Folder) -> Result<Self, DockerError> {
        let open = |name: &str| {
            let made = fresh(out, name);
            made.map(BufWriter::new).map_err(|source| DockerError::File { path: out.path().join(name), source })
        };
        Ok(Self { files: [open(NAMES[0])?, open(NAMES[1])?], fault: None })
    }

    /// Writes a piece. A full disk is remembered and stops nothing: the tool is told by its own writes.
    pub(super) fn write(&mut self, stream: OutputStream, bytes: &[u8]) {
        let file = &mut self.files[usize::from(stream == OutputStream::Stderr)];
        // Flushed at once: people watch.
        if let Err(error) = file.write_all(bytes).and_then(|()| file.flush()) {
            self.fault.get_or_insert_with(|| format!("the logs are not whole: {error}"));
        }
    }

    pub(super) fn flush(&mut self) {
        for file in &mut self.files {
            // What could not be written was remembered when it happened.
            let _remembered = file.flush();
        }
    }

    /// To be called when the tool has ended: makes the names stand for the logs again; what went wrong.
    pub(super) fn settle(&mut self, out: &Folder) -> Option<String> {
        self.flush();
        for (name, file) in NAMES.iter().zip(&mut self.files) {
            if let Err(error) = restore(out, name, file.get_mut()) {
                self.fault.get_or_insert_with(|| format!("{name} could not be put back: {error}"));
            }
        }
        self.fault.take()
    }
}

/// Makes a file that nobody else has open.
fn fresh(out: &Folder, name: &str) -> std::io::Result<File> {
    clear(out, name)?;
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::openat(out.fd(), name, flags, Mode::from_raw_mode(0o644))?))
}

/// Frees a name. A folder in its place is moved aside: it may be full.
fn clear(out: &Folder, name: &str) -> std::io::Result<()> {
    match rustix::fs::unlinkat(out.fd(), name, AtFlags::empty()) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
        Err(rustix::io::Errno::ISDIR) => {
            let aside = format!("{name}.{:016x}", super::super::random().map_err(std::io::Error::other)?);
            Ok(rustix::fs::renameat(out.fd(), name, out.fd(), aside)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts a log back under its name, if something else is there.
fn restore(out: &Folder, name: &str, file: &mut File) -> std::io::Result<()> {
    let ours = rustix::fs::fstat(&*file)?;
    let there = rustix::fs::statat(out.fd(), name, AtFlags::SYMLINK_NOFOLLOW);
    if there.is_ok_and(|there| (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)) {
        return Ok(());
    }
    let mut copy = fresh(out, name)?;
    file.seek(SeekFrom::Start(0))?;
    // What we wrote is bounded by the limit of output; the tool may have made the file longer.
    std::io::copy(&mut file.take(u64::try_from(ours.st_size).unwrap_or(0)), &mut copy)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn whatever_a_tool_does_to_the_names_the_logs_are_there_in_the_end() {
        type Attack = fn(&std::path::Path, &std::path::Path);
        let attacks: [Attack; 4] = [
            |_, _| {},
            |log, _| std::fs::remove_file(log).expect("removed"),
            |log, victim| {
                std::fs::remove_file(log).expect("removed");
                symlink(victim, log).expect("linked");
            },
            |log, _| {
                std::fs::remove_file(log).expect("removed");
                std::fs::create_dir_all(log.join("full")).expect("made");
            },
        ];
        for attack in attacks {
            let dir = tempfile::tempdir().expect("a folder");
            let victim = dir.path().join("victim");
            std::fs::write(&victim, "precious").expect("written");
            let log = dir.path().join("STDOUT.log");
            symlink(&victim, &log).expect("there before");
            let out = Folder::open(dir.path()).expect("opens");
            let mut logs = Logs::create(&out).expect("made");
            logs.write(OutputStream::Stdout, b"one ");
            attack(&log, &victim);
            logs.write(OutputStream::Stdout, b"two");
            assert_eq!(logs.settle(&out), None);
            assert!(log.symlink_metadata().expect("there").is_file());
            assert_eq!(std::fs::read_to_string(&log).expect("read"), "one two");
            assert_eq!(std::fs::read_to_string(&victim).expect("read"), "precious");
        }
    }
}
