//! When a job wrote its logs: how long they were at which time.
//!
//! Owns a file of marks, each of 24 bytes: the time, and the length of both logs then. A mark is added when a log has grown
//! since the last one, and never changed, so that a crash costs at most the last. The logs themselves carry no times.

use super::error::FileError;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// The bytes of a mark.
const MARK: usize = 24;
const WHAT: &str = "the times of a log";

/// How long both logs were at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Mark {
    /// Milliseconds since the Unix epoch.
    at_ms: i64,
    /// Bytes of stdout and of stderr.
    lengths: [u64; 2],
}

/// The marks of a job that runs.
#[derive(Debug)]
pub struct LogTimes {
    file: File,
    last: Mark,
}

impl LogTimes {
    /// Opens the marks of a job: those of a run that is `resumed`, or none yet.
    pub(super) fn open(path: &Path, resumed: bool) -> Result<Self, FileError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let file = options.open(path).map_err(FileError::io("open", WHAT))?;
        let count = if resumed { count(&file).map_err(FileError::io("read", WHAT))? } else { 0 };
        // Half a mark of a process that died goes with it.
        file.set_len(count * MARK as u64).map_err(FileError::io("write", WHAT))?;
        let last = count.checked_sub(1).map(|last| read(&file, last)).transpose();
        Ok(Self { last: last.map_err(FileError::io("read", WHAT))?.unwrap_or_default(), file })
    }

    /// Notes how long the logs are at a time, which is taken after they were measured. Logs that are written anew after a crash
    /// count once they are longer than they were.
    ///
    /// # Errors
    /// [`FileError::DiskFull`] and [`FileError::Io`]: the mark is not there.
    pub fn note(&mut self, at_ms: i64, lengths: [u64; 2]) -> Result<(), FileError> {
        let lengths = [lengths[0].max(self.last.lengths[0]), lengths[1].max(self.last.lengths[1])];
        if lengths == self.last.lengths {
            return Ok(());
        }
        // A clock that was set back does not bring the marks out of their order.
        let mark = Mark { at_ms: at_ms.max(self.last.at_ms), lengths };
        self.file.write_all(&mark.bytes()).map_err(FileError::io("write", WHAT))?;
        self.last = mark;
        Ok(())
    }
}

/// How long both logs were at a time; 0 where there are no marks.
pub(super) fn lengths_at(path: &Path, at_ms: i64) -> Result<[u64; 2], FileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok([0; 2]),
        Err(error) => return Err(FileError::io("open", WHAT)(error)),
    };
    let found = count(&file).and_then(|count| last_until(&file, count, at_ms));
    found.map(|mark| mark.lengths).map_err(FileError::io("read", WHAT))
}

/// The last mark that is not after a time.
fn last_until(file: &File, count: u64, at_ms: i64) -> std::io::Result<Mark> {
    let (mut known, mut before, mut after) = (Mark::default(), 0, count);
    while before < after {
        let middle = before + (after - before) / 2;
        let mark = read(file, middle)?;
        if mark.at_ms <= at_ms {
            (known, before) = (mark, middle + 1);
        } else {
            after = middle;
        }
    }
    Ok(known)
}

fn count(file: &File) -> std::io::Result<u64> {
    Ok(file.metadata()?.len() / MARK as u64)
}

fn read(file: &File, number: u64) -> std::io::Result<Mark> {
    let mut bytes = [[0; 8]; 3];
    file.read_exact_at(bytes.as_flattened_mut(), number * MARK as u64)?;
    let [at_ms, stdout, stderr] = bytes;
    let lengths = [u64::from_le_bytes(stdout), u64::from_le_bytes(stderr)];
    Ok(Mark { at_ms: i64::from_le_bytes(at_ms), lengths })
}

impl Mark {
    fn bytes(self) -> [u8; MARK] {
        let mut bytes = [0; MARK];
        let numbers = [self.at_ms.to_le_bytes(), self.lengths[0].to_le_bytes(), self.lengths[1].to_le_bytes()];
        bytes.copy_from_slice(numbers.as_flattened());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_length_of_each_log() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("times");
        assert_eq!(lengths_at(&path, 5).expect("none"), [0, 0]);
        let mut times = LogTimes::open(&path, false).expect("opens");
        for (at_ms, lengths) in [(100, [0, 0]), (200, [5, 0]), (300, [5, 0]), (400, [9, 2]), (350, [12, 2])] {
            times.note(at_ms, lengths).expect("written");
        }
        for (at_ms, lengths) in [(i64::MIN, [0, 0]), (199, [0, 0]), (200, [5, 0]), (399, [5, 0]), (400, [12, 2])] {
            assert_eq!(lengths_at(&path, at_ms).expect("read"), lengths, "{at_ms}");
        }
        assert_eq!(std::fs::metadata(&path).expect("there").len(), 3 * MARK as u64, "one for each growth");
    }

    #[test]
    fn marks_outlive_a_crash_and_go_on_after_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("times");
        let mut times = LogTimes::open(&path, false).expect("opens");
        (1..=3).for_each(|mark| times.note(mark * 100, [mark.unsigned_abs() * 10, 0]).expect("written"));
        drop(times);
        let file = OpenOptions::new().append(true).open(&path).expect("opens");
        (&file).write_all(&[7; 5]).expect("half a mark");
        let mut times = LogTimes::open(&path, true).expect("opens");
        // The log is written anew from the beginning, and then goes on.
        for (at_ms, length) in [(900, 10), (910, 30), (920, 31)] {
            times.note(at_ms, [length, 0]).expect("written");
        }
        for (at_ms, length) in [(100, 10), (300, 30), (919, 30), (920, 31)] {
            assert_eq!(lengths_at(&path, at_ms).expect("read"), [length, 0], "{at_ms}");
        }
        LogTimes::open(&path, false).expect("a further attempt");
        assert_eq!(lengths_at(&path, 1000).expect("read"), [0, 0], "it begins anew");
    }
}
