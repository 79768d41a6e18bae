//! A runtime as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change. Nothing of the host is in it.

use runcell_model::config::Language;
use runcell_model::runtime::{OptionInfo, RuntimeInfo, RuntimeState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The facts about one version of a runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeJson {
    /// Its name.
    pub name: String,
    /// The version of the language.
    pub version: String,
    /// Whether this version is meant by the bare name; another one is `name@version`.
    pub default: bool,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// The language, for people.
    pub title: String,
    /// Its nature and its abilities.
    pub summary: String,
    /// The name that a snippet gets in `/work`.
    pub main_file: String,
    /// How ready it is.
    pub state: RuntimeState,
    /// Bytes on disk that its prepared parts take.
    #[serde(default)]
    #[schemars(!default)]
    pub disk_bytes: u64,
    /// Bytes to download before it can be prepared.
    pub download_bytes: u64,
    /// The options it takes.
    pub options: Vec<OptionInfo>,
    /// The licences of what it is made from, as SPDX expressions.
    pub licences: Vec<String>,
}

impl From<RuntimeInfo> for RuntimeJson {
    fn from(info: RuntimeInfo) -> Self {
        Self {
            name: info.name,
            version: info.version,
            default: info.default,
            aliases: info.aliases,
            title: info.title,
            summary: info.summary,
            main_file: info.main_file,
            state: info.state,
            disk_bytes: info.disk_bytes,
            download_bytes: info.download_bytes,
            options: info.options,
            licences: info.licences,
        }
    }
}

impl From<RuntimeJson> for RuntimeInfo {
    /// The facts about a runtime elsewhere: not the folder that it comes from.
    fn from(json: RuntimeJson) -> Self {
        Self {
            name: json.name,
            version: json.version,
            default: json.default,
            aliases: json.aliases,
            title: json.title,
            summary: json.summary,
            main_file: json.main_file,
            state: json.state,
            disk_bytes: json.disk_bytes,
            download_bytes: json.download_bytes,
            options: json.options,
            licences: json.licences,
            folder: None,
        }
    }
}

/// The versions of a runtime.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionsJson {
    /// Every version, or the one that was named.
    pub versions: Vec<RuntimeJson>,
}

/// All languages.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeListJson {
    /// Those that run in a cell.
    pub runtimes: Vec<RuntimeJson>,
    /// Those that run in a container.
    pub container_languages: Vec<ContainerLanguageJson>,
}

/// A language that runs in containers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ContainerLanguageJson {
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// The language, for people.
    pub title: String,
    /// The image that it runs in where none is named.
    pub image: String,
    /// The name that a snippet gets in `/work`.
    pub main_file: String,
    /// The package manager for the packages that a run asks for, such as `pip`; none: it takes no packages.
    pub package_manager: Option<String>,
}

impl From<&Language> for ContainerLanguageJson {
    fn from(language: &Language) -> Self {
        Self {
            name: language.name.clone(),
            aliases: language.aliases.clone(),
            title: language.title.clone(),
            image: language.image.clone(),
            main_file: language.main_file.clone(),
            package_manager: language.manager.map(|manager| manager.name().to_owned()),
        }
    }
}
