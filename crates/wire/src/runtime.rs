//! A runtime as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change. Nothing of the host is in it.

use runcell_model::runtime::{OptionInfo, RuntimeInfo, RuntimeState};
use schemars::JsonSchema;
use serde::Serialize;

/// What is known of one version of a runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// What it is and what it can do.
    pub summary: String,
    /// The name that a snippet gets in `/work`.
    pub main_file: String,
    /// How ready it is.
    pub state: RuntimeState,
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
            download_bytes: info.download_bytes,
            options: info.options,
            licences: info.licences,
        }
    }
}
