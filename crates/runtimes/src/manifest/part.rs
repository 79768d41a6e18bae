//! The parts of a `runtime.toml`, in the order in which they come to be used; `build` has the last two.
//!
//! Owns the structures only. Texts may hold placeholders in braces; `template` fills them in: `{program}` is the absolute
//! path of the snippet's file, `{program_name}` the same below `/work`, `{run_hex}` program, arguments and environment as JSON
//! in hexadecimal digits, `{memory_share_mib}` a part of the run's memory. An argument that is `{args}`, `{option.NAME}` or
//! `{list.NAME}` becomes several: the program's arguments, those that the value of an option stands for, a list.

use runcell_cell::cell::Expect;
use runcell_cell::fs::Device;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One version of the language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its name, as in `ruby@3.3`.
    pub version: String,
    /// The assets of this version: role in this file to name in the lock.
    #[serde(default)]
    pub assets: BTreeMap<String, String>,
    /// Changes to the bytes of this version's modules: the module to a file of the runtime's folder, a [`PatchFile`].
    #[serde(default)]
    pub patches: BTreeMap<String, String>,
    /// Numbers that calls of exports are made with: places in this version's modules, by name.
    #[serde(default)]
    pub values: BTreeMap<String, i32>,
    /// A file of the runtime's folder that is this version's own manifest, where it differs in more than the above.
    pub manifest: Option<String>,
}

/// An option that a caller may set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionSpec {
    /// Its name, as callers give it.
    pub name: String,
    /// Its effect, for people.
    pub summary: String,
    /// The value that counts if a caller gives none.
    pub default: String,
    /// Each value with the arguments that `{option.NAME}` stands for.
    pub values: BTreeMap<String, Vec<String>>,
}

/// A text that a snippet gets in front before it becomes a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snippet {
    /// The text. It goes before the first line that is not a `#!` line, unless the snippet contains a text of `unless`.
    #[serde(default)]
    pub prefix: String,
    /// Texts with which a snippet needs no prefix; upper and lower case are the same.
    #[serde(default)]
    pub unless: Vec<String>,
}

/// Bytes of a module that are replaced in place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BytePatch {
    /// Why.
    pub why: String,
    /// Where, in bytes from the beginning.
    pub offset: usize,
    /// The bytes that have to be there, in hexadecimal digits.
    pub old: String,
    /// The bytes that take their place, of the same length.
    pub new: String,
}

/// Many changes to the bytes of a module, in a file of their own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchFile {
    /// Applied in this order.
    pub patches: Vec<RepeatedPatch>,
}

/// Bytes that are replaced in place, wherever they stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepeatedPatch {
    /// Why.
    pub why: String,
    /// Where, in bytes from the beginning.
    pub offsets: Vec<usize>,
    /// The bytes that have to be there, in hexadecimal digits.
    pub old: String,
    /// The bytes that take their place, of the same length.
    pub new: String,
}

/// Where a module comes from: one of the four must be given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleSpec {
    /// An asset, by role.
    pub asset: Option<String>,
    /// A file that is derived: `RECIPE/FILE`.
    pub derived: Option<String>,
    /// A file of the runtime's folder.
    pub file: Option<String>,
    /// A module of another runtime: `RUNTIME/MODULE`.
    pub of: Option<String>,
    /// Changes to its bytes.
    #[serde(default)]
    pub patches: Vec<BytePatch>,
    /// How its exceptions are written.
    #[serde(default)]
    pub exceptions: Exceptions,
    /// The interface that it imports from its host.
    #[serde(default)]
    pub interface: Interface,
    /// Imports (`module.name`) that do nothing and return 0.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Imports that return their first argument.
    #[serde(default)]
    pub identity: Vec<String>,
    /// Imports that return -1.
    #[serde(default)]
    pub refuse: Vec<String>,
}

/// How the exceptions of a module are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exceptions {
    /// As the standard has them, or there are none.
    #[default]
    Standard,
    /// With `try` and `catch`, as browsers had them before: they are translated.
    Legacy,
}

/// The interface that a module imports from its host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    /// WASI preview1.
    #[default]
    Wasi,
    /// The system calls of Emscripten, and what it takes from WASI.
    Emscripten,
}

/// How an image is made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageSpec {
    /// The module.
    pub module: String,
    /// The export that allocates guest memory.
    #[serde(default)]
    pub allocator: AllocatorName,
    /// Arguments of the guest while it is set up.
    #[serde(default)]
    pub args: Vec<String>,
    /// Exports to call, in order.
    pub setup: Vec<Call>,
}

/// The name of an allocator export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct AllocatorName(pub String);

