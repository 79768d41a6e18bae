//! Why a run takes place where it does, or cannot take place where it was asked for.
//!
//! Owns both vocabularies and their words. Who decides is `decide`.

use runcell_model::package::Package;
use std::fmt;

/// Why a run takes place in a cell or in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The language runs in a cell, and nothing was asked for that a cell lacks.
    RunsInCell,
    /// The caller asked for a cell.
    CellAsked,
    /// The caller asked for a container.
    ContainerAsked,
    /// No cell runs the language.
    OnlyInContainers(String),
    /// An image was named.
    Image(String),
    /// The network was asked for.
    Network,
    /// A mount was asked for.
    Mount(String),
    /// A package was asked for, and nobody knows which packages the language has.
    Package(String),
    /// The cell of the language lacks a package.
    LacksPackage {
        /// The language.
        language: String,
        /// The package.
        package: Package,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunsInCell => f.write_str("the language runs in a cell"),
            Self::CellAsked => f.write_str("the caller asked for a cell"),
            Self::ContainerAsked => f.write_str("the caller asked for a container"),
            Self::OnlyInContainers(name) => write!(f, "{name} runs only in containers"),
            Self::Image(image) => write!(f, "the image {image} was named"),
            Self::Mount(name) => write!(f, "the mount {name} was asked for"),
            Self::Network => f.write_str("the network was asked for"),
            Self::Package(package) => write!(f, "the package {package:?} was asked for"),
            Self::LacksPackage { language, package } => write!(f, "the cell of {language} lacks the package {package}"),
        }
    }
}

/// Why a container cannot be had for a run or for an image, or a cell cannot do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A cell was asked for, with something that no cell has.
    #[error("{0}, which a cell cannot have: leave the backend to `auto`, or name `container`")]
    NotInCell(Reason),
    /// A cell was asked for, of a language that has none.
    #[error("{0}: leave the backend to `auto`, or name `container`")]
    NoCell(Reason),
    /// The site runs nothing in containers.
    #[error("{0}, and this installation runs nothing in containers (containers.policy = \"never\")")]
    Never(Reason),
    /// The site runs something in a container only where the caller names that backend.
    #[error("{0}; to run it in one, name the backend `container` (containers.policy = \"ask\")")]
    MustAsk(Reason),
    /// The site makes no images.
    #[error("this installation runs nothing in containers (containers.policy = \"never\")")]
    NoContainers,
    /// The image would be pulled from a registry that the site has not named.
    #[error(
        "the image {image} is not on this machine, and {registry} is not a registry to pull from: {allowed} are (containers.registries)"
    )]
    Registry {
        /// The image.
        image: String,
        /// Its registry.
        registry: String,
        /// The registries of the site.
        allowed: String,
    },
    /// The site forbids a part of the request.
    #[error("{what} is not allowed by this installation (containers.{key} = false)")]
    Forbidden {
        /// The thing that was asked for.
        what: &'static str,
        /// The key of the configuration that forbids it.
        key: &'static str,
    },
    /// No container runs the language.
    #[error("{}no container runs {name:?}; containers run: {known}", but(.reason.as_ref()))]
    NoLanguage {
        /// Why a container is needed, where that was not the request itself.
        reason: Option<Reason>,
        /// The language.
        name: String,
        /// The languages that containers run.
        known: String,
    },
    /// A version that only cells have.
    #[error("{name}@{version} is a version of a cell; in a container, name an image that has it")]
    CellVersion {
        /// The language.
        name: String,
        /// The version.
        version: String,
    },
    /// An option that only cells have.
    #[error("the option {option:?} is one of cells; {name} in a container has none")]
    CellOption {
        /// The option.
        option: String,
        /// The language.
        name: String,
    },
    /// An image without languages.
    #[error("name at least one language that the image is for")]
    NoLanguages,
    /// Packages of a language that the image is not to have.
    #[error("packages of {language:?} were given, but the image is for {languages}: name the language as well")]
    NotOfImage {
        /// The language.
        language: String,
        /// Those of the image.
        languages: String,
    },
    /// A package that names none of several languages.
    #[error("the package {package:?} names none of the languages {languages}: LANGUAGE:PACKAGE is expected")]
    OfNoLanguage {
        /// The package.
        package: String,
        /// The languages of the image.
        languages: String,
    },
    /// A language that nothing brings into an image with others.
    #[error(
        "{0} cannot be in an image with other languages: no apt packages bring it (containers.languages.{0}.apt); give a \
         Dockerfile"
    )]
    NotAmongOthers(String),
    /// A language without a package manager.
    #[error("{0} has no package manager: name an image that has the packages")]
    NoPackageManager(String),
    /// A Dockerfile that is too long.
    #[error("a Dockerfile has at most {most} bytes, not {bytes}")]
    LongDockerfile {
        /// Its length in bytes.
        bytes: usize,
        /// The longest that is taken, in bytes.
        most: usize,
    },
}

fn but(reason: Option<&Reason>) -> String {
    reason.map(|reason| format!("{reason}, but ")).unwrap_or_default()
}
