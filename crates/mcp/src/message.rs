//! Messages of clients, or the answers to bytes that are no message.
//!
//! Owns the tolerance: text that is cut inside a character is mended, a request that cannot be read is answered with its id, and
//! notifications that nobody knows are ignored. Does not read the stream.

use rmcp::model::{ClientJsonRpcMessage, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::borrow::Cow;

/// The longest part of a client's text that an error repeats, in characters.
const SHOWN: usize = 100;

/// The outer shape of a message. Everything else in it is skipped, however deep it is.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    method: Option<Value>,
    #[serde(default)]
    params: Option<IgnoredAny>,
}

/// A message of which the library has not read more than its outer shape.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The message, mended.
    pub(crate) text: String,
    /// The facts about it.
    pub(crate) head: Known,
}

/// The facts about a message that its outer shape shows.
#[derive(Debug)]
pub(crate) struct Known {
    id: Option<RequestId>,
    /// Its method, if it is a request or notification.
    pub(crate) method: Option<String>,
    /// Whether it wants an answer.
    pub(crate) is_request: bool,
    has_params: bool,
}

/// Mends a message and reads its outer shape.
///
/// # Errors
/// The answer to a text that is no JSON object.
pub(crate) fn open(bytes: Vec<u8>) -> Result<Opened, Box<ServerJsonRpcMessage>> {
    let text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let mended = match mend_surrogates(text.strip_prefix('\u{feff}').unwrap_or(&text)) {
        Cow::Borrowed(whole) if whole.len() == text.len() => None,
        mended => Some(mended.into_owned()),
    };
    let text = mended.unwrap_or(text);
    if text.trim_start().starts_with('[') {
        let reason = "a message is one object: send those of a batch by themselves";
        return Err(Box::new(ServerJsonRpcMessage::error(ErrorData::invalid_request(reason, None), None)));
    }
    let head = serde_json::from_str::<Head>(&text).map_err(|error| Box::new(no_object(&error)))?;
    let is_request = head.id.is_some() && head.method.is_some();
    let method = head.method.as_ref().and_then(|method| Some(method.as_str()?.to_owned()));
    let id = head.id.as_ref().and_then(|id| RequestId::deserialize(id).ok());
    Ok(Opened { text, head: Known { id, method, is_request, has_params: head.params.is_some() } })
}

/// The answer to a message that the library could not read, though it has the outer shape of one.
pub(crate) fn unreadable(head: &Known, reason: &str) -> ServerJsonRpcMessage {
    let data = match &head.method {
        Some(method) if head.has_params => {
            let method: String = method.chars().take(SHOWN).collect();
            ErrorData::invalid_params(format!("the parameters of {method:?} cannot be read: {reason}"), None)
        }
        _ => ErrorData::invalid_request(format!("the request cannot be read: {reason}"), None),
    };
    ServerJsonRpcMessage::error(data, head.id.clone())
}

fn no_object(error: &serde_json::Error) -> ServerJsonRpcMessage {
    let reason = format!("the message is not a JSON object: {error}");
    ServerJsonRpcMessage::error(ErrorData::new(ErrorCode::PARSE_ERROR, reason, None), None)
}

/// Reads a line.
///
/// # Errors
/// The answer to send instead; `None` for a line that gets no answer.
pub(super) fn parse(line: &[u8]) -> Result<ClientJsonRpcMessage, Option<Box<ServerJsonRpcMessage>>> {
    let text = String::from_utf8_lossy(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line));
    if let Ok(message) = serde_json::from_str(&text) {
        return Ok(message);
    }
    let mended = mend_surrogates(&text);
    serde_json::from_str(&mended).map_err(|error| refuse(&mended, &error).map(Box::new))
}

/// The answer to a line that is not a message.
fn refuse(text: &str, error: &serde_json::Error) -> Option<ServerJsonRpcMessage> {
    let Ok(head) = serde_json::from_str::<Head>(text) else {
        let reason = format!("the line is not a JSON object: {error}");
        return Some(ServerJsonRpcMessage::error(ErrorData::new(ErrorCode::PARSE_ERROR, reason, None), None));
    };
    let id = head.id.as_ref().and_then(|id| RequestId::deserialize(id).ok());
    let data = match head.method {
        // A notification gets no answer, and neither does the answer to a request that was never made.
        _ if head.id.is_none() => return None,
        None => return None,
        Some(Value::String(method)) if head.params.is_some() => {
            let method: String = method.chars().take(SHOWN).collect();
            ErrorData::invalid_params(format!("the parameters of {method:?} cannot be read: {error}"), None)
        }
        Some(_) => ErrorData::invalid_request(format!("the request cannot be read: {error}"), None),
    };
    Some(ServerJsonRpcMessage::error(data, id))
}

