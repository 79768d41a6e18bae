//! Images made from others: packages put into a base, or the steps that a caller wrote.
//!
//! Owns the recipes and the tag that stands for everything an image is made from, so that the same is made once. Nothing that a
//! caller names becomes a line of a Dockerfile or is read by a shell: packages were checked, and go in as words of a JSON list or
//! as lines of a file. Settings that a build needs for its network (proxies, certificates, package managers) are not part of the
//! tag, and stay out of images that pip, npm and nuget make.

mod recipe;

pub use recipe::BuildEnvironment;

use super::build::BuildSpec;
use super::discover::DERIVED;
use super::image::ImageEntry;
use super::label::OWNER;
use super::name::check_image;
use super::progress::ProgressSender;
use super::{Docker, DockerError};
use bollard::query_parameters::RemoveImageOptionsBuilder;
use runcell_model::package::{Manager, Package};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The repository of images that hold packages.
const PACKAGES: &str = "runcell/packages";
/// The repository of images that callers made.
const OWN: &str = "runcell/own";
/// The label that lists the content of an image.
const CONTENT: &str = "runcell.content";
/// Changes with the recipes, so that an image of an old recipe is not used for a new one.
const EDITION: &str = "3";

/// The source of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipe {
    /// Packages in a base.
    Packages {
        /// The id of the base.
        base: String,
        /// The packages of each manager, sorted; at least one.
        packages: BTreeMap<Manager, Vec<Package>>,
    },
    /// Steps that a caller wrote.
    Dockerfile {
        /// Their text.
        text: String,
    },
}

/// An image that we made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    /// Its id.
    pub id: String,
    /// Its names.
    pub tags: Vec<String>,
    /// The things that the recipe put into it, for people.
    pub content: String,
    /// The installation that made it.
    pub owner: String,
    /// Bytes on disk, its base included.
    pub bytes: u64,
}

impl Derived {
    /// Whether a caller named it or wrote its steps. Such an image cannot be made again from a request.
    #[must_use]
    pub fn is_own(&self) -> bool {
        !self.tags.iter().all(|tag| tag.starts_with(PACKAGES))
    }
}

impl Recipe {
    /// The name of its image: the same for the same recipe.
    #[must_use]
    pub fn tag(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            // With its length, so that two lists of texts never give the same bytes.
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        add(EDITION);
        let repository = match self {
            Self::Packages { base, packages } => {
                add(base);
                for (manager, packages) in packages {
                    add(manager.name());
                    add(&packages.len().to_string());
                    packages.iter().for_each(|package| add(package.as_str()));
                }
                PACKAGES
            }
            Self::Dockerfile { text } => {
                add(text);
                OWN
            }
        };
        let digest = hash.finalize();
        digest.iter().take(16).fold(format!("{repository}:"), |mut tag, byte| {
            // Writing to a string cannot fail.
            let _ = write!(tag, "{byte:02x}");
            tag
        })
    }

    /// A short description of the recipe, for people.
    #[must_use]
    pub fn content(&self) -> String {
        match self {
            Self::Packages { packages, .. } => {
                let names = |list: &[Package]| list.iter().map(Package::as_str).collect::<Vec<_>>().join(" ");
                let lists = packages.iter().map(|(manager, list)| format!("{manager}: {}", names(list)));
                lists.collect::<Vec<_>>().join("; ")
            }
            Self::Dockerfile { .. } => "a Dockerfile".to_owned(),
        }
    }

    fn spec(&self, owner: &str, environment: BuildEnvironment) -> BuildSpec {
        let mut spec = match self {
            Self::Packages { base, packages } => recipe::packages(base, packages, environment),
            Self::Dockerfile { text } => recipe::dockerfile(text, environment),
        };
        spec.tag = self.tag();
        spec.network = true;
        let labels = [(DERIVED, "1"), (CONTENT, &self.content()), (OWNER, owner)];
        spec.labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        spec
    }
}

/// Checks the name that a caller gives to an image; it becomes a name below ours, so that no caller takes the place of an image
/// that others use.
///
/// # Errors
/// [`DockerError::BadName`].
pub fn check_tag(name: &str) -> Result<String, DockerError> {
    let good = !name.is_empty()
        && name.len() <= 60
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let allowed = "small letters, digits and `-` within, at most 60";
    let value = name.chars().take(80).collect();
    if good { Ok(format!("{OWN}/{name}:latest")) } else { Err(DockerError::BadName { what: "image", value, allowed }) }
}

