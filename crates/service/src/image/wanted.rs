//! An image as a caller wants it: its languages, with the packages of each.
//!
//! Owns the shape, and how one with several languages comes about: Debian's packages bring the languages into one base, then each
//! language's own manager installs.

use crate::request::InvalidRequest;
use crate::run::{Refusal, no_language, packages};
use runcell_model::config::{Containers, Language};
use runcell_model::package::{Manager, Package};
use std::collections::BTreeMap;

/// An image as a caller wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageRequest {
    /// Its languages, each with the packages that its manager is to install.
    pub languages: BTreeMap<String, Vec<String>>,
    /// Another base than that of the language.
    pub image: Option<String>,
    /// The text of a Dockerfile, instead of base and packages.
    pub dockerfile: Option<String>,
    /// A name for it, which becomes one below ours.
    pub name: Option<String>,
}

/// The base of an image, and what is installed into it.
pub(super) struct Content {
    pub(super) base: String,
    pub(super) packages: BTreeMap<Manager, Vec<Package>>,
}

impl ImageRequest {
    /// A request for languages with packages. Where there are several languages, a package names its own: `node:lodash@4`.
    /// `requirements` has more of them, by language.
    ///
    /// # Errors
    /// [`InvalidRequest::Refused`] for a package of no language, or of one that the image is not to have.
    pub fn new(
        languages: Vec<String>,
        packages: Vec<String>,
        requirements: BTreeMap<String, Vec<String>>,
    ) -> Result<Self, InvalidRequest> {
        let known = languages.join(", ");
        let mut wanted: BTreeMap<_, _> = languages.into_iter().map(|language| (language, Vec::new())).collect();
        for (language, packages) in requirements {
            let Some(list) = wanted.get_mut(&language) else {
                return Err(Refusal::NotOfImage { language, languages: known }.into());
            };
            *list = packages;
        }
        let only = (wanted.len() == 1).then(|| known.clone());
        for text in packages {
            let named = text.split_once(':').filter(|(language, _)| wanted.contains_key(*language));
            let (language, package) = match (named, &only) {
                (Some(named), _) => named,
                (None, Some(only)) => (only.as_str(), text.as_str()),
                (None, None) => return Err(Refusal::OfNoLanguage { package: text, languages: known }.into()),
            };
            wanted.entry(language.to_owned()).or_default().push(package.to_owned());
        }
        Ok(Self { languages: wanted, ..Self::default() })
    }

