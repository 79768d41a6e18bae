//! An outcome as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change.

use super::media_type::media_type;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runcell_model::advice::Advice;
use runcell_model::file::LeftFile;
use runcell_model::outcome::{Ending, Outcome, RanOn};
use runcell_model::usage::Usage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a run ended and what it left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeJson {
    /// How it ended.
    pub status: StatusJson,
    /// `completed`: the exit code of the program, or of the compiler that rejected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<u32>,
    /// `crashed`: what the program did, such as `memory_out_of_bounds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crash_kind: Option<String>,
    /// `crashed`: the same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `terminated`: the limit that stopped it. `timed_out`: `wall_ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The amount that the limit allows, in its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<u64>,
    /// The amount that the program used, or tried to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    /// Its stdout. Bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// Its stderr.
    pub stderr: String,
    /// Both, in the order in which they were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<String>,
    /// Whether the limit of output cut it.
    pub truncated: bool,
    /// Outputs of which this answer holds only a part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<MoreJson>,
    /// The files that were asked for.
    pub files: Vec<FileJson>,
    /// Requested names and patterns that no file matched.
    pub missing_files: Vec<String>,
    /// Files in /work that the program has written and nobody asked for: the first 100 by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_files: Vec<LeftFileJson>,
    /// Lines of the snippet that ask for a second look, where `check` was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<AdviceJson>,
    /// The resources that it used.
    pub usage: Usage,
    /// Where it ran and why there.
    pub ran_on: RanOnJson,
}

/// A line of a snippet that asks for a second look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdviceJson {
    /// The line, from 1.
    pub line: u64,
    /// The rule that it is of.
    pub rule: String,
    /// The danger there.
    pub message: String,
}

impl From<Advice> for AdviceJson {
    fn from(Advice { line, rule, message }: Advice) -> Self {
        Self { line, rule, message }
    }
}

/// An output of which an answer holds only a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MoreJson {
    /// `stdout` or `stderr`.
    pub name: String,
    /// The bytes that were written to it.
    pub bytes: u64,
    /// The address of all of it: a resource of MCP, a path of the HTTP API. Absent if it was too large to keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

/// Where a run took place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RanOnJson {
    /// `wasm` (a cell) or `container`.
    pub backend: String,
    /// `container`: the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Why there.
    pub reason: String,
}

impl From<RanOn> for RanOnJson {
    fn from(ran_on: RanOn) -> Self {
        Self { backend: ran_on.backend.to_string(), image: ran_on.image, reason: ran_on.reason }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusJson {
    /// The program ended by itself.
    Completed,
    /// The program did something that is not allowed.
    Crashed,
    /// A limit stopped it.
    Terminated,
    /// The limit of time stopped it.
    TimedOut,
    /// The caller stopped it.
    Cancelled,
    /// The process that ran it is gone; the message says more.
    Lost,
}

/// A file that a program has written and nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftFileJson {
    /// Its path, relative to `/work`.
    pub path: String,
    /// Its length, in bytes.
    pub bytes: u64,
}

impl From<LeftFile> for LeftFileJson {
    fn from(file: LeftFile) -> Self {
        Self { path: file.path, bytes: file.bytes }
    }
}

impl std::fmt::Display for LeftFileJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, bytes } = self;
        match bytes {
            0..1_000 => write!(f, "{path} ({bytes} bytes)"),
            1_000..1_000_000 => write!(f, "{path} ({} KB)", bytes.div_ceil(1_000)),
            _ => write!(f, "{path} ({} MB)", bytes.div_ceil(1_000_000)),
        }
    }
}

/// The most files that a sentence names.
const MOST_NAMED: usize = 8;

/// Files as a list in a sentence; `None` if there are none.
#[must_use]
pub fn name_files(files: &[LeftFileJson]) -> Option<String> {
    let named: Vec<String> = files.iter().take(MOST_NAMED).map(LeftFileJson::to_string).collect();
    let more = files.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    if named.is_empty() { None } else { Some(named.join(", ") + &more) }
}

/// A file that a run left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileJson {
    /// Its path, relative to `/work`.
    pub path: String,
    /// `text` or `base64`.
    pub encoding: String,
    /// Its contents; absent where a protocol carries them beside this, and where they did not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The address of it, if it did not fit: a resource of MCP, a path of the HTTP API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Its length, in bytes.
    pub bytes: u64,
    /// Its media type, by what it holds; of text and unknown bytes by its name.
    pub media_type: String,
}

