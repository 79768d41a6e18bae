//! Server-sent events, as they come.
//!
//! Owns reading the form, and the bound on one event. Going on after a stream has broken off is the caller's business.

use crate::answer::Answer;
use crate::error::ClientError;
use serde::de::DeserializeOwned;

/// The most bytes of an event. The last one of a run holds its files.
const MOST_EVENT: usize = 512 << 20;

/// A stream of events.
pub struct Events {
    answer: Answer,
    /// Bytes that have come and were not read.
    left: Vec<u8>,
    /// Where to go on looking for the end of an event.
    seen: usize,
    /// The most bytes of an event.
    most: usize,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the stream, where it has one.
    pub id: Option<u64>,
    /// Its name.
    pub name: String,
    data: String,
    address: String,
}

impl Event {
    /// Its data.
    ///
    /// # Errors
    /// [`ClientError::Strange`] where it is something else.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        let strange = |error: serde_json::Error| ClientError::Strange {
            address: self.address.clone(),
            why: format!("the event {:?}: {error}", self.name.chars().take(40).collect::<String>()),
            version: None,
        };
        serde_json::from_str(&self.data).map_err(strange)
    }
}

impl Events {
    pub(crate) fn new(answer: Answer) -> Self {
        Self { answer, left: Vec::new(), seen: 0, most: MOST_EVENT }
    }

    /// The next event; `None` where the stream has ended.
    ///
    /// # Errors
    /// [`ClientError`] where the connection breaks, nothing comes, or an event is endless.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            while let Some(lines) = self.take() {
                if let Some(event) = read(&lines, self.answer.address()) {
                    return Ok(Some(event));
                }
            }
            if self.left.len() > self.most {
                return Err(self.answer.strange(format!("an event has more than {} bytes", self.most)));
            }
            // An end that is cut in two is looked for once more.
            self.seen = self.left.len().saturating_sub(3);
            match self.answer.piece().await? {
                None => return Ok(None),
                Some(piece) => self.left.extend_from_slice(&piece),
            }
        }
    }

    /// The lines until the next empty one, if that has come.
    fn take(&mut self) -> Option<Vec<u8>> {
        let (end, next) = boundary(&self.left, self.seen)?;
        let rest = self.left.split_off(next);
        let mut lines = std::mem::replace(&mut self.left, rest);
        lines.truncate(end);
        self.seen = 0;
        Some(lines)
    }
}

/// Where lines end before an empty one, and where the next ones begin.
fn boundary(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let newlines = bytes.iter().enumerate().skip(from).filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    newlines.into_iter().find_map(|at| match bytes.get(at + 1..) {
        Some([b'\n', ..]) => Some((at, at + 2)),
        Some([b'\r', b'\n', ..]) => Some((at, at + 3)),
        _ => None,
    })
}

/// The event of some lines; none in a sign of life.
fn read(lines: &[u8], address: &str) -> Option<Event> {
    let text = String::from_utf8_lossy(lines);
    let (mut id, mut name, mut data) = (None, String::new(), Vec::new());
    for line in text.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => id = value.parse().ok(),
            "event" => value.clone_into(&mut name),
            "data" => data.push(value),
            _ => {}
        }
    }
    let data = data.join("\n");
    (!name.is_empty()).then(|| Event { id, name, data, address: address.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_and_signs_of_life_are_not() {
        let event = read(b"id: 7\nevent: output\ndata: {\"a\":\ndata: 1}", "h").expect("an event");
        assert_eq!(
            (event.id, &*event.name, event.data::<serde_json::Value>().expect("JSON")["a"].as_u64()),
            (Some(7), "output", Some(1))
        );
        assert_eq!(read(b": here", "h"), None);
        let words = event.data::<u8>().expect_err("no number").to_string();
        assert!(words.contains("the event \"output\""), "{words}");
    }

    #[test]
    fn ends_are_found_wherever_pieces_are_cut() {
        for (text, expected) in [("a\n\nb", Some((1, 3))), ("a\r\n\r\nb", Some((2, 5))), ("a\nb\n", None), ("", None)] {
            assert_eq!(boundary(text.as_bytes(), 0), expected, "{text:?}");
        }
        assert_eq!(boundary(b"aaaa\n\n", 3), Some((4, 6)));
    }
}
