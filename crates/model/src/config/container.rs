//! `[containers]`: which languages run in containers, in what, and who may ask for that.
//!
//! Owns the shape, the built-in languages and the check. Languages are data: an image, a command, a file's name. Knows no engine.

use crate::package::Manager;
use crate::quantity;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What stands in a command for the place of the main file.
pub const FILE: &str = "{file}";

/// Everything about languages in containers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Containers {
    /// Who may have a snippet run in a container.
    pub policy: ContainerPolicy,
    /// Whether a run may ask for the network. Without it a container reaches nothing.
    pub allow_network: bool,
    /// Whether a run may name an image of its own.
    pub allow_images: bool,
    /// Whether a run may ask for packages. Building them reaches the network and runs what the packages bring.
    pub allow_packages: bool,
    /// Whether a caller may give the text of a Dockerfile. Its steps run as root of a container that reaches the network.
    pub allow_dockerfile: bool,
    /// Whether images that are not on this machine are pulled.
    pub pull: bool,
    /// Processor time of a run, in thousandths of a processor.
    pub cpu_millis: u64,
    /// Processes and threads of a run at the same time.
    pub pids: u64,
    /// What files in `/tmp` may hold; it counts as memory.
    #[serde(deserialize_with = "quantity::bytes")]
    pub tmp_bytes: u64,
    /// Time after which making an image is given up.
    #[serde(deserialize_with = "quantity::seconds")]
    pub build_seconds: u64,
    /// Certificates that builds trust, as a PEM file; empty for none. Where it is not named: `SSL_CERT_FILE`, else the usual file.
    pub ca_bundle: Option<PathBuf>,
    /// The languages, over the built-in ones.
    pub languages: BTreeMap<String, LanguageConfig>,
}

/// Who may have a snippet run in a container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerPolicy {
    /// Nobody.
    Never,
    /// Who names the backend `container`.
    #[default]
    Ask,
    /// Also a snippet that a cell cannot run.
    Auto,
}

/// A language as the configuration has it. What is not named is as in the built-in language of that name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LanguageConfig {
    /// The language, for people.
    pub title: Option<String>,
    /// The image.
    pub image: Option<String>,
    /// The command, word by word; `{file}` is the place of the main file. The program's arguments follow it. No shell reads it.
    pub command: Option<Vec<String>>,
    /// The name that a snippet gets in `/work`.
    pub main_file: Option<String>,
    /// What installs packages.
    pub manager: Option<Manager>,
    /// Other names of it.
    pub aliases: Option<Vec<String>>,
    /// Environment of its programs.
    pub env: Option<BTreeMap<String, String>>,
    /// Packages that the cell of this name has already, so that nobody needs a container for them.
    pub in_cell: Option<Vec<String>>,
}

/// A language with nothing left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its name.
    pub name: String,
    /// The language, for people.
    pub title: String,
    /// The image.
    pub image: String,
    /// The command, with [`FILE`] in it.
    pub command: Vec<String>,
    /// The name that a snippet gets in `/work`.
    pub main_file: String,
    /// What installs packages, where something does.
    pub manager: Option<Manager>,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// Environment of its programs.
    pub env: BTreeMap<String, String>,
    /// Packages that the cell of this name has.
    pub in_cell: Vec<String>,
}

/// A section that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContainersError {
    /// A language lacks something.
    #[error("containers.languages.{language}: {reason}")]
    Language {
        /// The language.
        language: String,
        /// What is wrong.
        reason: String,
    },
    /// A number that cannot be.
    #[error("containers.{key} = {value} cannot be used: at least {least} is needed")]
    Number {
        /// The key.
        key: &'static str,
        /// Its value.
        value: u64,
        /// The least that makes sense.
        least: u64,
    },
}

/// What comes with the program: name, title, image, command, main file, manager, aliases.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    Option<Manager>,
    &'static [&'static str],
);

const BUILTIN: [Row; 4] = [
    ("python", "Python", "python:3-slim", &["python3", FILE], "main.py", Some(Manager::Pip), &["py", "python3"]),
    (
        "node",
        "JavaScript (Node.js)",
        "node:22-slim",
        &["node", FILE],
        "main.js",
        Some(Manager::Npm),
        &["js", "javascript", "nodejs"],
    ),
    ("bash", "Bash", "debian:stable-slim", &["bash", FILE], "main.sh", Some(Manager::Apt), &["sh", "shell"]),
    (
        "csharp",
        "C# (Mono)",
        "mono:6",
        &["sh", "-c", CSHARP, "sh", FILE],
        "Main.cs",
        Some(Manager::Nuget),
        &["cs", "dotnet", "mono"],
    ),
];

/// Compiles and runs: the file is `$1`, the program's arguments follow. Libraries of packages lie in a folder of their own.
const CSHARP: &str = "file=$1; shift; set -f; libs=; mkdir -p /tmp/app || exit 1; \
for dll in $(find /opt/runcell/packages -path '*/lib/net4*' -name '*.dll' 2>/dev/null | sort); do \
cp \"$dll\" /tmp/app/ && libs=\"$libs -r:$dll\"; done; \
mcs -out:/tmp/app/main.exe $libs \"$file\" && exec mono /tmp/app/main.exe \"$@\"";