impl FileJson {
    /// A file as JSON: text where it is text.
    #[must_use]
    pub fn new(path: String, bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        let media_type = media_type(&path, &bytes).to_owned();
        let (encoding, content) = match String::from_utf8(bytes) {
            Ok(text) => ("text", text),
            Err(error) => ("base64", STANDARD.encode(error.as_bytes())),
        };
        Self { path, encoding: encoding.to_owned(), content: Some(content), uri: None, bytes: length, media_type }
    }
}

impl From<Outcome> for OutcomeJson {
    fn from(outcome: Outcome) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let output = &outcome.output;
        let mut json = Self {
            status: StatusJson::Completed,
            exit_code: None,
            crash_kind: None,
            message: None,
            limit: None,
            allowed: None,
            used: None,
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            tty: Some(text(&output.tty)),
            truncated: output.truncated,
            more: Vec::new(),
            files: outcome.files.into_iter().map(|file| FileJson::new(file.path, file.bytes)).collect(),
            missing_files: outcome.missing_files,
            left_files: outcome.left_files.into_iter().map(LeftFileJson::from).collect(),
            advice: outcome.advice.into_iter().map(AdviceJson::from).collect(),
            usage: outcome.usage,
            ran_on: outcome.ran_on.into(),
        };
        json.end(outcome.ending);
        json
    }
}

impl OutcomeJson {
    fn end(&mut self, ending: Ending) {
        match ending {
            Ending::Completed { exit_code } => self.exit_code = Some(exit_code),
            Ending::Crashed { kind, message } => {
                self.status = StatusJson::Crashed;
                (self.crash_kind, self.message) = (Some(kind.to_string()), Some(message));
            }
            Ending::Terminated { limit, allowed, used } => {
                self.status = StatusJson::Terminated;
                (self.limit, self.allowed, self.used) = (Some(limit.to_string()), Some(allowed), Some(used));
            }
            Ending::TimedOut { allowed_ms } => {
                self.status = StatusJson::TimedOut;
                (self.limit, self.allowed) = (Some("wall_ms".to_owned()), Some(allowed_ms));
            }
            Ending::Cancelled => self.status = StatusJson::Cancelled,
            Ending::Lost { message } => {
                self.status = StatusJson::Lost;
                self.message = Some(message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::limits::LimitKind;

    #[test]
    fn a_limit_is_named_with_its_values() {
        let outcome = Outcome::unstarted(Ending::Terminated { limit: LimitKind::Fuel, allowed: 5, used: 6 });
        let json = serde_json::to_value(OutcomeJson::from(outcome)).expect("serialises");
        assert_eq!((&json["status"], &json["limit"]), (&"terminated".into(), &"fuel".into()));
        assert_eq!((&json["allowed"], &json["used"]), (&5.into(), &6.into()));
        assert!(json.get("exit_code").is_none());
    }

    #[test]
    fn bytes_that_are_no_text_are_base64() {
        let file = FileJson::new("a/plot.PNG".to_owned(), vec![0x89, b'P', 0xff]);
        assert_eq!(
            (&*file.encoding, file.content.as_deref(), &*file.media_type),
            ("base64", Some("iVD/"), "application/octet-stream"),
            "it is called an image and is none"
        );
        assert_eq!(FileJson::new("x".to_owned(), b"hi".to_vec()).encoding, "text");
    }

    #[test]
    fn files_that_nobody_asked_for_are_named() {
        let file = |index: u64| LeftFileJson {
            path: format!("{index}.png"),
            bytes: 10_u64.pow(2 * u32::try_from(index).expect("few")),
        };
        let all: Vec<LeftFileJson> = (0..4).map(file).collect();
        let named = "0.png (1 bytes), 1.png (100 bytes), 2.png (10 KB), 3.png (1 MB)";
        assert_eq!(name_files(&all).as_deref(), Some(named));
        assert!(name_files(&vec![file(0); 10]).expect("some").ends_with("0.png (1 bytes) and 2 more"));
        assert_eq!(name_files(&[]), None);
    }
}
