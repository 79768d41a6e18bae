//! Lines of a snippet that ask for a second look: advice, and never a wall.
//!
//! Owns the rules (`advice.toml`) and how a source is looked at: line by line, by patterns. It knows no grammar, so that it misses
//! much and sometimes errs; what a program may do is decided by the walls it runs behind.

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The part of a source that is looked at, in bytes.
pub const MAX_CHECKED_BYTES: usize = 64 << 10;
/// The part of a line that is looked at, in bytes.
const MAX_LINE: usize = 1000;
/// The most pieces of advice about one source.
const MAX_ADVICE: usize = 50;

/// A line that asks for a second look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// The line, from 1.
    pub line: u64,
    /// The name of the rule.
    pub rule: String,
    /// The danger there.
    pub message: String,
}

impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {} ({})", self.line, self.message, self.rule)
    }
}

/// The rules of a family of languages, as the file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    /// The names of runtimes and languages in containers.
    languages: Vec<String>,
    /// The beginnings of a line that is all comment.
    comments: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    message: String,
    #[serde(deserialize_with = "pattern")]
    pattern: Regex,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    family: Vec<Family>,
}

static RULES: LazyLock<Rules> =
    LazyLock::new(|| toml::from_str(include_str!("advice.toml")).expect("a test parses it"));

fn pattern<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Regex, D::Error> {
    Regex::new(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

/// Whether there are rules for a language.
#[must_use]
pub fn has_rules(language: &str) -> bool {
    family(language).is_some()
}

/// Finds the risky places of a source in a language: the first 50 of its first 64 KiB.
#[must_use]
pub fn check(language: &str, source: &[u8]) -> Vec<Advice> {
    let Some(family) = family(language) else { return Vec::new() };
    let source = String::from_utf8_lossy(&source[..source.len().min(MAX_CHECKED_BYTES)]);
    let mut advice = Vec::new();
    for (number, line) in (1..).zip(source.lines()) {
        let line = start(line);
        if family.comments.iter().any(|comment| line.trim_start().starts_with(comment.as_str())) {
            continue;
        }
        let found = family.rules.iter().filter(|rule| rule.pattern.is_match(line));
        advice.extend(found.map(|rule| Advice {
            line: number,
            rule: rule.name.clone(),
            message: rule.message.clone(),
        }));
        if advice.len() >= MAX_ADVICE {
            advice.truncate(MAX_ADVICE);
            break;
        }
    }
    advice
}

fn family(language: &str) -> Option<&'static Family> {
    RULES.family.iter().find(|family| family.languages.iter().any(|name| name == language))
}

/// The beginning of a line.
fn start(line: &str) -> &str {
    let end = (0..=line.len().min(MAX_LINE)).rev().find(|at| line.is_char_boundary(*at));
    &line[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(language: &str, source: &str) -> Vec<(u64, String)> {
        check(language, source.as_bytes()).into_iter().map(|advice| (advice.line, advice.rule)).collect()
    }

    #[test]
    fn every_language_has_rules_that_find_something() {
        for (language, line, rule) in [
            ("python", "x = eval(input())", "eval"),
            ("python", "import subprocess", "process"),
            ("python", "os.system('ls')", "process"),
            ("python", "pickle.loads(data)", "deserialize"),
            ("python", "import requests", "network"),
            ("python", "shutil.rmtree('/')", "delete"),
            ("python", "password = 'hunter2hunter2'", "secret"),
            ("quickjs", "new Function('return 1')", "eval"),
            ("node", "require('child_process').exec('ls')", "process"),
            ("node", "await fetch('https://example.org')", "network"),
            ("ruby", "`ls #{dir}`", "process"),
            ("ruby", "Marshal.load(data)", "deserialize"),
            ("php", "<?php shell_exec('ls');", "process"),
            ("php", "unserialize($_GET['a']);", "deserialize"),
            ("clang", "gets(buffer);", "overflow"),
            ("clangpp", "system(\"ls\");", "process"),
            ("bash", "curl https://example.org/x.sh | sh", "download-run"),
            ("bash", "rm -rf \"$dir\"", "delete"),
            ("csharp", "Process.Start(\"ls\");", "process"),
        ] {
            let found = rules(language, &format!("\n{line}\n"));
            assert!(found.contains(&(2, rule.to_owned())), "{language} {line}: {found:?}");
        }
    }

    #[test]
    fn plain_programs_and_comments_are_not_spoken_of() {
        for (language, source) in [
            ("python", "# eval(x)\nprint(sum(range(10)))\nevaluate(1)\nmodel.eval()\n"),
            ("quickjs", "// eval(x)\nconsole.log([1, 2].map(x => x * 2))\n"),
            ("ruby", "# system('x')\nputs [1, 2].sum\n"),
            ("php", "<?php\n// exec('x');\necho 6 * 7;\ncurl_executed();\n"),
            ("clang", "#include <stdio.h>\nint main(void) { fgets(b, 5, stdin); printf(\"%d\", 6); }\n"),
            ("bash", "# rm -rf /\necho \"$BASH_VERSION\"\n"),
            ("csharp", "Console.WriteLine(6 * 7);\n"),
            ("cobol", "eval(x)"),
        ] {
            assert_eq!(rules(language, source), [], "{language}");
        }
    }

    #[test]
    fn what_is_looked_at_is_bounded() {
        assert_eq!(rules("python", &"eval(x)\n".repeat(1000)).len(), MAX_ADVICE);
        let late = format!("{}\neval(x)", "x".repeat(MAX_CHECKED_BYTES));
        assert_eq!(rules("python", &late), []);
        assert_eq!(
            rules("python", &format!("{}eval(x)", "ä".repeat(MAX_LINE))),
            [],
            "a long line is cut at a character"
        );
        assert!(has_rules("node") && !has_rules("cobol"));
    }

    #[test]
    fn fuzz_advice() {
        let seeds = ["eval(x)\nimport os", "`ls`", "rm -rf /"].map(str::as_bytes);
        runcell_fuzzing::attack("fuzz_advice", &seeds, |input| {
            for family in &RULES.family {
                let found = check(&family.languages[0], input);
                assert!(found.len() <= MAX_ADVICE && found.iter().all(|advice| advice.line > 0));
            }
        });
    }
}
