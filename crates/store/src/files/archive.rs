//! All results as a zip, written as it is read.
//!
//! Owns what goes in and under which names. Nothing of it is kept in memory or on disk.

use super::beneath::{open_folder, open_listed};
use super::walk::walk;
use super::{FileError, FileStore, blocking};
use runcell_model::job::JobId;
use rustix::fs::FileType;
use std::io::{self, Write};
use std::ops::ControlFlow;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What a zip holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZipSummary {
    /// Results in it.
    pub files: u64,
    /// Their bytes, uncompressed.
    pub bytes: u64,
    /// What is there but was left out: symlinks, devices, names that are not UTF-8.
    pub skipped: u64,
}

impl FileStore {
    /// Writes all results of a job as a zip. Dropping the call does not stop it; a writer that fails does.
    ///
    /// # Errors
    /// [`FileError::Archive`] where the writer fails, [`FileError::NoFolder`] where the job has no folder.
    pub async fn zip_results(&self, id: JobId, writer: impl Write + Send + 'static) -> Result<ZipSummary, FileError> {
        let out = self.job_path(id).join("out");
        blocking(move || {
            let top = open_folder(&out).map_err(|_| FileError::NoFolder(id))?;
            let (mut zip, mut summary) = (ZipWriter::new_stream(Gate { writer, failed: false }), ZipSummary::default());
            let mut failed = None;
            let walked = walk(top, |found| {
                if found.kind() == FileType::Directory {
                    return ControlFlow::Continue(());
                }
                let file = open_listed(found.folder, found.name).filter(|_| found.kind() == FileType::RegularFile);
                let (Some(path), Some((file, _))) = (found.path(), file) else {
                    summary.skipped += 1;
                    return ControlFlow::Continue(());
                };
                match add(&mut zip, &path, file) {
                    Ok(bytes) => (summary.files, summary.bytes) = (summary.files + 1, summary.bytes + bytes),
                    Err(error) => failed = Some(error),
                }
                if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            walked.map_err(FileError::io("list", "results"))?;
            failed.map_or(Ok(()), Err).map_err(FileError::Archive)?;
            let mut rest = zip.finish().map_err(|error| FileError::Archive(error.into()))?;
            rest.flush().map_err(FileError::Archive)?;
            Ok(summary)
        })
        .await
    }
}

/// A writer that says once that it fails. The library writes an end also then, and would print that it cannot.
struct Gate<W> {
    writer: W,
    failed: bool,
}

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let written = self.writer.write(bytes);
        self.failed = written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed { Ok(()) } else { self.writer.flush() }
    }
}

fn add<W: Write + io::Seek>(zip: &mut ZipWriter<W>, path: &str, mut file: std::fs::File) -> io::Result<u64> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    // Some systems take `\` for a way into other folders.
    zip.start_file(path.replace('\\', "_"), options)?;
    io::copy(&mut file, zip)
}
