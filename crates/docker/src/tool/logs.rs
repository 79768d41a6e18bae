//! `STDOUT.log` and `STDERR.log` of a tool, written while the tool writes.
//!
//! Owns two files that were opened before the tool began. The tool may do anything to their names, such as remove them or put
//! links or folders in their place. Its output still goes into our files, and at the end the names stand for them again.

use super::super::error::DockerError;
use runcell_folder::Folder;
use runcell_model::run::OutputStream;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The names of the logs.
const NAMES: [&str; 2] = ["STDOUT.log", "STDERR.log"];

/// Both logs, open.
#[derive(Debug)]
pub(super) struct Logs {
    files: [BufWriter<File>; 2],
    fault: Option<String>,
}

impl Logs {
    /// Makes both logs in a folder, whose path is for messages. Whatever had their names before is gone.
    pub(super) fn create(out: &Folder, path: &Path) -> Result<Self, DockerError> {
        let open = |name: &str| {
            let made = out.replace(name).map(BufWriter::new);
            made.map_err(DockerError::file(&path.join(name)))
        };
        Ok(Self { files: [open(NAMES[0])?, open(NAMES[1])?], fault: None })
    }

    /// Writes a piece of output. A full disk is remembered and stops nothing: the tool notices it by its own writes.
    pub(super) fn write(&mut self, stream: OutputStream, bytes: &[u8]) {
        let file = &mut self.files[usize::from(stream != OutputStream::Stdout)];
        // Flushed at once: people read along.
        if let Err(error) = file.write_all(bytes).and_then(|()| file.flush()) {
            self.fault.get_or_insert_with(|| format!("the logs are not whole: {error}"));
        }
    }

    /// To be called when the tool has ended: makes the names stand for the logs again. Returns what went wrong.
    pub(super) fn settle(&mut self, out: &Folder) -> Option<String> {
        for (name, file) in NAMES.iter().zip(&mut self.files) {
            // A write that failed was remembered when it happened.
            let _remembered = file.flush();
            if let Err(error) = restore(out, name, file.get_mut()) {
                self.fault.get_or_insert_with(|| format!("{name} could not be put back: {error}"));
            }
        }
        self.fault.take()
    }
}

/// Puts a log back under its name, if something else has the name.
fn restore(out: &Folder, name: &str, file: &mut File) -> io::Result<()> {
    if out.names(name, file)? {
        return Ok(());
    }
    let length = file.metadata()?.len();
    let mut copy = out.replace(name)?;
    file.seek(SeekFrom::Start(0))?;
    // The limit of output bounds what we wrote; the tool may have made the file longer.
    io::copy(&mut file.take(length), &mut copy)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn whatever_a_tool_does_to_the_names_the_logs_are_there_in_the_end() {
        type Attack = fn(&Path, &Path);
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
            let mut logs = Logs::create(&out, dir.path()).expect("made");
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
