//! The beginning of a result as text.
//!
//! Owns how much is shown, where it is cut, and the media types of names.

use super::blocking::blocking;
use super::{FileError, FileStore};
use runcell_model::job::JobId;
use serde::{Deserialize, Serialize};
use std::io::Read;

/// How much is shown, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// The beginning of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Its path in the results.
    pub filename: String,
    /// Its media type, by its name.
    pub mime_type: String,
    /// How it is encoded: always `utf-8`.
    pub encoding: String,
    /// Whether there is more.
    pub truncated: bool,
    /// The text.
    pub content: String,
}

impl FileStore {
    /// The first 64 KiB of a result, cut between two characters.
    ///
    /// # Errors
    /// [`FileError::NotText`] where it is not UTF-8; those of [`FileStore::open_result`].
    pub async fn preview(&self, id: JobId, rel_path: &str) -> Result<Preview, FileError> {
        let (result, file) = self.open_result(id, rel_path).await?;
        blocking(move || {
            let filename = result.rel_path;
            let mut bytes = Vec::new();
            // One byte more than is shown, to see whether there is more.
            let most = MAX_BYTES as u64 + 1;
            file.take(most).read_to_end(&mut bytes).map_err(FileError::io("read", &filename))?;
            let truncated = bytes.len() > MAX_BYTES;
            let content = cut(bytes, truncated).ok_or_else(|| FileError::NotText(filename.clone()))?;
            let mime_type = mime_type(&filename).to_owned();
            Ok(Preview { filename, mime_type, encoding: "utf-8".to_owned(), truncated, content })
        })
        .await
    }
}

/// The text of bytes; if they were cut off, up to the last whole character. `None` if they are not text.
fn cut(mut bytes: Vec<u8>, truncated: bool) -> Option<String> {
    bytes.truncate(MAX_BYTES);
    if truncated && let Err(error) = std::str::from_utf8(&bytes) {
        // Without a length, the text ends in the middle of a character; with one, it is not UTF-8.
        if error.error_len().is_some() {
            return None;
        }
        bytes.truncate(error.valid_up_to());
    }
    // NUL is UTF-8, but a file with it is not text.
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// The media type of a name.
#[must_use]
pub(super) fn mime_type(name: &str) -> &'static str {
    let ending = name.rsplit('/').next().unwrap_or_default().rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    match ending.as_deref().unwrap_or_default() {
        "txt" | "log" | "dat" | "out" | "err" => "text/plain",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "md" => "text/markdown",
        "html" | "htm" => "text/html",
        "xml" => "application/xml",
        "json" => "application/json",
        "geojson" => "application/geo+json",
        "yml" | "yaml" => "application/yaml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "tif" | "tiff" => "image/tiff",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "tar" => "application/x-tar",
        "parquet" => "application/vnd.apache.parquet",
        "nc" => "application/x-netcdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        let euro = "€".repeat(30_000).into_bytes();
        let cases = [
            (b"abc".to_vec(), false, Some(3)),
            (Vec::new(), false, Some(0)),
            (euro[..MAX_BYTES + 1].to_vec(), true, Some(MAX_BYTES / 3 * 3)),
            (euro[..MAX_BYTES].to_vec(), false, None),
            (b"a\xff".to_vec(), false, None),
            ([vec![b'a'; 10], vec![0xff], vec![b'a'; MAX_BYTES]].concat(), true, None),
            (b"a\0b".to_vec(), false, None),
        ];
        for (bytes, truncated, length) in cases {
            assert_eq!(cut(bytes, truncated).map(|text| text.len()), length);
        }
    }

    #[test]
    fn names_have_types() {
        let cases = [("a/b.PNG", "image/png"), ("STDOUT.log", "text/plain"), ("png", "application/octet-stream")];
        for (name, expected) in cases {
            assert_eq!(mime_type(name), expected, "{name}");
        }
    }
}
