//! `[containers]`: which languages run in containers, in what, and who may ask for that.
//!
//! Owns the shape of the section and its check. Knows no engine.

mod language;

use crate::quantity;
use language::BUILTIN;
pub use language::{FILE, Language, LanguageConfig, LanguageError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everything about languages in containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Containers {
    /// The callers that may have a snippet run in a container.
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
    /// Registries from which an image of the caller's choice may be pulled (`registry.example:5000`), besides that of plain names
    /// and those of the languages' images. The engine asks a registry from its own network.
    pub registries: Vec<String>,
    /// The image that one with several languages is built on; apt installs the languages into it.
    pub base: String,
    /// Processor time of a run, in thousandths of a processor.
    pub cpu_millis: u64,
    /// Processes and threads of a run at the same time.
    pub pids: u64,
    /// The size of all files in `/tmp`; it counts as memory.
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

/// The callers that may have a snippet run in a container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContainerPolicy {
    /// Nobody.
    Never,
    /// A caller that names the backend `container`.
    #[default]
    Ask,
    /// Also a snippet that a cell cannot run.
    Auto,
}

/// A section that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContainersError {
    /// A language cannot be used.
    #[error(transparent)]
    Language(#[from] LanguageError),
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

impl Default for Containers {
    fn default() -> Self {
        Self {
            policy: ContainerPolicy::default(),
            allow_network: false,
            allow_images: true,
            allow_packages: true,
            allow_dockerfile: false,
            pull: true,
            registries: Vec::new(),
            base: "debian:bookworm-slim".to_owned(),
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
        let builtin = BUILTIN.iter().map(|(name, builtin)| {
            let own = self.languages.get(name).cloned().unwrap_or_default();
            language::resolve(name, own.over(builtin.clone()))
        });
        let added = self.languages.iter().filter(|(name, _)| !BUILTIN.contains_key(*name));
        let added = added.map(|(name, config)| language::resolve(name, config.clone()));
        let mut languages: Vec<Language> = builtin.chain(added).collect::<Result<_, _>>()?;
        self.settle_names(&mut languages);
        Ok(languages)
    }

    /// A name means one language: a language's own name goes before another one's alias, and an alias that the configuration
    /// gives before one that is built in.
    fn settle_names(&self, languages: &mut [Language]) {
        let names: Vec<String> = languages.iter().map(|language| language.name.clone()).collect();
        let given = |name: &String| self.languages.get(name).is_some_and(|config| config.aliases.is_some());
        let chosen: Vec<(String, String)> = languages
            .iter()
            .filter(|language| given(&language.name))
            .flat_map(|language| language.aliases.iter().map(|alias| (language.name.clone(), alias.clone())))
            .collect();
        for language in languages {
            let own = &language.name;
            let keeps = given(own);
            language.aliases.retain(|alias| {
                let named = names.iter().any(|name| name == alias && name != own);
                let elsewhere = chosen.iter().any(|(name, taken)| taken == alias && name != own);
                !named && (keeps || !elsewhere)
            });
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::package::Manager;

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
    fn a_name_of_the_configuration_goes_before_a_built_in_alias() {
        let shell = "image = \"busybox\"\ncommand = [\"sh\", \"{file}\"]\nmain_file = \"main.sh\"";
        let text = format!("[containers.languages.sh]\n{shell}\naliases = [\"shell\"]");
        let all = languages(&text).expect("good");
        let called = |name: &str| {
            all.iter().filter(|language| language.is_called(name)).map(|language| &*language.name).collect::<Vec<_>>()
        };
        assert_eq!((called("sh"), called("shell"), called("bash")), (vec!["sh"], vec!["sh"], vec!["bash"]));
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