/// What Python's cell has beyond the standard library.
const PYTHON_CELL: [&str; 6] = ["numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "pillow"];

/// What Python's programs are told: not to hold output back, and to leave no traces in their folder.
const PYTHON_ENV: [&str; 2] = ["PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"];

impl Default for Containers {
    fn default() -> Self {
        Self {
            policy: ContainerPolicy::default(),
            allow_network: false,
            allow_images: true,
            allow_packages: true,
            allow_dockerfile: false,
            pull: true,
            cpu_millis: 1000,
            pids: 256,
            tmp_bytes: 64 << 20,
            build_seconds: 900,
            ca_bundle: None,
            languages: BTreeMap::new(),
        }
    }
}

impl Containers {
    /// All languages, the built-in ones first.
    ///
    /// # Errors
    /// [`ContainersError::Language`] names one that lacks something.
    pub fn languages(&self) -> Result<Vec<Language>, ContainersError> {
        let mut all = Vec::new();
        for row in &BUILTIN {
            let own = self.languages.get(row.0).cloned().unwrap_or_default();
            all.push(resolve(row.0, own.over(builtin(row)))?);
        }
        for (name, language) in self.languages.iter().filter(|(name, _)| BUILTIN.iter().all(|row| row.0 != *name)) {
            all.push(resolve(name, language.clone())?);
        }
        Ok(all)
    }

    /// Refuses what cannot work.
    ///
    /// # Errors
    /// [`ContainersError`] names the key.
    pub fn check(&self) -> Result<(), ContainersError> {
        let least = [("cpu_millis", self.cpu_millis, 10), ("pids", self.pids, 1), ("tmp_bytes", self.tmp_bytes, 4096)];
        for (key, value, least) in least.into_iter().chain([("build_seconds", self.build_seconds, 1)]) {
            if value < least {
                return Err(ContainersError::Number { key, value, least });
            }
        }
        self.languages().map(drop)
    }
}

fn builtin((name, title, image, command, main_file, manager, aliases): &Row) -> LanguageConfig {
    let texts = |texts: &[&str]| Some(texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
    LanguageConfig {
        title: Some((*title).to_owned()),
        image: Some((*image).to_owned()),
        command: texts(command),
        main_file: Some((*main_file).to_owned()),
        manager: *manager,
        aliases: texts(aliases),
        env: (*name == "python").then(|| PYTHON_ENV.map(|name| (name.to_owned(), "1".to_owned())).into()),
        in_cell: if *name == "python" { texts(&PYTHON_CELL) } else { None },
    }
}

impl LanguageConfig {
    /// This one, filled up from another.
    fn over(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            image: self.image.or(other.image),
            command: self.command.or(other.command),
            main_file: self.main_file.or(other.main_file),
            manager: self.manager.or(other.manager),
            aliases: self.aliases.or(other.aliases),
            env: self.env.or(other.env),
            in_cell: self.in_cell.or(other.in_cell),
        }
    }
}

fn resolve(name: &str, config: LanguageConfig) -> Result<Language, ContainersError> {
    let wrong = |reason: &str| ContainersError::Language { language: name.to_owned(), reason: reason.to_owned() };
    let missing = |key: &str| wrong(&format!("{key} is missing"));
    let language = Language {
        name: name.to_owned(),
        title: config.title.unwrap_or_else(|| name.to_owned()),
        image: config.image.ok_or_else(|| missing("image"))?,
        command: config.command.ok_or_else(|| missing("command"))?,
        main_file: config.main_file.ok_or_else(|| missing("main_file"))?,
        manager: config.manager,
        aliases: config.aliases.unwrap_or_default(),
        env: config.env.unwrap_or_default(),
        in_cell: config.in_cell.unwrap_or_default(),
    };
    if !language.command.iter().any(|word| word == FILE) {
        return Err(wrong("the command has no word {file}, the place of the main file"));
    }
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\0']) && ![".", ".."].contains(&name);
    if !plain(&language.main_file) {
        return Err(wrong("main_file is a file's name, without folders"));
    }
    Ok(language)
}

impl Language {
    /// Whether it is called so.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn languages(text: &str) -> Result<Vec<Language>, String> {
        Config::parse(text)
            .map_err(|error| error.to_string())?
            .containers
            .languages()
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_built_in_languages_are_complete_and_a_site_changes_what_it_names() {
        let names: Vec<String> = languages("").expect("good").into_iter().map(|language| language.name).collect();
        assert_eq!(names, ["python", "node", "bash", "csharp"]);
        let text = "[containers.languages.python]\nimage = \"own:1\"\n[containers.languages.r]\nimage = \"r:4\"\n\
                    command = [\"Rscript\", \"{file}\"]\nmain_file = \"main.R\"";
        let all = languages(text).expect("good");
        assert_eq!((&*all[0].image, &*all[0].main_file, all[0].manager), ("own:1", "main.py", Some(Manager::Pip)));
        assert_eq!((&*all[4].name, &*all[4].title, all[4].manager), ("r", "r", None));
        assert!(all[0].is_called("py") && !all[0].is_called("node"));
    }

    #[test]
    fn what_cannot_work_is_named() {
        for (text, expected) in [
            ("[containers]\npolicy = \"maybe\"", "unknown variant `maybe`"),
            ("[containers]\nnetwork = true", "unknown field `network`"),
            ("[containers]\npids = 0", "containers.pids = 0 cannot be used"),
            ("[containers.languages.r]\nimage = \"r:4\"", "containers.languages.r: command is missing"),
            ("[containers.languages.bash]\ncommand = [\"bash\"]", "the command has no word {file}"),
            ("[containers.languages.bash]\nmain_file = \"a/b\"", "main_file is a file's name"),
            ("[containers.languages.bash]\nmanager = \"brew\"", "unknown variant `brew`"),
        ] {
            let error = languages(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
        Config::parse("[containers]\npolicy = \"auto\"\nallow_network = true").expect("good");
    }
}
