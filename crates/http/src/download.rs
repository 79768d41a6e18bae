//! A file as an answer: whole or a range of it, as a stream, never as something that a browser would run.
//!
//! Owns ranges, tags and the headers that make a browser save it. What the file is, the caller of this says.

use crate::problem::Problem;
use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH,
    IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use runcell_service::KeptPiece;
use runcell_wire::RefusalReason;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::ops::RangeInclusive;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

/// The piece of a file that is read at once, in bytes.
const PIECE: usize = 64 << 10;

/// A file to be sent.
pub(crate) struct Download {
    /// The name under which it is saved.
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) size: u64,
    /// A text that changes whenever the file does.
    pub(crate) version: String,
    pub(crate) content: Content,
}

/// The bytes of a file.
pub(crate) enum Content {
    File(File),
    /// A part of a file that others read at the same time.
    Piece(KeptPiece),
    Bytes(Bytes),
}

/// The part of a file that is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Range(RangeInclusive<u64>),
    /// A range that the file does not have.
    Beyond,
}

impl Download {
    /// The answer to a request with these headers.
    pub(crate) fn answer(self, asked: &HeaderMap) -> Result<Response, Problem> {
        let tag = format!("\"{}\"", self.version);
        check_unchanged(asked, &tag)?;
        if names_tag(asked, IF_NONE_MATCH, &tag) {
            return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
        }
        let part = part(asked, self.size, &tag);
        if part == Part::Beyond {
            let range = [(CONTENT_RANGE, format!("bytes */{}", self.size))];
            let message = format!("the range lies beyond the file's {} bytes", self.size);
            return Ok((range, Problem::new(RefusalReason::OutOfRange, message)).into_response());
        }
        self.send(&tag, part)
    }

    fn send(self, tag: &str, part: Part) -> Result<Response, Problem> {
        let (status, start, length) = match &part {
            Part::Range(range) => (StatusCode::PARTIAL_CONTENT, *range.start(), range.end() - range.start() + 1),
            Part::Whole | Part::Beyond => (StatusCode::OK, 0, self.size),
        };
        let body = self.content.body(start, length);
        let body = body
            .map_err(|error| Problem::new(RefusalReason::Unavailable, format!("the file cannot be read: {error}")))?;
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            (CONTENT_TYPE, self.media_type),
            (CONTENT_LENGTH, length.to_string()),
            (CONTENT_DISPOSITION, disposition(&self.name)),
            (ETAG, tag.to_owned()),
            (ACCEPT_RANGES, "bytes".to_owned()),
        ] {
            headers.extend(HeaderValue::from_str(&value).ok().map(|value| (name, value)));
        }
        if let Part::Range(range) = part {
            let value = format!("bytes {}-{}/{}", range.start(), range.end(), self.size);
            headers.extend(HeaderValue::from_str(&value).ok().map(|value| (CONTENT_RANGE, value)));
        }
        Ok(response)
    }
}

impl Content {
    /// So many bytes from a place on, as they are read.
    fn body(self, start: u64, length: u64) -> io::Result<Body> {
        Ok(match self {
            Self::File(mut file) => {
                file.seek(SeekFrom::Start(start))?;
                let pieces = ReaderStream::with_capacity(tokio::fs::File::from_std(file).take(length), PIECE);
                Body::from_stream(pieces)
            }
            Self::Piece(piece) => Body::from_stream(stream::try_unfold(start, move |from| {
                let (piece, most) = (piece.clone(), (start + length - from).min(PIECE as u64));
                async move {
                    if most == 0 {
                        return Ok(None);
                    }
                    let read = tokio::task::spawn_blocking(move || piece.read(from, most)).await;
                    let bytes = Bytes::from(read.map_err(io::Error::other)??);
                    let next = from + bytes.len() as u64;
                    Ok::<_, io::Error>(Some((bytes, next)))
                }
            })),
            Self::Bytes(bytes) => {
                let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
                Body::from(bytes.slice(size(start)..size(start + length)))
            }
        })
    }
}