    /// Its base and packages, by the languages of the site.
    pub(super) fn content(&self, config: &Containers, all: &[Language]) -> Result<Content, InvalidRequest> {
        let mut chosen: Vec<(&Language, Vec<Package>)> = Vec::new();
        for (name, list) in &self.languages {
            let language = all.iter().find(|language| language.is_called(name));
            let language = language.ok_or_else(|| no_language(all, name, None))?;
            chosen.push((language, packages(language, list)?));
        }
        let Some(((first, _), others)) = chosen.split_first() else { return Err(Refusal::NoLanguages.into()) };
        // One image may have all of them, as a site's own has.
        let shared = others.iter().all(|(other, _)| other.image == first.image);
        let (base, bring) = match &self.image {
            Some(base) => (base.clone(), !others.is_empty()),
            None if shared => (first.image.clone(), false),
            None => (config.base.clone(), true),
        };
        let mut wanted: BTreeMap<Manager, Vec<String>> = BTreeMap::new();
        for (language, list) in &chosen {
            if bring {
                if language.apt.is_empty() {
                    return Err(Refusal::NotAmongOthers(language.name.clone()).into());
                }
                let manager = language.manager.filter(|_| !list.is_empty()).and_then(Manager::apt);
                let apt = wanted.entry(Manager::Apt).or_default();
                apt.extend(language.apt.iter().cloned().chain(manager.map(str::to_owned)));
            }
            if let Some(manager) = language.manager.filter(|_| !list.is_empty()) {
                wanted.entry(manager).or_default().extend(list.iter().map(|package| package.as_str().to_owned()));
            }
        }
        let parsed = wanted.into_iter().map(|(manager, list)| Ok((manager, manager.parse_all(&list)?)));
        Ok(Content { base, packages: parsed.collect::<Result<_, InvalidRequest>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::config::Config;

    fn content(config: &str, languages: &[(&str, &[&str])], image: Option<&str>) -> Result<(String, String), String> {
        let config = Config::parse(config).expect("good").containers;
        let all = config.languages().expect("good");
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let languages = languages.iter().map(|(name, list)| ((*name).to_owned(), texts(list))).collect();
        let request = ImageRequest { languages, image: image.map(str::to_owned), ..ImageRequest::default() };
        let Content { base, packages } = request.content(&config, &all).map_err(|error| error.to_string())?;
        let names = |list: &[Package]| list.iter().map(Package::as_str).collect::<Vec<_>>().join(" ");
        let lists: Vec<_> = packages.iter().map(|(manager, list)| format!("{manager}: {}", names(list))).collect();
        Ok((base, lists.join("; ")))
    }

    #[test]
    fn one_language_is_its_image_and_several_are_installed_into_the_base() {
        let is = |base: &str, lists: &str| Ok((base.to_owned(), lists.to_owned()));
        assert_eq!(content("", &[("python", &[])], None), is("python:3-slim", ""));
        assert_eq!(content("", &[("py", &["six"])], Some("own:1")), is("own:1", "pip: six"));
        let several = content("", &[("python", &["six"]), ("node", &[]), ("csharp", &["A"])], None);
        let apt = "apt: mono-mcs mono-runtime nodejs nuget python3 python3-pip";
        assert_eq!(several, is("debian:bookworm-slim", &format!("pip: six; nuget: A; {apt}")));
        let own = content("", &[("python", &[]), ("bash", &["jq"])], Some("own:1"));
        assert_eq!(own, is("own:1", "apt: bash jq python3"));
        let same = "[containers.languages.python]\nimage = \"all:1\"\n[containers.languages.node]\nimage = \"all:1\"";
        assert_eq!(content(same, &[("python", &[]), ("node", &["a"])], None), is("all:1", "npm: a"));
    }

    #[test]
    fn what_cannot_be_made_is_named() {
        let own = "[containers.languages.r]\nimage = \"r:4\"\ncommand = [\"R\", \"{file}\"]\nmain_file = \"m.R\"";
        for (languages, words) in [
            (&[][..], "name at least one language"),
            (&[("cobol", &[][..])], "no container runs \"cobol\""),
            (&[("python", &["; id"][..])], "is no package of pip"),
            (&[("python", &[][..]), ("r", &[])], "r cannot be in an image with other languages"),
        ] {
            let refused = content(own, languages, None).expect_err(words);
            assert!(refused.contains(words), "{refused}");
        }
        let stray = [("node".to_owned(), vec!["a".to_owned()])].into();
        let stray = ImageRequest::new(vec!["python".to_owned()], Vec::new(), stray);
        assert!(stray.expect_err("no such language").to_string().contains("\"node\""));
    }

    #[test]
    fn a_package_is_of_the_language_that_it_names() {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let all = |languages: &[&str], packages: &[&str]| {
            let request = ImageRequest::new(texts(languages), texts(packages), BTreeMap::new());
            request.map(|request| request.languages).map_err(|error| error.to_string())
        };
        let several = all(&["python", "node"], &["python:six==1.16", "node:@a/b", "python:attrs"]).expect("good");
        assert_eq!((&several["python"], &several["node"]), (&texts(&["six==1.16", "attrs"]), &texts(&["@a/b"])));
        assert_eq!(all(&["bash"], &["jq=1:1.6"]).expect("good")["bash"], ["jq=1:1.6"]);
        let error = all(&["python", "node"], &["six"]).expect_err("of which");
        assert!(error.contains("LANGUAGE:PACKAGE"), "{error}");
    }
}