/// A call of an export.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The name of the exported function.
    pub export: String,
    /// Its arguments.
    #[serde(default)]
    pub with: Vec<CallText>,
    /// Texts for each of which the call is made once, with the text in front of the arguments, as `c_string`.
    pub for_each: Option<Vec<String>>,
    /// Texts of which the snippet or a file of the run must hold one for the call to be made, unless there are none. It counts in
    /// calls of a run.
    #[serde(default)]
    pub contains: Vec<String>,
    /// The result of a setup's call that counts as success.
    #[serde(default)]
    pub expect: Expect,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CallText {
    /// A text: its address and its length.
    Text(String),
    /// The contents of files of the runtime's folder, one after the other: address and length.
    Files(Vec<String>),
    /// A list of NUL-terminated texts: address and length.
    CList(Vec<String>),
    /// A NUL-terminated text: its address.
    CString(String),
    /// A number.
    Number(i32),
    /// A number that the version names in its `values`.
    Value(String),
}

/// When something applies: options that must have these values.
pub(crate) type Condition = BTreeMap<String, String>;

/// A recipe for files that are made once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derive {
    /// The name by which modules, mounts and other recipes refer to it.
    pub name: String,
    /// The name of its product, for people.
    pub title: String,
    /// About how long it takes, in seconds on two processors.
    #[serde(default)]
    pub seconds: u64,
    /// Sources, put together to a tree.
    #[serde(default)]
    pub sources: Vec<SourceTree>,
    /// Changes to them.
    #[serde(default)]
    pub patches: Vec<Patch>,
    /// The steps, in order. Without any, all sources are unpacked and kept.
    #[serde(default)]
    pub steps: Vec<DeriveStep>,
    /// A library among what the steps make.
    pub library: Option<LibrarySpec>,
    /// Files that are kept: paths below `/tmp` of the last steps.
    #[serde(default)]
    pub outputs: Vec<String>,
}

/// Files from one origin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceTree {
    /// Where they lie.
    pub at: String,
    /// An asset that is an archive (zip, tar, crate), by role.
    pub asset: Option<String>,
    /// An archive inside that archive.
    pub member: Option<String>,
    /// The folder inside the archive.
    #[serde(default)]
    pub folder: String,
    /// Files of the runtime's folder.
    #[serde(default)]
    pub files: Vec<String>,
    /// Outputs of an earlier recipe.
    pub derived: Option<String>,
}

/// A change to a source file: the text has to be there exactly `count` times.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// The guest path of the source file.
    pub file: String,
    /// The text that is replaced.
    pub find: String,
    /// The text that takes its place.
    pub replace: String,
    /// How often the text has to be there.
    #[serde(default = "one")]
    pub count: usize,
}

fn one() -> usize {
    1
}

/// A step of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeriveStep {
    /// A name for what it makes: `{made.ID}` in the arguments of later steps.
    #[serde(default)]
    pub id: String,
    /// The module that is run.
    pub module: String,
    /// Its arguments, the program's name first; with placeholders.
    pub args: Vec<String>,
    /// Patterns of source files (`!` before one excludes). The step is run once for each: `{source}` and `{stem}`.
    #[serde(default)]
    pub for_each: Vec<String>,
    /// Files that the step leaves for later ones, in `/tmp`; `{stem}` as above.
    pub makes: Vec<String>,
    /// Whether it needs nothing that the step before makes, and may run at the same time.
    #[serde(default)]
    pub alongside: bool,
}

/// A module that programs run on, and what they are linked against in its place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LibrarySpec {
    /// The module: a file that a step made, which exports all that it has.
    pub module: String,
    /// Where the object goes that stands for it.
    pub object: String,
    /// Where the linker's arguments go, as a response file.
    pub arguments: String,
    /// Names that it has only for itself.
    #[serde(default)]
    pub hide: Vec<String>,
}

/// Files that a guest sees, read-only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// Where: of a file, its path; of an archive or several files, the folder.
    pub at: String,
    /// An asset, by role, as a single file.
    pub asset: Option<String>,
    /// An asset, by role, that is an uncompressed tar archive.
    pub tar: Option<String>,
    /// Outputs of a recipe.
    pub derived: Option<String>,
    /// Files of the runtime's folder.
    #[serde(default)]
    pub files: Vec<String>,
    /// Mounts of another runtime (its name), all of the same phase.
    pub of: Option<String>,
    /// A device, by the name that it has in `/dev`.
    pub device: Option<Device>,
    /// Which programs see them.
    #[serde(default)]
    pub phase: MountPhase,
}

/// Which programs see a mount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MountPhase {
    /// The program.
    #[default]
    Run,
    /// The compiler, and recipes that use it.
    Build,
}