/// Refuses a request for a version that is not there any more.
pub(crate) fn check_unchanged(asked: &HeaderMap, tag: &str) -> Result<(), Problem> {
    if asked.contains_key(IF_MATCH) && !names_tag(asked, IF_MATCH, tag) {
        return Err(Problem::new(RefusalReason::Changed, "it is another version now: read it again"));
    }
    Ok(())
}

/// Whether a header of conditions names a tag.
pub(crate) fn names_tag(asked: &HeaderMap, header: axum::http::HeaderName, tag: &str) -> bool {
    let plain = |one: &str| one.trim().trim_start_matches("W/") == tag.trim_start_matches("W/") || one.trim() == "*";
    asked.get_all(header).iter().filter_map(|value| value.to_str().ok()).any(|value| value.split(',').any(plain))
}

fn part(asked: &HeaderMap, size: u64, tag: &str) -> Part {
    let text = |name| asked.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let same = text(IF_RANGE).is_none_or(|condition| condition == tag);
    let Some(range) = text(RANGE).filter(|_| same).and_then(|range| range.strip_prefix("bytes=")) else {
        return Part::Whole;
    };
    // Several ranges at once may be answered with all of it, and are.
    let Some((first, last)) = range.trim().split_once('-').filter(|_| !range.contains(',')) else { return Part::Whole };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>());
    match (number(first), number(last)) {
        (Some(Ok(first)), _) if first >= size && (last.is_empty() || number(last).is_some()) => Part::Beyond,
        (Some(Ok(first)), Some(Ok(last))) if first <= last => Part::Range(first..=last.min(size - 1)),
        (Some(Ok(first)), Some(Err(_))) if last.is_empty() => Part::Range(first..=size - 1),
        (Some(Err(_)), Some(Ok(0))) if first.is_empty() => Part::Beyond,
        (Some(Err(_)), Some(Ok(count))) if first.is_empty() && size > 0 => {
            Part::Range(size.saturating_sub(count)..=size - 1)
        }
        (Some(Err(_)), Some(Ok(_))) if first.is_empty() => Part::Beyond,
        _ => Part::Whole,
    }
}

/// Has a browser save a file under a name, whatever characters that has.
pub(crate) fn disposition(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let ascii: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(150).collect();
    let encoded = escaped(name.bytes().take(300));
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// A text as a segment of an address.
pub(crate) fn segment(text: &str) -> String {
    escaped(text.bytes())
}

fn escaped(bytes: impl Iterator<Item = u8>) -> String {
    let mut escaped = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped += &format!("%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_standard() {
        let whole = |range: RangeInclusive<u64>| Part::Range(range);
        for (text, size, expected) in [
            ("bytes=0-0", 10, whole(0..=0)),
            ("bytes=2-4", 10, whole(2..=4)),
            ("bytes=2-", 10, whole(2..=9)),
            ("bytes=-3", 10, whole(7..=9)),
            ("bytes=-30", 10, whole(0..=9)),
            ("bytes=5-99", 10, whole(5..=9)),
            ("bytes=10-", 10, Part::Beyond),
            ("bytes=0-", 0, Part::Beyond),
            ("bytes=-0", 10, Part::Beyond),
            ("bytes=-5", 0, Part::Beyond),
            ("bytes=4-2", 10, Part::Whole),
            ("bytes=0-1,3-4", 10, Part::Whole),
            ("bytes=a-b", 10, Part::Whole),
            ("bytes=-", 10, Part::Whole),
            ("lines=0-1", 10, Part::Whole),
            ("bytes=99999999999999999999-", 10, Part::Whole),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, text.parse().expect("a header"));
            assert_eq!(part(&headers, size, "\"1\""), expected, "{text} of {size}");
            headers.insert(IF_RANGE, "\"2\"".parse().expect("a header"));
            assert_eq!(part(&headers, size, "\"1\""), Part::Whole, "{text}: another version");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        let value = disposition("a\r\nSet-Cookie: b=\"c\"/../é.html");
        assert!(!value.contains(['\r', '\n', '/']) && value.matches('"').count() == 2, "{value}");
        assert!(value.contains("%0D%0A") && value.contains("%C3%A9"), "{value}");
    }
}
