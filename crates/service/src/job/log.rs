//! Reading along with what a job writes.
//!
//! Owns the follower: it tells what is there, then what comes, until the job has ended. A job that is tried again is read
//! from its beginning; one that another process took over goes on where it was. Each attempt has a folder of results of its own, and
//! that tells attempts apart: the job's record says which attempt there is now, and not which one wrote a log.

use super::Jobs;
use super::work::{POLL, Work};
use crate::error::ServiceError;
use jiff::Timestamp;
use runcell_folder::Folder;
use runcell_model::job::{JobId, JobRecord, LogStart};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

/// The longest piece of a log in one event, in bytes.
const PIECE: usize = 64 << 10;
/// How far back lines are looked for from the end of a log, in bytes.
const TAIL: u64 = 8 << 20;
/// How often a log is looked at that is being written.
const LOOK: Duration = Duration::from_millis(50);

/// Which of the two logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStream {
    /// Its stdout.
    Stdout,
    /// Its stderr.
    Stderr,
}

impl LogStream {
    /// The names that the log may have: where `gotap` runs the tool, it keeps the tool's output itself.
    pub(super) fn names(self, gotap: bool) -> &'static [&'static str] {
        match (self, gotap) {
            (Self::Stdout, false) => &["STDOUT.log"],
            (Self::Stderr, false) => &["STDERR.log"],
            (Self::Stdout, true) => &["STDOUT", "STDOUT.log"],
            (Self::Stderr, true) => &["STDERR", "STDERR.log"],
        }
    }
}

/// Reads along with a log.
#[derive(Debug)]
pub struct LogFollower {
    jobs: Jobs,
    id: JobId,
    stream: LogStream,
    names: &'static [&'static str],
    follow: bool,
    /// The file, which one it is, and its name.
    open: Option<(File, u64, &'static str)>,
    offset: u64,
    /// The folder of the attempt that is read. It stays open, so that no other folder is taken for it.
    attempt: Option<Folder>,
    looked: Duration,
    ended: bool,
}

impl Jobs {
    /// A log from its beginning; with `follow` until the job has ended, else as far as it is now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such job.
    pub async fn log(&self, id: JobId, stream: LogStream, follow: bool) -> Result<LogFollower, ServiceError> {
        let job = self.get(id).await?;
        let names = stream.names(self.work.has_gotap(&job).await?);
        let (jobs, ended, looked) = (self.clone(), job.state.is_final(), Duration::ZERO);
        Ok(LogFollower { jobs, id, stream, names, follow, open: None, offset: 0, attempt: None, looked, ended })
    }
}

impl Work {
    /// Whether `gotap` runs the tool of a job, and keeps its output.
    pub(super) async fn has_gotap(&self, job: &JobRecord) -> Result<bool, ServiceError> {
        let image = job.request.image_id.as_deref().unwrap_or_default();
        Ok(job.request.work.tool().is_some() && self.tools.has_gotap(image).await?)
    }
}

impl LogFollower {
    /// Where the next piece begins, in bytes from the beginning of the log.
    #[must_use]
    pub fn place(&self) -> u64 {
        self.offset
    }

    /// Goes on from a place, in bytes from the beginning of the log.
    pub fn begin_at(&mut self, place: u64) {
        (self.offset, self.open) = (place, None);
    }

    /// Begins with what was written at a time or later, in milliseconds since the Unix epoch; up to half a second of what was
    /// written before may come first. A log whose times are not known begins at its beginning.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the times cannot be read.
    pub async fn begin_after(&mut self, at_ms: i64) -> Result<(), ServiceError> {
        let folder = self.jobs.work.store.files().job(self.id);
        let [stdout, stderr] = folder.log_lengths_at(at_ms).await?;
        self.begin_at(if self.stream == LogStream::Stdout { stdout } else { stderr });
        Ok(())
    }

    /// Begins where a caller says.
    ///
    /// # Errors
    /// As [`Self::begin_after`].
    pub async fn begin(&mut self, start: LogStart) -> Result<(), ServiceError> {
        match start {
            LogStart::Place(place) => self.begin_at(place),
            LogStart::Time(at_ms) => self.begin_after(at_ms).await?,
            LogStart::Ago(ms) => {
                let ms = i64::try_from(ms).unwrap_or(i64::MAX);
                self.begin_after(Timestamp::now().as_millisecond().saturating_sub(ms)).await?;
            }
        }
        Ok(())
    }

