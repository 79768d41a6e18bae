//! The output of a guest, stdout and stderr: kept in order, up to the limit, readable while it grows.
//!
//! Owns the one buffer of a run. A reader follows it at its own speed and needs no memory of its own: a slow reader gets
//! larger pieces, up to a bound. Does not print.

use super::limit::LimitHit;
use runcell_model::limits::LimitKind;
use runcell_model::outcome::Output;
use runcell_model::run::{OutputStream, RunEvent};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;

/// The longest part that a reader gets at once, in bytes: who passes it on needs memory for it again.
const LONGEST_PART: usize = 256 << 10;

/// The output of one run.
#[derive(Debug)]
pub struct OutputBuffer {
    content: Mutex<Content>,
    changed: Notify,
    allowed: u64,
}

#[derive(Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    /// Pieces of one stream each, with the end of each in `bytes`.
    pieces: Vec<(OutputStream, usize)>,
    /// Everything that the guest tried to write, in bytes.
    written: u64,
    closed: bool,
    /// Whether stderr is a compiler's at the moment.
    compiling: bool,
}

impl OutputBuffer {
    /// An empty buffer that takes `allowed` bytes.
    pub fn new(allowed: u64) -> Arc<Self> {
        Arc::new(Self { content: Mutex::default(), changed: Notify::new(), allowed })
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().expect("no holder of this lock panics")
    }

    /// Says whether a compiler writes from now on, or the program.
    pub fn set_compiling(&self, compiling: bool) {
        self.content().compiling = compiling;
    }

    /// Appends what a guest wrote. Of what goes over the limit, the part that still fits is kept.
    pub fn write(&self, stream: OutputStream, data: &[u8]) -> Result<(), LimitHit> {
        let mut content = self.content();
        content.written += data.len() as u64;
        let room = usize::try_from(self.allowed).unwrap_or(usize::MAX).saturating_sub(content.bytes.len());
        let kept = &data[..data.len().min(room)];
        let stream = match stream {
            OutputStream::Stderr if content.compiling => OutputStream::Compiler,
            stream => stream,
        };
        if !kept.is_empty() {
            content.append(stream, kept);
            self.changed.notify_one();
        }
        if kept.len() < data.len() {
            let used = content.written;
            return Err(LimitHit { kind: LimitKind::Output, allowed: self.allowed, used });
        }
        Ok(())
    }

    /// Says that nothing more will come.
    pub fn close(&self) {
        self.content().closed = true;
        self.changed.notify_one();
    }

    /// Bytes that the guest wrote, or tried to write.
    pub fn written(&self) -> u64 {
        self.content().written
    }

    /// Whether the limit cut it.
    pub fn is_truncated(&self) -> bool {
        let content = self.content();
        content.written > content.bytes.len() as u64
    }

    /// Everything, in the three forms of an outcome. It is moved out and not copied where that can be, since outputs may be
    /// large: nothing may be read from the buffer afterwards.
    pub fn take(&self) -> Output {
        let mut content = self.content();
        let truncated = content.written > content.bytes.len() as u64;
        let (tty, pieces) = (std::mem::take(&mut content.bytes), std::mem::take(&mut content.pieces));
        let of = |wanted: fn(OutputStream) -> bool| {
            let starts = std::iter::once(0).chain(pieces.iter().map(|(_, end)| *end));
            let ranges = starts.zip(&pieces).filter(|(_, (stream, _))| wanted(*stream));
            ranges.map(|(start, (_, end))| &tty[start..*end]).collect::<Vec<_>>()
        };
        let stdout = of(|stream| stream == OutputStream::Stdout).concat();
        let stderr = of(|stream| stream != OutputStream::Stdout).concat();
        let compiler_bytes = of(|stream| stream == OutputStream::Compiler).iter().map(|piece| piece.len()).sum();
        Output { stdout, stderr, compiler_bytes, tty, truncated }
    }

    /// A copy of everything that was written so far, stream by stream.
    pub fn pieces(&self) -> Vec<(OutputStream, Vec<u8>)> {
        let content = self.content();
        let mut start = 0;
        let piece = |(stream, end): &(OutputStream, usize)| {
            let bytes = content.bytes[start..*end].to_vec();
            start = *end;
            (*stream, bytes)
        };
        content.pieces.iter().map(piece).collect()
    }

    /// A copy of everything that was written so far, both streams together.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.content().bytes).into_owned()
    }
}

impl Content {
    fn append(&mut self, stream: OutputStream, data: &[u8]) {
        self.bytes.extend_from_slice(data);
        let end = self.bytes.len();
        match self.pieces.last_mut() {
            Some((last, last_end)) if *last == stream => *last_end = end,
            _ => self.pieces.push((stream, end)),
        }
    }
}

/// Follows a buffer from its beginning.
#[derive(Debug)]
pub struct OutputReader {
    buffer: Arc<OutputBuffer>,
    position: usize,
    piece: usize,
}

impl OutputReader {
    /// Everything that was written, moved out of the buffer; see [`OutputBuffer::take`].
    pub fn take(self) -> Output {
        self.buffer.take()
    }

    /// A reader that begins with the first byte. A buffer wakes one reader only.
    pub fn new(buffer: Arc<OutputBuffer>) -> Self {
        Self { buffer, position: 0, piece: 0 }
    }

