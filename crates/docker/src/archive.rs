//! Files of a container that was made and never started, read through the engine.
//!
//! An image may come from anybody, so that a file in it may be a link, a device, a folder or endless. Owns that only plain files
//! are read. Links are followed by asking the engine for their target, which it looks up inside the image; nothing of this
//! machine is opened.

use super::Docker;
use super::discover::Fetched;
use super::error::DockerError;
use bollard::container::PathStatResponse;
use bollard::query_parameters::{ContainerArchiveInfoOptionsBuilder, DownloadFromContainerOptionsBuilder};
use futures_util::StreamExt;
use std::io::Read;

/// How many links lead to a file at most.
const MOST_LINKS: usize = 8;
/// Bytes that the archive of one file may have beyond the file: headers, padding, long names.
const ARCHIVE_REST: u64 = 64 << 10;

/// Bits of a file's mode in Go's form, which the engine uses: not an ordinary file, a link, permission to execute.
const NOT_ORDINARY: u32 = 0x8f28_0000;
const LINK: u32 = 1 << 27;
const EXECUTABLE: u32 = 0o111;

/// The target of a path in a container.
#[derive(Debug)]
enum Found {
    /// An ordinary file, with the path that no link is part of.
    File {
        path: String,
        size: u64,
        mode: u32,
    },
    Nothing,
    /// Something else, in words.
    Other(String),
}

impl Docker {
    /// Reads a file of at most `most` bytes.
    pub(super) async fn read_file(&self, id: &str, path: &str, most: u64) -> Result<Fetched, DockerError> {
        let (path, size) = match self.look(id, path).await? {
            Found::File { path, size, .. } => (path, size),
            Found::Nothing => return Ok(Fetched::Absent),
            Found::Other(what) => return Ok(Fetched::Refused(format!("{path} is {what}"))),
        };
        let too_large = |bytes| Fetched::Refused(format!("{path} has {bytes} bytes; at most {most} are read"));
        if size > most {
            return Ok(too_large(size));
        }
        let options = DownloadFromContainerOptionsBuilder::default().path(&path).build();
        let mut pieces = Box::pin(self.api().download_from_container(id, Some(options)));
        let mut archive = Vec::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| DockerError::of_container(id, "read a file of", error))?;
            archive.extend_from_slice(&piece);
            if archive.len() as u64 > most + ARCHIVE_REST {
                return Ok(too_large(archive.len() as u64));
            }
        }
        Ok(only_file(&archive, most).unwrap_or_else(|reason| Fetched::Refused(format!("{path}: {reason}"))))
    }

    /// Whether a path leads to a file that may be executed.
    pub(super) async fn is_executable(&self, id: &str, path: &str) -> Result<bool, DockerError> {
        Ok(matches!(self.look(id, path).await?, Found::File { mode, .. } if mode & EXECUTABLE != 0))
    }

    /// Follows a path and its links to the target.
    async fn look(&self, id: &str, path: &str) -> Result<Found, DockerError> {
        let mut path = path.to_owned();
        for _ in 0..=MOST_LINKS {
            let Some(stat) = self.stat(id, &path).await? else { return Ok(Found::Nothing) };
            let mode = stat.file_mode;
            if mode & LINK != 0 {
                if !stat.link_target.starts_with('/') || stat.link_target == path {
                    return Ok(Found::Other("a link to nowhere".to_owned()));
                }
                path = stat.link_target;
            } else if mode & NOT_ORDINARY != 0 {
                return Ok(Found::Other("not an ordinary file".to_owned()));
            } else {
                let size = u64::try_from(stat.size).unwrap_or(u64::MAX);
                return Ok(Found::File { path, size, mode });
            }
        }
        Ok(Found::Other("behind too many links".to_owned()))
    }

    async fn stat(&self, id: &str, path: &str) -> Result<Option<PathStatResponse>, DockerError> {
        let options = ContainerArchiveInfoOptionsBuilder::default().path(path).build();
        match self.api().get_container_archive_info(id, Some(options)).await {
            Ok(stat) => Ok(Some(stat)),
            Err(error) => match DockerError::of("look at a file of an image", error) {
                // 404: not there; 400: a folder on the way is a file; 500: links in a circle.
                error if matches!(error.status(), Some(400 | 404 | 500)) => Ok(None),
                error => Err(error),
            },
        }
    }
}

/// The one ordinary file that an archive holds.
fn only_file(archive: &[u8], most: u64) -> Result<Fetched, String> {
    let mut tar = tar::Archive::new(archive);
    let mut entries = tar.entries().map_err(|error| error.to_string())?;
    let entry = entries.next().ok_or("the engine sent nothing")?.map_err(|error| error.to_string())?;
    if !entry.header().entry_type().is_file() {
        return Err("not an ordinary file".to_owned());
    }
    let mut bytes = Vec::new();
    entry.take(most + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("more than {most} bytes"));
    }
    Ok(Fetched::File(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(kind: tar::EntryType, size: u64, bytes: &[u8]) -> Vec<u8> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_path("file").expect("a path");
        header.set_cksum();
        let mut all = header.as_bytes().to_vec();
        all.extend_from_slice(bytes);
        all.resize(all.len().next_multiple_of(512) + 1024, 0);
        all
    }

    #[test]
    fn an_archive_gives_one_ordinary_file_and_nothing_else() {
        let good = only_file(&archive(tar::EntryType::Regular, 3, b"abc"), 3).expect("good");
        assert_eq!(good, Fetched::File(b"abc".to_vec()));
        only_file(&archive(tar::EntryType::Regular, 4, b"abcd"), 3).expect_err("too long");
        only_file(&archive(tar::EntryType::Symlink, 0, b""), 3).expect_err("a link");
        only_file(&archive(tar::EntryType::Directory, 0, b""), 3).expect_err("a folder");
        only_file(b"", 3).expect_err("nothing");
        only_file(&[7; 2000], 3).expect_err("noise");
    }
}
