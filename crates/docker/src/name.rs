//! Names of containers and images: their check, and the version in a tag.
//!
//! Owns the check that every name passes before it becomes part of a request's path: the client library pastes names
//! there as they are, so that `x/../../images` would reach another operation of the engine.

use super::error::DockerError;

/// The longest name that is accepted, in bytes.
const LONGEST: usize = 512;

/// An image's name taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageName<'a> {
    /// Registry and repository: `registry:5000/img`.
    pub repository: &'a str,
    /// The tag, if there is one.
    pub tag: Option<&'a str>,
    /// The digest (`sha256:...`), if there is one.
    pub digest: Option<&'a str>,
}

impl<'a> ImageName<'a> {
    /// Takes a name apart without checking it: [`check_image`] does that.
    #[must_use]
    pub fn parse(name: &'a str) -> Self {
        let (rest, digest) = name.split_once('@').map_or((name, None), |(rest, digest)| (rest, Some(digest)));
        let last = rest.rfind('/').map_or(0, |at| at + 1);
        match rest[last..].split_once(':') {
            Some((repository, tag)) => {
                Self { repository: &rest[..last + repository.len()], tag: (!tag.is_empty()).then_some(tag), digest }
            }
            None => Self { repository: rest, tag: None, digest },
        }
    }
}

/// The registry of plain names.
const HUB: &str = "docker.io";

/// The registry that an image of this name is pulled from: `docker.io` for a plain name.
#[must_use]
pub fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => match first {
            "index.docker.io" | "registry-1.docker.io" => HUB,
            first => first,
        },
        _ => HUB,
    }
}

/// The version in an image's name: its tag, or an empty text.
#[must_use]
pub fn extract_version(image: &str) -> &str {
    ImageName::parse(image).tag.unwrap_or("")
}

/// Checks the name or the id of an image.
///
/// # Errors
/// [`DockerError::BadName`].
pub fn check_image(name: &str) -> Result<(), DockerError> {
    let letter = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    let good = name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(letter)
        && name.split('/').all(|part| !["", ".", ".."].contains(&part));
    let allowed = "letters, digits and ._-/:@, as in `registry:5000/team/image:v1`";
    if good { Ok(()) } else { Err(DockerError::BadName { what: "image", value: short(name), allowed }) }
}

/// Checks the name or the id of a container.
///
/// # Errors
/// [`DockerError::BadName`].
pub fn check_container(name: &str) -> Result<(), DockerError> {
    check_word("container", name)
}

/// Checks a word of ours that becomes part of labels and of control groups: an owner, a kind, an id.
pub(super) fn check_word(what: &'static str, name: &str) -> Result<(), DockerError> {
    let letter = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let good = !name.is_empty()
        && name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(letter);
    let allowed = "letters, digits and ._-, beginning with a letter or a digit, at most 128";
    if good { Ok(()) } else { Err(DockerError::BadName { what, value: short(name), allowed }) }
}

/// A value, short enough for a message.
fn short(value: &str) -> String {
    value.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_means_the_hub() {
        for (image, expected) in [
            ("python:3-slim", HUB),
            ("team/image", HUB),
            ("docker.io/library/python", HUB),
            ("index.docker.io/a/b", HUB),
            ("localhost/a", "localhost"),
            ("127.0.0.1:5000/a", "127.0.0.1:5000"),
            ("registry.example/team/a:1@sha256:aa", "registry.example"),
            ("a:5000", HUB),
        ] {
            assert_eq!(registry(image), expected, "{image}");
        }
    }

    #[test]
    fn a_version_is_the_tag() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (image, version) in [
            ("registry/img:v1.2.0", "v1.2.0"),
            ("registry/img", ""),
            ("registry:5000/img:v1", "v1"),
            ("registry:5000/img", ""),
            ("registry:5000/team/img:v1", "v1"),
            ("img:", ""),
            ("img", ""),
            ("", ""),
            (&format!("img@{digest}"), ""),
            (&format!("registry:5000/img:v2@{digest}"), "v2"),
        ] {
            assert_eq!(extract_version(image), version, "{image}");
        }
        let name = ImageName::parse("registry:5000/img:v2@sha256:aa");
        assert_eq!((name.repository, name.digest), ("registry:5000/img", Some("sha256:aa")));
    }

    #[test]
    fn names_cannot_leave_their_place_in_a_path() {
        for bad in ["", "a/../b", "../x", "a//b", "a/./b", "a?x=1", "a#b", "a b", "-a", "a%2e", "ä", "a\n"] {
            check_image(bad).expect_err(bad);
            check_container(bad).expect_err(bad);
        }
        for good in ["busybox", "registry:5000/a/b:v1", "sha256:abc", "a@sha256:abc", "a.b_c-d"] {
            check_image(good).expect(good);
        }
        check_container("service-component").expect("good");
        check_container("a/b").expect_err("a slash");
        check_container(&"a".repeat(200)).expect_err("too long");
    }
}
