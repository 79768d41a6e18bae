//! An outcome out of its JSON, for whoever was answered one.
//!
//! Owns the way back. What the JSON does not carry is lost on it: bytes of outputs that are no text.

use super::input_file::{EncodingJson, decode};
use super::outcome::{FileJson, OutcomeJson, StatusJson};
use runcell_model::advice::Advice;
use runcell_model::file::{LeftFile, OutputFile};
use runcell_model::limits::{Kind, LimitKind};
use runcell_model::outcome::{BackendKind, CrashKind, Ending, Outcome, Output, RanOn};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as Unknown, StrDeserializer};

/// A JSON that is no outcome, or one of a later version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the outcome is not understood: {0}")]
pub struct OutcomeError(String);

impl TryFrom<OutcomeJson> for Outcome {
    type Error = OutcomeError;

    fn try_from(json: OutcomeJson) -> Result<Self, OutcomeError> {
        let ending = ending(&json)?;
        let (stdout, stderr) = (json.stdout.into_bytes(), json.stderr.into_bytes());
        let tty = json.tty.unwrap_or_default().into_bytes();
        let backend = match &*json.ran_on.backend {
            "container" => BackendKind::Container,
            _ => BackendKind::Wasm,
        };
        Ok(Self {
            ending,
            output: Output { stdout, stderr, tty, truncated: json.truncated, compiler_bytes: 0 },
            files: json.files.into_iter().map(file).collect::<Result<_, _>>()?,
            missing_files: json.missing_files,
            left_files: json
                .left_files
                .into_iter()
                .map(|left| LeftFile { path: left.path, bytes: left.bytes })
                .collect(),
            usage: json.usage,
            ran_on: RanOn { backend, image: json.ran_on.image, reason: json.ran_on.reason },
            advice: (json.advice.into_iter())
                .map(|advice| Advice { line: advice.line, rule: advice.rule, message: advice.message })
                .collect(),
        })
    }
}

fn missing(what: &str) -> impl FnOnce() -> OutcomeError {
    move || OutcomeError(format!("{what} is missing"))
}

fn ending(json: &OutcomeJson) -> Result<Ending, OutcomeError> {
    let message = || json.message.clone().unwrap_or_default();
    Ok(match json.status {
        StatusJson::Completed => Ending::Completed { exit_code: json.exit_code.ok_or_else(missing("exit_code"))? },
        StatusJson::Crashed => {
            let kind: StrDeserializer<'_, Unknown> = json.crash_kind.as_deref().unwrap_or_default().into_deserializer();
            // A kind of a later version has its words in the message.
            Ending::Crashed { kind: CrashKind::deserialize(kind).unwrap_or(CrashKind::Other), message: message() }
        }
        StatusJson::Terminated => {
            let name = json.limit.as_deref().ok_or_else(missing("limit"))?;
            let limit =
                LimitKind::from_name(name).ok_or_else(|| OutcomeError(format!("there is no limit {name:?}")))?;
            let number = |value: Option<u64>, name| value.ok_or_else(missing(name));
            Ending::Terminated { limit, allowed: number(json.allowed, "allowed")?, used: number(json.used, "used")? }
        }
        StatusJson::TimedOut => Ending::TimedOut { allowed_ms: json.allowed.ok_or_else(missing("allowed"))? },
        StatusJson::Cancelled => Ending::Cancelled,
        StatusJson::Lost => Ending::Lost { message: message() },
    })
}

impl FileJson {
    /// The bytes of a file whose content is in the JSON.
    ///
    /// # Errors
    /// [`OutcomeError`] where it is not, or is not what it says.
    pub fn into_bytes(self) -> Result<Vec<u8>, OutcomeError> {
        let encoding = if self.encoding == "base64" { EncodingJson::Base64 } else { EncodingJson::Text };
        let content = self.content.ok_or_else(missing("the content of a file"))?;
        decode(content, encoding).map_err(|reason| OutcomeError(format!("{:?} is not base64: {reason}", self.path)))
    }
}

fn file(file: FileJson) -> Result<OutputFile, OutcomeError> {
    Ok(OutputFile { path: file.path.clone(), bytes: file.into_bytes()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::usage::Usage;

    #[test]
    fn what_is_written_is_read_again() {
        let crashed = Ending::Crashed { kind: CrashKind::BadCall, message: "m".to_owned() };
        let terminated = Ending::Terminated { limit: LimitKind::Fuel, allowed: 5, used: 6 };
        let endings = [Ending::Completed { exit_code: 3 }, crashed, terminated, Ending::TimedOut { allowed_ms: 7 }];
        let lost = Ending::Lost { message: "gone".to_owned() };
        for ending in endings.into_iter().chain([Ending::Cancelled, lost]) {
            let outcome = Outcome {
                files: vec![OutputFile { path: "a".to_owned(), bytes: vec![0xff, 0] }],
                missing_files: vec!["b".to_owned()],
                left_files: vec![LeftFile { path: "c".to_owned(), bytes: 9 }],
                advice: vec![Advice { line: 1, rule: "r".to_owned(), message: "m".to_owned() }],
                usage: Usage { fuel: 8, ..Usage::default() },
                ..Outcome::unstarted(ending)
            };
            let json = serde_json::to_string(&OutcomeJson::from(outcome.clone())).expect("serialises");
            let read: OutcomeJson = serde_json::from_str(&json).expect("parses");
            assert_eq!(Outcome::try_from(read).expect("is one"), outcome);
        }
    }

    #[test]
    fn what_is_no_outcome_is_refused() {
        let mut json = OutcomeJson::from(Outcome::unstarted(Ending::TimedOut { allowed_ms: 1 }));
        json.allowed = None;
        assert_eq!(
            Outcome::try_from(json).expect_err("no number").to_string(),
            "the outcome is not understood: allowed is missing"
        );
    }
}
