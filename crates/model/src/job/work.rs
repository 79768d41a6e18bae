//! The work of a job in its image: a tool that the image describes, or a command of the caller.
//!
//! Owns the shape, its check and its words for people. How a container is started for it is the container backend's.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most bytes that a command and its environment may take together.
const MAX_COMMAND_BYTES: usize = 128 << 10;
/// The most words of a command.
const MAX_WORDS: usize = 1000;
/// The longest text of a command for people, in characters.
const SHOWN: usize = 80;

/// The work of a job in its image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobWork {
    /// A tool that the image describes, by its name.
    Tool(String),
    /// A command, word by word; no shell reads it. It takes the place of the image's own command; an entry point stays.
    Command(Vec<String>),
}

/// A command or an environment that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWork {
    /// A command that cannot be one.
    #[error("a command has 1 to {most} words, the first of which names a program; not {words}")]
    Command {
        /// How many words it has.
        words: usize,
        /// The most words.
        most: usize,
    },
    /// A word or a variable that no process can be given.
    #[error(
        "{0} cannot be passed to a program: it holds a NUL byte, or `=` or a control character in a name, or has no name"
    )]
    Word(String),
    /// Too long a command.
    #[error("command and environment take {bytes} bytes: at most {most} are allowed; give large inputs as data")]
    Long {
        /// Their size.
        bytes: usize,
        /// The most that is taken, in bytes.
        most: usize,
    },
}

impl JobWork {
    /// The name of the tool; none where it is a command.
    #[must_use]
    pub fn tool(&self) -> Option<&str> {
        match self {
            Self::Tool(name) => Some(name),
            Self::Command(_) => None,
        }
    }

    /// The words of the command; none where it is a tool.
    #[must_use]
    pub fn command(&self) -> Option<&[String]> {
        match self {
            Self::Tool(_) => None,
            Self::Command(words) => Some(words),
        }
    }

    /// The work in this image for people: `image::tool`, or the image and the beginning of the command.
    #[must_use]
    pub fn title(&self, image: &str) -> String {
        match self {
            Self::Tool(name) => format!("{image}::{name}"),
            Self::Command(words) => {
                let words = words.join(" ");
                let cut: String = words.chars().take(SHOWN).collect();
                format!("{image} {cut}{}", if cut.len() < words.len() { "..." } else { "" })
            }
        }
    }

    /// Checks that a process can be started with the words and the environment.
    pub(super) fn check(&self, env: &BTreeMap<String, String>) -> Result<(), InvalidWork> {
        let words = self.command().unwrap_or_default();
        if matches!(self, Self::Command(words) if words.is_empty() || words[0].is_empty() || words.len() > MAX_WORDS) {
            return Err(InvalidWork::Command { words: words.len(), most: MAX_WORDS });
        }
        if let Some(at) = words.iter().position(|word| word.contains('\0')) {
            return Err(InvalidWork::Word(format!("word {} of the command", at + 1)));
        }
        let bad = |(name, value): &(&String, &String)| {
            name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') || name.chars().any(char::is_control)
        };
        if let Some((name, _)) = env.iter().find(bad) {
            let start: String = name.chars().take(40).collect();
            return Err(InvalidWork::Word(format!("the environment variable {start:?}")));
        }
        let words = words.iter().map(|word| word.len() + 1).sum::<usize>();
        let bytes = words + env.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
        if bytes > MAX_COMMAND_BYTES {
            return Err(InvalidWork::Long { bytes, most: MAX_COMMAND_BYTES });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> JobWork {
        JobWork::Command(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn commands_are_checked_and_shown() {
        let none = BTreeMap::new();
        let env = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        assert_eq!(command(&["echo", "", "hi\nthere"]).check(&env("A", "b\nc")), Ok(()));
        assert_eq!(JobWork::Tool("t".to_owned()).check(&none), Ok(()));
        let many = vec!["a"; MAX_WORDS + 1];
        let cases = [
            (command(&[]), none.clone(), "a command has 1 to 1000 words"),
            (command(&[""]), none.clone(), "a command has 1 to 1000 words"),
            (command(&many), none.clone(), "not 1001"),
            (command(&["a", "b\0"]), none.clone(), "word 2 of the command"),
            (command(&["a"]), env("A=B", ""), "the environment variable \"A=B\""),
            (command(&["a"]), env("", ""), "the environment variable \"\""),
            (command(&["a"]), env("A", "\0"), "the environment variable \"A\""),
            (command(&["a", &"x".repeat(MAX_COMMAND_BYTES)]), none, "at most 131072 are allowed"),
        ];
        for (work, env, words) in cases {
            let error = work.check(&env).expect_err(words).to_string();
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(JobWork::Tool("t".to_owned()).title("a:1"), "a:1::t");
        assert_eq!(command(&["echo", "hi"]).title("a:1"), "a:1 echo hi");
        assert!(command(&[&"ä".repeat(200)]).title("a").ends_with("ä..."));
    }
}
