//! Lines of a stream, under a bound.
//!
//! Owns the bound: of a line that is too long, only its two ends are kept. Does not know what a line says.

use std::io;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// How much of each end of a line that is too long is kept, in bytes.
const KEPT: usize = 4 << 10;

/// A line of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Its bytes, without the newline.
    Whole(Vec<u8>),
    /// It is longer than allowed.
    TooLong {
        /// Its first bytes.
        head: Vec<u8>,
        /// Its last bytes.
        tail: Vec<u8>,
    },
}

/// Reads lines. Dropping a read loses nothing.
pub(super) struct LineReader<R> {
    reader: BufReader<R>,
    longest: usize,
    /// The line under way, or the head of one that is too long.
    line: Vec<u8>,
    /// The last bytes of a line that is too long.
    tail: Option<Vec<u8>>,
}

impl<R: AsyncRead + Unpin> LineReader<R> {
    /// Reads lines of at most `longest` bytes.
    pub(super) fn new(reader: R, longest: usize) -> Self {
        Self { reader: BufReader::with_capacity(64 << 10, reader), longest, line: Vec::new(), tail: None }
    }

    /// The next line; `None` at the end of the stream. The last line need not end with a newline.
    pub(super) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let available = self.reader.fill_buf().await?;
            let (end, at_end) = (available.iter().position(|byte| *byte == b'\n'), available.is_empty());
            let text = &available[..end.unwrap_or(available.len())];
            match &mut self.tail {
                Some(tail) => {
                    tail.extend_from_slice(text);
                    tail.drain(..tail.len().saturating_sub(KEPT));
                }
                None if self.line.len() + text.len() > self.longest => {
                    self.line.extend_from_slice(text);
                    let from = self.line.len().saturating_sub(KEPT);
                    self.tail = Some(self.line[from..].to_vec());
                    self.line.truncate(KEPT);
                    self.line.shrink_to_fit();
                }
                None => self.line.extend_from_slice(text),
            }
            let taken = text.len() + usize::from(end.is_some());
            self.reader.consume(taken);
            if end.is_none() && !at_end {
                continue;
            }
            let line = std::mem::take(&mut self.line);
            return Ok(match self.tail.take() {
                Some(tail) => Some(Line::TooLong { head: line, tail }),
                None if at_end && line.is_empty() => None,
                None => Some(Line::Whole(line)),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &[u8], longest: usize) -> Vec<Line> {
        let (mut reader, mut lines) = (LineReader::new(text, longest), Vec::new());
        while let Some(line) = reader.next().await.expect("reads") {
            lines.push(line);
        }
        lines
    }

    #[tokio::test]
    async fn lines_end_with_a_newline_or_the_stream() {
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        assert_eq!(all(b"a\n\nbc", 5).await, [whole("a"), whole(""), whole("bc")]);
        assert_eq!(all(b"12345\n", 5).await, [whole("12345")]);
        assert_eq!(all(b"", 5).await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_keeps_its_ends_and_the_next_one_is_read() {
        let mut text = vec![b'a'; 1 << 20];
        text.extend_from_slice(b"end\nnext");
        let lines = all(&text, 100_000).await;
        let [Line::TooLong { head, tail }, Line::Whole(next)] = &lines[..] else { panic!("{} lines", lines.len()) };
        assert!(head.len() <= KEPT && tail.len() <= KEPT && tail.ends_with(b"aend"));
        assert_eq!(next, b"next");
        assert!(matches!(&all(b"123456", 5).await[..], [Line::TooLong { head, .. }] if head == b"123456"));
    }
}
