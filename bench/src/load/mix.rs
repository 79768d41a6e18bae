//! The snippets of the runs, of every language, each with an output that no other run has.
//!
//! Owns the sources, the shares of the languages and the check of an answer. The check is a search for bytes, not a
//! parse: the client must not cost what it measures.

use clap::ValueEnum;
use serde_json::json;

/// Where the number of a run stands in a request.
const NUMBER: &str = "12345678901";

/// Which languages are in the mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Languages {
    /// All of them, compilers included.
    All,
    /// Python hellos and nothing else.
    Python,
}

/// A kind of run: the pieces of its request between which the number stands, and what its answer has to hold.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    request: Vec<String>,
    exit_code: u8,
    /// Of 200 runs, how many.
    share: u64,
}

/// A run that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Index of its kind.
    pub(crate) kind: usize,
    pub(crate) id: u64,
    /// The texts that its answer has to hold.
    expected: [String; 2],
}

/// The kinds, in the order in which they come.
#[derive(Debug, Clone)]
pub(crate) struct Mix {
    pub(crate) kinds: Vec<Kind>,
}

const C_ARGUMENT: &str = "#include <stdio.h>\nint main(int count, char **words) { puts(words[count - 1]); }\n";
const CPP_ARGUMENT: &str = "#include <iostream>\n#include <map>\n#include <string>\nint main(int, char **words) {\n  \
    std::map<std::string, int> all;\n  all[words[1]] = 1;\n  for (auto &[word, count] : all) std::cout << word << '\\n';\n}\n";

impl Kind {
    pub(crate) fn new(name: &'static str, share: u64, runtime: &str, code: &str) -> Self {
        Self::with_arguments(name, share, json!({ "runtime": runtime, "code": code.replace("NUMBER", NUMBER) }))
    }

    fn with_arguments(name: &'static str, share: u64, arguments: serde_json::Value) -> Self {
        let call = json!({ "name": "run_code", "arguments": arguments });
        let id: u64 = NUMBER.parse().unwrap_or_default();
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call }).to_string();
        let request = request.split(NUMBER).map(str::to_owned).collect();
        Self { name, request, exit_code: 0, share }
    }

    fn exiting(self, exit_code: u8) -> Self {
        Self { exit_code, ..self }
    }

    /// The request of one run, as a line.
    pub(crate) fn write(&self, id: u64, line: &mut Vec<u8>) {
        line.extend_from_slice(self.request.join(&id.to_string()).as_bytes());
        line.push(b'\n');
    }

    pub(crate) fn job(&self, kind: usize, id: u64) -> Job {
        let expected = [format!("\"stdout\":\"hi {id}\\n\""), format!("\"exit_code\":{},", self.exit_code)];
        Job { kind, id, expected }
    }
}

impl Job {
    /// Whether an answer is the right one.
    pub(crate) fn is_answered_by(&self, answer: &[u8]) -> bool {
        self.expected.iter().all(|text| contains(answer, text.as_bytes()))
    }
}

/// Whether bytes hold others.
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

impl Mix {
    pub(crate) fn of(languages: Languages) -> Self {
        match languages {
            Languages::Python => Self::python(),
            Languages::All => Self::all(),
        }
    }

    /// Python hellos.
    pub(crate) fn python() -> Self {
        Self { kinds: vec![Kind::new("python", 200, "python", "print('hi NUMBER')")] }
    }

    fn all() -> Self {
        let same = |name, share, runtime: &str, code: &str| {
            let arguments = json!({ "runtime": runtime, "code": code, "args": [format!("hi {NUMBER}")] });
            Kind::with_arguments(name, share, arguments)
        };
        let new_c = "#include <stdio.h>\nint main(void) { puts(\"hi NUMBER\"); }\n";
        let new_cpp = "#include <iostream>\nint main() { std::cout << \"hi \" << NUMBERull << '\\n'; }\n";
        Self {
            kinds: vec![
                Kind::new("python", 70, "python", "print('hi NUMBER')"),
                Kind::new("python, exit code 3", 10, "python", "import sys\nprint('hi NUMBER')\nsys.exit(3)")
                    .exiting(3),
                Kind::new("quickjs", 44, "quickjs", "console.log('hi NUMBER')"),
                Kind::new("ruby", 26, "ruby", "puts 'hi NUMBER'"),
                Kind::new("php", 16, "php", "echo \"hi NUMBER\\n\";"),
                same("C, same source", 26, "clang", C_ARGUMENT),
                Kind::new("C, new source", 4, "clang", new_c),
                same("C++, same source", 3, "clangpp", CPP_ARGUMENT),
                Kind::new("C++, new source", 1, "clangpp", new_cpp),
            ],
        }
    }

    /// The kind of the run of a number: fixed shares, well mixed.
    pub(crate) fn kind_of(&self, number: u64) -> usize {
        // 79 and 200 have no divisor in common, so that 200 runs in a row have every place once.
        let mut place = number * 79 % 200;
        for (index, kind) in self.kinds.iter().enumerate() {
            if place < kind.share {
                return index;
            }
            place -= kind.share;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_every_kind_comes() {
        for mix in [Mix::python(), Mix::all()] {
            assert_eq!(mix.kinds.iter().map(|kind| kind.share).sum::<u64>(), 200);
            for (index, kind) in mix.kinds.iter().enumerate() {
                let runs = (1000..1200).filter(|number| mix.kind_of(*number) == index).count();
                assert_eq!(runs as u64, kind.share, "{}", kind.name);
            }
        }
    }

    #[test]
    fn an_answer_is_right_with_its_own_output_and_exit_code() {
        let mix = Mix::all();
        let job = mix.kinds[1].job(1, 77);
        assert!(job.is_answered_by(br#"{"exit_code":3,"stdout":"hi 77\n"}"#));
        assert!(!job.is_answered_by(br#"{"exit_code":3,"stdout":"hi 78\n"}"#));
        assert!(!job.is_answered_by(br#"{"exit_code":30,"stdout":"hi 77\n"}"#));
        let mut line = Vec::new();
        mix.kinds[0].write(5, &mut line);
        let request: serde_json::Value = serde_json::from_slice(&line).expect("one message a line");
        assert_eq!((&request["id"], &request["params"]["arguments"]["code"]), (&json!(5), &json!("print('hi 5')")));
    }
}
