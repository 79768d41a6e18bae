//! All results of a job as a zip, written while they are read.
//!
//! Owns which files go in and under which names. Keeps nothing in memory or on disk.

use super::blocking::blocking;
use super::{FileError, FileStore};
use runcell_folder::{Bounds, Folder, Kind};
use runcell_model::job::JobId;
use std::fs::File;
use std::io::{self, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The content of a zip in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZipSummary {
    /// Results in it.
    pub files: u64,
    /// Their bytes, uncompressed.
    pub bytes: u64,
    /// Entries that were left out: symlinks, devices, names that are not UTF-8.
    pub skipped: u64,
}

impl FileStore {
    /// Writes all results of a job as a zip. Dropping the call does not stop it; a writer that fails does.
    ///
    /// # Errors
    /// [`FileError::Archive`] where the writer fails, [`FileError::NoFolder`] where the job has no folder.
    pub async fn zip_results(&self, id: JobId, writer: impl Write + Send + 'static) -> Result<ZipSummary, FileError> {
        let job = self.job(id);
        blocking(move || {
            let mut zip = ZipWriter::new_stream(Gate { writer, failed: false });
            let summary = add_all(&mut zip, &job.open_out()?).map_err(FileError::Archive)?;
            let mut rest = zip.finish().map_err(|error| FileError::Archive(error.into()))?;
            rest.flush().map_err(FileError::Archive)?;
            Ok(summary)
        })
        .await
    }
}

fn add_all<W: Write + io::Seek>(zip: &mut ZipWriter<W>, out: &Folder) -> io::Result<ZipSummary> {
    let mut summary = ZipSummary::default();
    // In any number: nothing is kept of them, and the reader of the zip can leave at any time.
    let mut walk = out.walk(Bounds::ANY_NUMBER)?;
    while let Some(entry) = walk.next_entry() {
        if entry.kind() == Kind::Folder {
            continue;
        }
        match (entry.utf8_path(), entry.open()) {
            (Some(path), Ok((file, _))) => {
                summary.bytes += add(zip, &path, file)?;
                summary.files += 1;
            }
            _ => summary.skipped += 1,
        }
    }
    Ok(summary)
}

/// A writer that fails once and then accepts everything. After a failure the library still writes the end of the zip, and
/// would print that it cannot.
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

fn add<W: Write + io::Seek>(zip: &mut ZipWriter<W>, path: &str, mut file: File) -> io::Result<u64> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    // Some systems read `\` as a separator of folders.
    zip.start_file(path.replace('\\', "_"), options)?;
    io::copy(&mut file, zip)
}
