//! Media types of files: by what they hold, and where that does not tell, by their names.
//!
//! Owns the tables. A name never makes a text an image, nor bytes a text.

/// The type of bytes that begin as only one kind of file does.
#[must_use]
pub fn content_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Some("application/zip"),
        [0x1f, 0x8b, 8, ..] => Some("application/gzip"),
        [0, b'a', b's', b'm', ..] => Some("application/wasm"),
        _ if bytes.starts_with(b"SQLite format 3\0") => Some("application/vnd.sqlite3"),
        _ => None,
    }
}

/// The type of a file by what it holds; by its name where it is a text, or bytes of no known kind.
#[must_use]
pub fn media_type(path: &str, bytes: &[u8]) -> &'static str {
    let named = name_type(path);
    let is_text = std::str::from_utf8(bytes).is_ok();
    let text_name = named.starts_with("text/") || ["application/json", "image/svg+xml"].contains(&named);
    match content_type(bytes) {
        // A format that is an archive inside, such as a spreadsheet, is more than that.
        Some("application/zip") if !known_by_content(named) && !text_name => {
            if named == UNKNOWN {
                "application/zip"
            } else {
                named
            }
        }
        Some(held) => held,
        None if is_text && text_name => named,
        None if is_text => "text/plain",
        None if text_name || known_by_content(named) => UNKNOWN,
        None => named,
    }
}

const UNKNOWN: &str = "application/octet-stream";

/// Whether a file of that type would have been known by what it holds.
fn known_by_content(named: &str) -> bool {
    ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "application/zip"].contains(&named)
}

/// The type that a name suggests.
#[must_use]
pub fn name_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "md" => "text/markdown",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "txt" | "log" | "py" | "js" | "c" | "cpp" | "h" | "rb" | "php" => "text/plain",
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_holds_goes_before_its_name() {
        let png = b"\x89PNG\r\n\x1a\n\xff";
        let cases: [(&str, &[u8], &str); 11] = [
            ("a.png", png, "image/png"),
            ("a.dat", png, "image/png"),
            ("a.csv", png, "image/png"),
            ("a.png", b"no image", "text/plain"),
            ("a.png", b"\xff\xfe", UNKNOWN),
            ("a.csv", b"a,b\n", "text/csv"),
            ("a.json", b"\xff", UNKNOWN),
            ("a.SVG", b"<svg/>", "image/svg+xml"),
            ("a", b"", "text/plain"),
            ("a", b"PK\x03\x04\xff", "application/zip"),
            ("a.bin", b"\x00\xff", UNKNOWN),
        ];
        for (path, bytes, expected) in cases {
            assert_eq!(media_type(path, bytes), expected, "{path} {bytes:?}");
        }
    }
}
