//! Packages as a caller names them, one syntax a package manager: `six==1.16`, `lodash@4`, `jq=1.6-2`.
//!
//! Owns the check. What passes is a name and perhaps a version: never an option, an address, a path or anything that a shell,
//! a Dockerfile or a package manager would read differently. Installs nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{Display, IntoStaticStr, VariantArray};

/// The most packages that one run may ask for.
pub const MAX_PACKAGES: usize = 100;

/// The longest name with its version, in bytes.
const LONGEST: usize = 200;

/// A package manager.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Display,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Manager {
    /// Python's: `name`, `name[extra]`, `name==1.2`.
    Pip,
    /// Node's: `name`, `@scope/name`, `name@1.2`.
    Npm,
    /// That of .NET: `Name`, `Name@1.2`.
    Nuget,
    /// Debian's: `name`, `name=1.2`.
    Apt,
}

/// A package whose name and version were checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package {
    name: String,
    version: Option<String>,
    text: String,
}

/// A text that names no package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// It is not written as the manager writes packages.
    #[error("{text:?} is no package of {manager}: packages are written {form}")]
    Form {
        /// The text, shortened.
        text: String,
        /// The manager.
        manager: Manager,
        /// How they are written.
        form: &'static str,
    },
    /// There are too many.
    #[error("{0} packages were asked for; at most {MAX_PACKAGES} are allowed")]
    TooMany(usize),
}

impl Manager {
    /// The name in configuration and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Debian's package that brings the manager into an image with several languages; none where it is there anyway.
    #[must_use]
    pub fn apt(self) -> Option<&'static str> {
        match self {
            Self::Pip => Some("python3-pip"),
            Self::Npm => Some("npm"),
            Self::Nuget => Some("nuget"),
            Self::Apt => None,
        }
    }

    /// How packages are written.
    fn form(self) -> &'static str {
        match self {
            Self::Pip => "name, name[extra] or name==1.2 (letters, digits and ._-)",
            Self::Npm => "name, @scope/name or name@1.2 (small letters, digits and ._-)",
            Self::Nuget => "Name or Name@1.2 (letters, digits and ._-)",
            Self::Apt => "name or name=1.2 (small letters, digits and .+-)",
        }
    }

    /// The text between a name and a version.
    fn separator(self) -> &'static str {
        match self {
            Self::Pip => "==",
            Self::Npm | Self::Nuget => "@",
            Self::Apt => "=",
        }
    }

    /// Reads a package.
    ///
    /// # Errors
    /// [`PackageError::Form`] says how packages are written.
    pub fn parse(self, text: &str) -> Result<Package, PackageError> {
        // The `@` of a scope separates nothing.
        let scope = usize::from(self == Self::Npm && text.starts_with('@'));
        let (name, version) = match text.get(scope..).and_then(|rest| rest.split_once(self.separator())) {
            Some((name, version)) => (&text[..scope + name.len()], Some(version)),
            None => (text, None),
        };
        self.package(name, version)
    }

    /// A package of a name and a version that come apart.
    ///
    /// # Errors
    /// [`PackageError::Form`] says how packages are written.
    pub fn package(self, name: &str, version: Option<&str>) -> Result<Package, PackageError> {
        let text = match version {
            Some(version) => format!("{name}{}{version}", self.separator()),
            None => name.to_owned(),
        };
        let good = text.len() <= LONGEST
            && !text.contains("..")
            && self.is_name(name)
            && version.is_none_or(|version| self.is_version(version));
        if !good {
            let text = text.chars().take(60).collect();
            return Err(PackageError::Form { text, manager: self, form: self.form() });
        }
        let name = if self == Self::Pip { canonical(name) } else { name.to_owned() };
        Ok(Package { name, version: version.map(str::to_owned), text })
    }

    /// Reads a list; sorted, each once.
    ///
    /// # Errors
    /// [`PackageError`] for the first text that is not a package.
    pub fn parse_all(self, texts: &[String]) -> Result<Vec<Package>, PackageError> {
        if texts.len() > MAX_PACKAGES {
            return Err(PackageError::TooMany(texts.len()));
        }
        let mut packages = texts.iter().map(|text| self.parse(text)).collect::<Result<Vec<_>, _>>()?;
        packages.sort();
        packages.dedup();
        Ok(packages)
    }

    fn is_name(self, name: &str) -> bool {
        match self {
            Self::Pip => {
                let (name, extras) = match name.strip_suffix(']').map(|rest| rest.split_once('[')) {
                    Some(Some((name, extras))) => (name, Some(extras)),
                    Some(None) => return false,
                    None => (name, None),
                };
                is_word(name, "._-") && extras.is_none_or(|extras| extras.split(',').all(|extra| is_word(extra, "._-")))
            }
            Self::Npm => {
                let small = !name.chars().any(|c| c.is_ascii_uppercase());
                let parts = match name.strip_prefix('@') {
                    Some(scoped) => scoped.split_once('/'),
                    None => Some((name, name)),
                };
                small && parts.is_some_and(|(scope, name)| is_word(scope, "._-") && is_word(name, "._-"))
            }
            Self::Nuget => is_word(name, "._-"),
            // `name-` would remove the package.
            Self::Apt => {
                let small = !name.chars().any(|c| c.is_ascii_uppercase());
                small && name.len() > 1 && starts_well(name) && only(name, ".+-") && !name.ends_with(['-', '.'])
            }
        }
    }

    fn is_version(self, version: &str) -> bool {
        let (version, extra) = match self {
            Self::Pip => (version, "._-+!*"),
            Self::Npm => (version.strip_prefix(['^', '~']).unwrap_or(version), "._-+"),
            Self::Nuget => (version, "._-+"),
            Self::Apt => (version, ".-+:~"),
        };
        starts_well(version) && only(version, extra)
    }
}