impl Docker {
    /// The image of a recipe, if it was made before.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn derived(&self, recipe: &Recipe) -> Result<Option<String>, DockerError> {
        match self.image(&recipe.tag()).await {
            // Anybody can put our tag on another image; only the label counts.
            Ok(image) => Ok(image.labels.contains_key(DERIVED).then_some(image.id)),
            Err(DockerError::NoImage { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the image of a recipe and returns its id. `owner` marks it as ours.
    ///
    /// # Errors
    /// [`DockerError::BuildFailed`] with the last lines of the build.
    pub async fn derive(
        &self,
        recipe: &Recipe,
        owner: &str,
        environment: BuildEnvironment,
        progress: Option<&ProgressSender>,
    ) -> Result<String, DockerError> {
        self.build(recipe.spec(owner, environment), progress).await
    }

    /// Gives an image one more name.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn name_image(&self, image: &str, tag: &str) -> Result<(), DockerError> {
        check_image(image)?;
        check_image(tag)?;
        let (repository, tag) = tag.rsplit_once(':').unwrap_or((tag, "latest"));
        let options = bollard::query_parameters::TagImageOptionsBuilder::default().repo(repository).tag(tag).build();
        let named = self.api().tag_image(image, Some(options)).await;
        named.map_err(|error| DockerError::of(format!("name the image {image}"), error))
    }

    /// The images that were made from recipes, whoever made them.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn all_derived(&self) -> Result<Vec<Derived>, DockerError> {
        let derived = |image: &ImageEntry| image.labels.contains_key(DERIVED);
        let images = self.images().await?.into_iter().filter(derived);
        Ok(images
            .map(|image| Derived {
                id: image.id,
                tags: image.tags,
                content: image.labels.get(CONTENT).cloned().unwrap_or_default(),
                owner: image.labels.get(OWNER).cloned().unwrap_or_default(),
                bytes: image.bytes,
            })
            .collect())
    }

    /// Removes an image that was made from a recipe. Returns whether it is gone: an image that a container uses stays.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn remove_derived(&self, image: &Derived) -> Result<bool, DockerError> {
        for name in image.tags.iter().chain([&image.id]) {
            let options = RemoveImageOptionsBuilder::default().force(false).noprune(false).build();
            match self.api().remove_image(name, Some(options), None).await {
                Ok(_) => {}
                Err(error) => match DockerError::of(format!("remove the image {name}"), error) {
                    // It went with its last name, or something still uses it.
                    error if matches!(error.status(), Some(404)) => {}
                    error if matches!(error.status(), Some(409)) => return Ok(false),
                    error => return Err(error),
                },
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn recipe(base: &str, manager: Manager, packages: &[&str]) -> Recipe {
        let texts: Vec<String> = packages.iter().map(|&text| text.to_owned()).collect();
        let packages = [(manager, manager.parse_all(&texts).expect("good"))].into();
        Recipe::Packages { base: base.to_owned(), packages }
    }

    fn both(pip: &[&str], npm: &[&str]) -> Recipe {
        let parse = |manager: Manager, texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
            (manager, manager.parse_all(&texts).expect("good"))
        };
        let packages = [parse(Manager::Pip, pip), parse(Manager::Npm, npm)].into();
        Recipe::Packages { base: "sha256:a".to_owned(), packages }
    }

    #[test]
    fn a_tag_stands_for_the_exact_set() {
        let tag = recipe("sha256:a", Manager::Pip, &["six", "attrs"]).tag();
        assert_eq!(tag, recipe("sha256:a", Manager::Pip, &["attrs", "six", "six"]).tag());
        for other in [
            recipe("sha256:b", Manager::Pip, &["six", "attrs"]),
            recipe("sha256:a", Manager::Apt, &["six", "attrs"]),
            recipe("sha256:a", Manager::Pip, &["six"]),
            recipe("sha256:a", Manager::Pip, &["six==1.16", "attrs"]),
            Recipe::Dockerfile { text: "FROM x".to_owned() },
        ] {
            assert_ne!(tag, other.tag());
        }
        assert_ne!(both(&["six"], &["a", "b"]).tag(), both(&["six", "a"], &["b"]).tag());
        assert_eq!(both(&["six"], &["a", "b"]).content(), "pip: six; npm: a b");
        check_image(&tag).expect("a name");
        assert_eq!(recipe("a", Manager::Npm, &["b", "a@1"]).content(), "npm: a@1 b");
    }

    #[test]
    fn names_of_callers_stay_below_ours() {
        assert_eq!(check_tag("my-image").expect("good"), "runcell/own/my-image:latest");
        for bad in ["", "python:3", "a/b", "..", "-a", "a-", "A", "a b", "a:b", "a\n"] {
            check_tag(bad).expect_err(bad);
        }
    }

    #[test]
    fn what_gets_a_build_through_the_network_is_no_part_of_the_tag_or_the_labels() {
        let recipe = recipe("sha256:a", Manager::Pip, &["six"]);
        let variables = HashMap::from([("PIP_INDEX_URL".to_owned(), "http://user:secret@there/".to_owned())]);
        let environment =
            BuildEnvironment { ca_bundle: Some(b"pem".to_vec()), variables, ..BuildEnvironment::default() };
        let spec = recipe.spec("owner", environment);
        assert_eq!(spec.tag, recipe.tag());
        assert!(!format!("{} {:?}", spec.dockerfile, spec.labels).contains("secret"));
        assert_eq!(spec.args["PIP_INDEX_URL"], "http://user:secret@there/");
    }
}
