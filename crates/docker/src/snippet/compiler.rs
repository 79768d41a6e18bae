//! The messages of a compiler, told apart from those of the program that it made, where one command does both.
//!
//! Owns the agreement: the command finds a text in `RUNCELL_COMPILED` and writes it to stderr when the compiler is done. What comes before it
//! on stderr is the compiler's; the text itself is left out. A command that never writes it has not come to its program.

use runcell_model::run::{OutputStream, RunEvent};
use std::collections::VecDeque;

/// The variable that holds the text. A command that names it keeps to the agreement.
pub const COMPILED: &str = "RUNCELL_COMPILED";

/// Splits stderr at the text.
#[derive(Debug)]
pub(super) struct Compiler {
    mark: Vec<u8>,
    /// The beginning of the text, perhaps: what follows decides.
    held: Vec<u8>,
    done: bool,
}

impl Compiler {
    pub(super) fn new(mark: String) -> Self {
        Self { mark: mark.into_bytes(), held: Vec::new(), done: false }
    }

    /// Whether the text came, and so was left out.
    pub(super) fn left_out(&self) -> usize {
        if self.done { self.mark.len() } else { 0 }
    }

    /// A piece of stderr, as the pieces that it stands for.
    pub(super) fn split(&mut self, bytes: Vec<u8>) -> VecDeque<RunEvent> {
        if self.done {
            return event(OutputStream::Stderr, bytes).into_iter().collect();
        }
        self.held.extend(bytes);
        if let Some(at) = self.held.windows(self.mark.len()).position(|part| part == self.mark) {
            let rest = self.held.split_off(at + self.mark.len());
            self.held.truncate(at);
            self.done = true;
            let parts = [(OutputStream::Compiler, std::mem::take(&mut self.held)), (OutputStream::Stderr, rest)];
            return parts.into_iter().filter_map(|(stream, bytes)| event(stream, bytes)).collect();
        }
        let longest = self.held.len().min(self.mark.len() - 1);
        let begun = (1..=longest).rev().find(|length| self.held.ends_with(&self.mark[..*length])).unwrap_or(0);
        let rest = self.held.split_off(self.held.len() - begun);
        event(OutputStream::Compiler, std::mem::replace(&mut self.held, rest)).into_iter().collect()
    }

    /// The bytes that are held at the end: they were no text of ours.
    pub(super) fn rest(&mut self) -> Option<RunEvent> {
        event(OutputStream::Compiler, std::mem::take(&mut self.held))
    }
}

fn event(stream: OutputStream, bytes: Vec<u8>) -> Option<RunEvent> {
    (!bytes.is_empty()).then_some(RunEvent::Output { stream, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of both streams, however the output comes in pieces.
    fn told(text: &str, size: usize) -> (String, String, usize) {
        let mut compiler = Compiler::new("=done=".to_owned());
        let mut events: Vec<RunEvent> = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            events.extend(compiler.split(Vec::from(piece)));
        }
        events.extend(compiler.rest());
        let of = |wanted| {
            let bytes = events
                .iter()
                .filter_map(|RunEvent::Output { stream, bytes }| (*stream == wanted).then_some(&bytes[..]));
            String::from_utf8(bytes.collect::<Vec<_>>().concat()).expect("text")
        };
        (of(OutputStream::Compiler), of(OutputStream::Stderr), compiler.left_out())
    }

    #[test]
    fn a_text_parts_the_compiler_from_its_program() {
        for size in 1..40 {
            for (text, compiler, program, left_out) in [
                ("warning =do\n=done=error =done=", "warning =do\n", "error =done=", 6),
                ("=done=err", "", "err", 6),
                ("it does not compile =don", "it does not compile =don", "", 0),
                ("==done=", "=", "", 6),
                ("", "", "", 0),
            ] {
                assert_eq!(told(text, size), (compiler.to_owned(), program.to_owned(), left_out), "{text:?} by {size}");
            }
        }
    }
}