    /// Begins no earlier than so many lines before the end that there is now, and no more than 8 MiB before it.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the log cannot be read.
    pub async fn begin_before_end(&mut self, lines: u32) -> Result<(), ServiceError> {
        self.reopen().await?;
        if let Some((file, ..)) = &mut self.open {
            let place = before_end(file, lines).unwrap_or(0);
            self.begin_at(place.max(self.offset));
        }
        Ok(())
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the job was removed meanwhile.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ServiceError> {
        loop {
            self.reopen().await?;
            if let Some(piece) = self.read() {
                return Ok(Some(piece));
            }
            if self.ended || !self.follow {
                return Ok(None);
            }
            tokio::time::sleep(LOOK).await;
            self.looked += LOOK;
            if self.looked >= POLL || self.open.is_none() {
                self.looked = Duration::ZERO;
                // Output from before the end is read once more after it.
                self.ended = self.jobs.get(self.id).await?.state.is_final();
            }
        }
    }

    fn read(&mut self) -> Option<Vec<u8>> {
        let (file, ..) = self.open.as_mut()?;
        let mut piece = vec![0; PIECE];
        let count = file.read(&mut piece).ok().filter(|count| *count > 0)?;
        piece.truncate(count);
        self.offset += count as u64;
        Some(piece)
    }

    /// Opens the file that has the name now. A process that takes a job over writes its logs anew, from the beginning, into the
    /// folder that is there; a further attempt has a new folder.
    async fn reopen(&mut self) -> Result<(), ServiceError> {
        let folder = self.jobs.work.store.files().job(self.id);
        // The follower stays with the name that it reads: it would read a later one from its beginning.
        let open = self.open.as_ref().and_then(|(.., open)| self.names.iter().position(|name| name == open));
        for name in &self.names[..open.map_or(self.names.len(), |open| open + 1)] {
            // Nothing yet, or nothing that can be read: the tool may do with its folder what it wants.
            let Ok(Some((mut file, attempt))) = folder.open_log(name).await else { continue };
            let Ok(place) = file.metadata().map(|metadata| metadata.ino()) else { continue };
            let anew = self.attempt.as_ref().is_some_and(|read| !read.is_same(&attempt).unwrap_or(false));
            if anew || self.open.as_ref().is_none_or(|(_, open, _)| *open != place) {
                if anew || self.open.as_ref().is_some_and(|(.., open)| open != name) {
                    self.offset = 0;
                }
                if file.seek(SeekFrom::Start(self.offset)).is_err() {
                    continue;
                }
                (self.open, self.attempt) = (Some((file, place, *name)), Some(attempt));
            }
            break;
        }
        Ok(())
    }
}

/// Where the last lines of a file begin. A line that has no end yet counts.
fn before_end(file: &mut (impl Read + Seek), lines: u32) -> std::io::Result<u64> {
    let length = file.seek(SeekFrom::End(0))?;
    if lines == 0 {
        return Ok(length);
    }
    let (mut start, mut wanted) = (length, u64::from(lines) + 1);
    let mut piece = vec![0; PIECE];
    while start > 0 && length - start < TAIL {
        let end = start;
        start = end.saturating_sub(PIECE as u64);
        file.seek(SeekFrom::Start(start))?;
        let part = &mut piece[..usize::try_from(end - start).unwrap_or(PIECE)];
        file.read_exact(part)?;
        for (at, _) in part.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n') {
            let after = start + at as u64 + 1;
            // The end of the last line begins no other one.
            if after == length {
                continue;
            }
            wanted -= 1;
            if wanted == 1 {
                return Ok(after);
            }
        }
    }
    Ok(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_found_from_the_end() {
        let long = format!("{}\n", "x".repeat(PIECE)).repeat(3);
        for (text, lines, expected) in [
            ("a\nb\nc\n", 1, "c\n"),
            ("a\nb\nc\n", 2, "b\nc\n"),
            ("a\nb\nc\n", 9, "a\nb\nc\n"),
            ("a\nb\nc", 2, "b\nc"),
            ("a", 1, "a"),
            ("", 3, ""),
            ("\n\n\n", 2, "\n\n"),
            (&*long, 2, &long[PIECE + 1..]),
        ] {
            let found = before_end(&mut std::io::Cursor::new(text), lines).expect("reads");
            assert_eq!(&text[usize::try_from(found).expect("short")..], expected, "{lines}");
        }
        let endless = "y".repeat(9 << 20);
        let found = before_end(&mut std::io::Cursor::new(&endless), 1).expect("reads");
        assert!(found > 0 && endless.len() as u64 - found <= TAIL + PIECE as u64);
    }

    #[test]
    fn where_gotap_runs_a_tool_its_own_record_is_read_first() {
        assert_eq!(LogStream::Stdout.names(true), ["STDOUT", "STDOUT.log"]);
        assert_eq!(LogStream::Stderr.names(false), ["STDERR.log"]);
    }
}
