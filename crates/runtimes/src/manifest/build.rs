//! How a snippet is compiled and run, as `runtime.toml` says it.
//!
//! Owns the structures only; `part` has those of what a runtime is made of, and says which placeholders texts may hold.

use super::part::{Call, Condition};
use runcell_cell::wasi::{Preopens, Streams};
use serde::Deserialize;

/// How a snippet is compiled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// Memory of a compiler step where the run's own limit is lower, in MiB.
    #[serde(default)]
    pub memory_mib: u64,
    /// Where the build has fuel and time of its own: how many times those of the run. Without it, it draws from those of the
    /// run.
    pub times: Option<u32>,
    /// Endings of the files that are sources.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The steps, in order. Without any, the snippet is the program already: a module.
    pub steps: Vec<Step>,
    /// The program that the last step leaves.
    #[serde(default)]
    pub product: String,
    /// A module that programs may be linked to run on.
    pub library: Option<String>,
    /// Notes about names in sources, said when a step fails.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// A note about a missing name, said after the compiler's messages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The names; the first that a source holds is told.
    pub names: Vec<String>,
    /// The text behind the name in the line that is written.
    pub text: String,
}

impl Build {
    /// Whether the snippet is the program already.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.steps.is_empty()
    }
}

/// A step of a build.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The module that is run.
    pub module: String,
    /// Its arguments, the program's name first; with placeholders.
    pub args: Vec<String>,
    /// Whether it is run for each source, with `{source}` and `{object}`.
    #[serde(default)]
    pub for_each_source: bool,
    /// Endings of the sources that it is for, where it is not for all.
    #[serde(default)]
    pub endings: Vec<String>,
    /// Arguments that `{extra}` stands for under conditions; the first that applies counts.
    #[serde(default)]
    pub extra: Vec<Extra>,
    /// Arguments of a quicker try before: if it succeeds and says nothing, the step is done.
    #[serde(default)]
    pub try_first: Vec<String>,
}

/// Arguments under a condition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// Options and the values that they must have.
    #[serde(default)]
    pub when: Condition,
    /// Texts of which a source must hold one, unless there are none.
    #[serde(default)]
    pub contains: Vec<String>,
    /// The arguments.
    pub args: Vec<String>,
}

/// How the program is run: a module as a command, an image by a call, or what was built.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// A module whose `_start` is called.
    pub module: Option<String>,
    /// The function that is called in an image.
    pub call: Option<Call>,
    /// Calls that are made before it, in order.
    #[serde(default)]
    pub before: Vec<Call>,
    /// Whether the build's product is run.
    #[serde(default)]
    pub product: ProductRun,
    /// Arguments of the guest, the program's name first.
    #[serde(default)]
    pub args: Vec<String>,
    /// How much of the run's memory `{memory_share_mib}` stands for, in percent.
    #[serde(default)]
    pub memory_share_percent: u64,
    /// The kind of file that stdout and stderr are for the guest.
    #[serde(default)]
    pub streams: Streams,
    /// Which directories it finds open, and so where it starts: `root` (a read-only `/`) or `work`.
    #[serde(default)]
    pub preopens: Preopens,
    /// Whether its environment has what every guest gets: HOME, PATH, PWD, LANG, TZ.
    #[serde(default = "yes")]
    pub common_env: bool,
    /// The value that says where the guest's memory holds its umask, for guests that change it without asking their host.
    pub umask: Option<String>,
    /// A file in which the runtime lists, a path a line, what the program showed (a plot, a table): files of `/work` that
    /// a caller gets without asking for them.
    pub shown: Option<String>,
}

fn yes() -> bool {
    true
}

/// Whether the product of the build is what is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "bool")]
pub enum ProductRun {
    /// The product is run.
    Yes,
    /// A module is run, or an image called.
    #[default]
    No,
}

impl From<bool> for ProductRun {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}
