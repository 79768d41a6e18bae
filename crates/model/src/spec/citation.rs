//! The parts of a `CITATION.cff` that pages show: title, authors, version, DOI, licence, address.
//!
//! Owns a lenient reading: whatever is odd is left out, and only a file that is no YAML mapping is refused.

use super::yaml::{self, SpecError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of the file in errors.
const FILE: &str = "CITATION.cff";
/// Authors that are kept.
const MAX_AUTHORS: usize = 200;

/// How a tool wants to be cited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Citation {
    /// Its title.
    pub title: Option<String>,
    /// Its authors.
    pub authors: Vec<CitationAuthor>,
    /// Its version.
    pub version: Option<String>,
    /// Its DOI, without an address in front.
    pub doi: Option<String>,
    /// Its licence, as the file names it.
    pub license: Option<String>,
    /// Where it is described; only `http` and `https`, as pages link to it.
    pub url: Option<String>,
}

/// An author.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CitationAuthor {
    /// The name: of a person, given names first, or of an organisation.
    pub name: String,
    /// The ORCID, without an address in front.
    pub orcid: Option<String>,
    /// Where the author works.
    pub affiliation: Option<String>,
}

/// Reads a `CITATION.cff`.
///
/// # Errors
/// [`SpecError`] where it is not a YAML mapping.
pub fn parse_citation(bytes: &[u8]) -> Result<Citation, SpecError> {
    let root = yaml::parse(FILE, bytes)?;
    if !matches!(root, Value::Object(_)) {
        return Err(SpecError::Shape {
            file: FILE,
            reason: format!("is {}: a mapping is expected", yaml::kind(&root)),
        });
    }
    let authors = match root.get("authors") {
        Some(Value::Array(authors)) => authors.iter().filter_map(author).take(MAX_AUTHORS).collect(),
        _ => Vec::new(),
    };
    let license = match root.get("license") {
        Some(Value::Array(all)) => Some(all.iter().filter_map(yaml::scalar).collect::<Vec<_>>().join(" OR ")),
        _ => text(&root, "license"),
    };
    let url = ["url", "repository-code", "repository"].into_iter().filter_map(|key| text(&root, key));
    let url = url.into_iter().find(|url| url.starts_with("https://") || url.starts_with("http://"));
    Ok(Citation {
        title: text(&root, "title"),
        authors,
        version: text(&root, "version"),
        doi: doi(&root),
        license: license.filter(|text| !text.is_empty()),
        url,
    })
}

fn text(node: &Value, key: &str) -> Option<String> {
    yaml::scalar(node.get(key)?).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// `doi`, or the first of `identifiers` that is one.
fn doi(root: &Value) -> Option<String> {
    let listed = || match root.get("identifiers") {
        Some(Value::Array(all)) => {
            all.iter().find(|one| text(one, "type").as_deref() == Some("doi")).and_then(|one| text(one, "value"))
        }
        _ => None,
    };
    let doi = text(root, "doi").or_else(listed)?;
    let plain = ["https://doi.org/", "http://dx.doi.org/", "doi:"].iter().find_map(|prefix| doi.strip_prefix(prefix));
    Some(plain.unwrap_or(&doi).to_owned())
}

fn author(node: &Value) -> Option<CitationAuthor> {
    let parts = ["given-names", "name-particle", "family-names", "name-suffix"].map(|key| text(node, key));
    let person = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = yaml::scalar(node).or_else(|| text(node, "name")).unwrap_or(person);
    let orcid = text(node, "orcid").map(|orcid| orcid.rsplit('/').next().unwrap_or_default().to_owned());
    (!name.is_empty()).then(|| CitationAuthor { name, orcid, affiliation: text(node, "affiliation") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_need_is_read() {
        let text = r#"
cff-version: 1.2.0
title: Foo Bar
version: 1.0
doi: https://doi.org/10.5281/zenodo.1
license: [MIT, Apache-2.0]
repository-code: https://example.org/foo
authors:
  - {given-names: Ada, name-particle: von, family-names: Lovelace, orcid: "https://orcid.org/0000-0001", affiliation: KIT}
  - name: A Team
  - Just A Text
  - {}
  - [odd]
"#;
        let citation = parse_citation(text.as_bytes()).expect("parses");
        let names: Vec<_> = citation.authors.iter().map(|author| author.name.as_str()).collect();
        assert_eq!(names, ["Ada von Lovelace", "A Team", "Just A Text"]);
        assert_eq!(citation.authors[0].orcid.as_deref(), Some("0000-0001"));
        assert_eq!((citation.version.as_deref(), citation.doi.as_deref()), (Some("1.0"), Some("10.5281/zenodo.1")));
        assert_eq!(citation.license.as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(citation.url.as_deref(), Some("https://example.org/foo"));
    }

    #[test]
    fn odd_files_are_read_as_far_as_they_go() {
        let cases =
            [("title: [x]\nauthors: none\nurl: 'javascript:alert(1)'", None), ("{}", None), ("title: T", Some("T"))];
        for (text, title) in cases {
            let citation = parse_citation(text.as_bytes()).expect(text);
            assert_eq!((citation.title.as_deref(), citation.url), (title, None), "{text}");
        }
        for text in ["", "[a]", "text", "a: [", ": :"] {
            parse_citation(text.as_bytes()).map(|found| assert_eq!(found, Citation::default())).unwrap_or_default();
        }
        parse_citation(b"- a").expect_err("a list");
    }
}