    /// The next part of one stream; `None` when the buffer is closed and read to its end.
    pub async fn next(&mut self) -> Option<RunEvent> {
        let buffer = self.buffer.clone();
        loop {
            let changed = buffer.changed.notified();
            if let Some(next) = self.step(&buffer.content()) {
                return next;
            }
            changed.await;
        }
    }

    /// The event that [`Self::next`] would return at once; `None` if it would wait.
    pub fn ready(&mut self) -> Option<Option<RunEvent>> {
        let buffer = self.buffer.clone();
        let content = buffer.content();
        self.step(&content)
    }

    /// The next part, or `Some(None)` at the end; `None` while more may come.
    fn step(&mut self, content: &Content) -> Option<Option<RunEvent>> {
        let ended = content.closed.then_some(None);
        let Some((_, end)) = content.pieces.get(self.piece) else { return ended };
        // The last piece may still grow, so it is left only when there is another.
        self.piece += usize::from(self.position == *end && self.piece + 1 < content.pieces.len());
        let (stream, end) = content.pieces[self.piece];
        if self.position == end {
            return ended;
        }
        let end = end.min(self.position + LONGEST_PART);
        let bytes = content.bytes[self.position..end].to_vec();
        self.position = end;
        Some(Some(RunEvent::Output { stream, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_kept_apart_and_in_order() {
        let buffer = OutputBuffer::new(100);
        for (stream, text) in [
            (OutputStream::Stdout, "a"),
            (OutputStream::Stdout, "b"),
            (OutputStream::Stderr, "!"),
            (OutputStream::Stdout, "c"),
        ] {
            buffer.write(stream, text.as_bytes()).expect("fits");
        }
        let output = buffer.take();
        assert_eq!((&*output.stdout, &*output.stderr, &*output.tty), (&b"abc"[..], &b"!"[..], &b"ab!c"[..]));
        assert!(!output.truncated);
    }

    #[test]
    fn a_compiler_is_told_apart_and_is_the_beginning_of_stderr() {
        let buffer = OutputBuffer::new(100);
        buffer.set_compiling(true);
        buffer.write(OutputStream::Stderr, b"warning").expect("fits");
        buffer.set_compiling(false);
        let said = buffer.pieces();
        assert_eq!(said, [(OutputStream::Compiler, b"warning".to_vec())]);
        buffer.write(OutputStream::Stdout, b"out").expect("fits");
        buffer.write(OutputStream::Stderr, b"err").expect("fits");
        let output = buffer.take();
        assert_eq!(
            (&*output.stderr, output.compiler(), &*output.tty),
            (&b"warningerr"[..], &b"warning"[..], &b"warningouterr"[..])
        );
        // A program that was built before says the same once more.
        let again = OutputBuffer::new(100);
        said.iter().for_each(|(stream, bytes)| again.write(*stream, bytes).expect("fits"));
        assert_eq!(again.take().compiler(), b"warning");
    }

    #[test]
    fn the_limit_keeps_what_fits() {
        let buffer = OutputBuffer::new(5);
        buffer.write(OutputStream::Stdout, b"abc").expect("fits");
        let hit = buffer.write(OutputStream::Stderr, b"defg").expect_err("too much");
        assert_eq!(hit, LimitHit { kind: LimitKind::Output, allowed: 5, used: 7 });
        assert!(buffer.is_truncated());
        let output = buffer.take();
        assert_eq!((&*output.tty, output.truncated), (&b"abcde"[..], true));
    }

    #[tokio::test]
    async fn a_long_output_comes_in_bounded_parts() {
        let buffer = OutputBuffer::new(u64::MAX);
        let text: Vec<u8> = (0..3 * LONGEST_PART / 2).map(|at| at.to_le_bytes()[0]).collect();
        buffer.write(OutputStream::Stdout, &text).expect("fits");
        buffer.write(OutputStream::Stderr, b"end").expect("fits");
        buffer.close();
        let (mut reader, mut seen) = (OutputReader::new(buffer), Vec::new());
        while let Some(RunEvent::Output { stream, bytes }) = reader.next().await {
            assert!(bytes.len() <= LONGEST_PART);
            seen.push((stream, bytes.len()));
        }
        let (out, err) = (OutputStream::Stdout, OutputStream::Stderr);
        assert_eq!(seen, [(out, LONGEST_PART), (out, LONGEST_PART / 2), (err, 3)]);
        let output = reader.take();
        assert!(output.stdout == text && output.tty.len() == text.len() + 3);
    }

    #[tokio::test]
    async fn a_reader_sees_everything_once() {
        let buffer = OutputBuffer::new(100);
        let mut reader = OutputReader::new(buffer.clone());
        let follower = tokio::spawn(async move {
            let mut seen = Vec::new();
            while let Some(RunEvent::Output { stream, bytes }) = reader.next().await {
                seen.push((stream, String::from_utf8(bytes).expect("text")));
            }
            seen
        });
        for (stream, text) in
            [(OutputStream::Stdout, "one"), (OutputStream::Stderr, "two"), (OutputStream::Stdout, "x")]
        {
            buffer.write(stream, text.as_bytes()).expect("fits");
            tokio::task::yield_now().await;
        }
        buffer.close();
        let seen = follower.await.expect("no panic");
        let text: String = seen.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(text, "onetwox");
        assert_eq!(seen.last().map(|(stream, _)| *stream), Some(OutputStream::Stdout));
    }
}