fn starts_well(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn only(text: &str, extra: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
}

/// Letters and digits, and the extra ones between them.
fn is_word(text: &str, extra: &str) -> bool {
    starts_well(text) && only(text, extra) && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// The one spelling of a Python package's name, without extras.
fn canonical(name: &str) -> String {
    let name = name.split('[').next().unwrap_or(name);
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

impl Package {
    /// Its name, in the one spelling that the manager compares by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version, where one was named.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Name and version as the manager takes them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_as_their_managers_write_them() {
        for (manager, text, name, version) in [
            (Manager::Pip, "six", "six", None),
            (Manager::Pip, "Flask_Login==0.6.3", "flask-login", Some("0.6.3")),
            (Manager::Pip, "requests[socks,security]==2.*", "requests", Some("2.*")),
            (Manager::Npm, "lodash", "lodash", None),
            (Manager::Npm, "lodash@4.17.21", "lodash", Some("4.17.21")),
            (Manager::Npm, "@types/node@^20", "@types/node", Some("^20")),
            (Manager::Npm, "@types/node", "@types/node", None),
            (Manager::Nuget, "Newtonsoft.Json@13.0.3", "Newtonsoft.Json", Some("13.0.3")),
            (Manager::Apt, "g++", "g++", None),
            (Manager::Apt, "jq=1.6-2.1+deb12u1", "jq", Some("1.6-2.1+deb12u1")),
        ] {
            let package = manager.parse(text).expect(text);
            assert_eq!((package.name(), package.version(), package.as_str()), (name, version, text));
        }
        let list = ["b", "a", "b"].map(str::to_owned);
        let texts: Vec<_> = Manager::Pip.parse_all(&list).expect("good").iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["a", "b"]);
    }

    #[test]
    fn hostile_names_are_no_packages() {
        for text in [
            "",
            " ",
            "-",
            "--index-url=http://x",
            "-r",
            "-e.",
            "; rm -rf /",
            "a;b",
            "a b",
            "a\nb",
            "a\n",
            "a\0",
            "$(id)",
            "`id`",
            "a&b",
            "a|b",
            "a>b",
            "../x",
            "./x",
            "/x",
            "a/../b",
            "http://x/y",
            "git+ssh://x",
            "a @ http://x",
            "a==",
            "a@",
            "a=",
            "a==1 --hash=x",
            "a==1\nRUN id",
            "a@http://x",
            "a@file:x",
            "a[",
            "a]",
            "[a]",
            "a[b c]",
            "\"a\"",
            "'a'",
            "a\\",
            "ä",
            "@/a",
            "@a",
            "@a/",
            "@../b",
            "a#b",
            "a%b",
            "a@1@2",
            "pkg-",
        ] {
            for manager in Manager::VARIANTS {
                assert!(manager.parse(text).is_err(), "{manager} {text:?}");
            }
        }
        let error = Manager::Pip.parse("; rm -rf /").expect_err("hostile").to_string();
        assert_eq!(
            error,
            "\"; rm -rf /\" is no package of pip: packages are written name, name[extra] or name==1.2 (letters, digits and ._-)"
        );
        Manager::Pip.parse(&"a".repeat(300)).expect_err("too long");
        let many = vec!["a".to_owned(); MAX_PACKAGES + 1];
        assert_eq!(Manager::Pip.parse_all(&many), Err(PackageError::TooMany(MAX_PACKAGES + 1)));
    }

    #[test]
    fn fuzz_package_names() {
        let seeds = ["six==1.2", "@a/b@1", "x[y]", "; rm -rf /", "--pre", "g++=1:2~3"];
        runcell_fuzzing::attack("fuzz_package_names", &seeds.map(str::as_bytes), |input| {
            let text = String::from_utf8_lossy(input);
            for package in Manager::VARIANTS.iter().filter_map(|manager| manager.parse(&text).ok()) {
                let text = package.as_str();
                assert!(!text.starts_with(['-', '.', '/']) && text.is_ascii() && !text.contains(".."), "{text:?}");
                assert!(
                    !text.contains(|c: char| c.is_whitespace() || c.is_control() || "$`;|&<>\"'\\()".contains(c)),
                    "{text:?}"
                );
            }
        });
    }
}