/// The id of a request of which only the two ends are there. Clients write it first or last.
pub(super) fn find_id(head: &[u8], tail: &[u8]) -> Option<RequestId> {
    let after = |text: &[u8], name: &[u8], last: bool| {
        let mut found = text.windows(name.len()).enumerate().filter(|(_, part)| *part == name).map(|(at, _)| at);
        let at = if last { found.next_back() } else { found.next() };
        at.map(|at| text[at + name.len()..].to_vec())
    };
    let value = |text: Vec<u8>| {
        let text = text.trim_ascii_start().strip_prefix(b":")?.to_vec();
        let value = serde_json::Deserializer::from_slice(&text).into_iter::<Value>().next()?.ok()?;
        RequestId::deserialize(value).ok()
    };
    let first = head.iter().position(|byte| *byte == b'{').filter(|_| !head.starts_with(b"["));
    let params = head.windows(8).position(|part| part == b"\"params\"").unwrap_or(head.len());
    first
        .and_then(|_| after(&head[..params], b"\"id\"", false))
        .or_else(|| after(tail, b"\"id\"", true))
        .and_then(value)
}

/// Replaces escapes of half a character, which JSON allows and UTF-8 does not, by U+FFFD: models are cut inside an emoji.
fn mend_surrogates(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let (mut mended, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let unit = |escape: &str| {
            let digits = escape.strip_prefix("\\u")?.get(..4)?;
            u16::from_str_radix(digits, 16).ok()
        };
        let (first, second) = (unit(escape), escape.get(6..).and_then(unit));
        let taken = match (first, second) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                mended.push_str("\\ufffd");
                rest = &escape[6..];
                continue;
            }
            (Some(_), _) => 6,
            // Another escape: the backslash and the character behind it.
            (None, _) => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&escape[..taken]);
        rest = &escape[taken..];
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(line: &str) -> Value {
        match parse(line.as_bytes()) {
            Ok(message) => panic!("{line} is a message: {message:?}"),
            Err(None) => Value::Null,
            Err(Some(answer)) => serde_json::to_value(answer).expect("serialises"),
        }
    }

    #[test]
    fn half_characters_are_mended() {
        for (escaped, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\\ud83d""#, "\\ud83d"),
            (r#""\\\ud83d\n""#, "\\\u{fffd}\n"),
            (r#""\u00e4é""#, "äé"),
        ] {
            let text: String = serde_json::from_str(&mend_surrogates(escaped)).expect(escaped);
            assert_eq!(text, expected, "{escaped}");
        }
        for odd in ["\\", "\\u", "\\ud83", "\\uzzzz", "é\\ud83dé"] {
            let _ = mend_surrogates(odd);
        }
    }

    #[test]
    fn a_request_is_answered_with_its_id() {
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for (line, id, code) in [
            (r#"{"jsonrpc":"2.0","id":7,"method":5}"#.to_owned(), Value::from(7), -32600),
            (format!(r#"{{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{deep}}}"#), "a".into(), -32602),
            ("{".to_owned(), Value::Null, -32700),
            ("hello".to_owned(), Value::Null, -32700),
        ] {
            let answer = answer(&line);
            assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &code.into()), "{line}: {answer}");
        }
    }

    #[test]
    fn an_id_is_found_at_either_end() {
        for (head, tail, id) in [
            (r#"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"a":"xx"#, "xx\"}}", Some(5)),
            (r#"{"method":"tools/call","params":{"id":9,"a":"xx"#, r#"xx"},"jsonrpc":"2.0","id" : 6}"#, Some(6)),
            (r#"{"method":"tools/call","params":{"a":"xx"#, "xx\"}}", None),
        ] {
            assert_eq!(find_id(head.as_bytes(), tail.as_bytes()), id.map(RequestId::Number), "{head}");
        }
    }

    #[test]
    fn notifications_get_no_answer() {
        assert_eq!(answer(r#"{"jsonrpc":"2.0","method":7}"#), Value::Null);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        let line = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\"\xff\"}}";
        parse(line).expect("a message");
    }
}
