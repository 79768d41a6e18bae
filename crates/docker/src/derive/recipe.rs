//! How each package manager puts packages into an image.
//!
//! Owns the texts of Dockerfiles, and the settings that their builds need. The ones for pip, npm and nuget have two stages, and only the packages get into the second:
//! no certificates, no settings, no password of an index. apt installs in place, before all others, which may need what it brings.

use super::super::build::{BuildSpec, CA_FILE, ContextFile, Proxies};
use runcell_model::package::{Manager, Package};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// The folder of packages in an image.
const FOLDER: &str = "/opt/runcell/packages";
/// The folder for files of the build itself.
const STAGE: &str = "/opt/runcell/build";
/// The list of Python's packages in the context.
const REQUIREMENTS: &str = "requirements.txt";

/// The settings that a build needs on this machine's network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildEnvironment {
    /// Its proxies.
    pub proxies: Proxies,
    /// The certificates it trusts, as PEM.
    pub ca_bundle: Option<Vec<u8>>,
    /// Settings of package managers, as environment variables: `PIP_INDEX_URL` and the like.
    pub variables: HashMap<String, String>,
    /// The configuration file of pip.
    pub pip_conf: Option<Vec<u8>>,
    /// The configuration file of npm.
    pub npmrc: Option<Vec<u8>>,
    /// The configuration file of NuGet.
    pub nuget_config: Option<Vec<u8>>,
}

/// The name of a base that apt has installed into.
const WITH_APT: &str = "installed";

/// The build of a base with the packages of each manager.
pub(super) fn packages(
    base: &str,
    packages: &BTreeMap<Manager, Vec<Package>>,
    environment: BuildEnvironment,
) -> BuildSpec {
    let BuildEnvironment { proxies, ca_bundle, variables, pip_conf, npmrc, nuget_config } = environment;
    let mut names: Vec<String> = variables.keys().cloned().collect();
    names.sort();
    let trusted = ca_bundle.as_ref().map(|_| format!("{STAGE}/{CA_FILE}"));
    let of = |manager| packages.get(&manager).filter(|list| !list.is_empty());
    let mut stage =
        Stage { base, variables: names, trusted, text: String::new(), files: Vec::new(), copies: Vec::new() };
    if let Some(list) = of(Manager::Apt) {
        stage.apt(list, packages.len() > 1);
    }
    if let Some(list) = of(Manager::Pip) {
        stage.pip(list, pip_conf);
    }
    if let Some(list) = of(Manager::Npm) {
        stage.npm(list, npmrc);
    }
    if let Some(list) = of(Manager::Nuget) {
        stage.nuget(list, nuget_config);
    }
    stage.end();
    let Stage { text, files, .. } = stage;
    BuildSpec { dockerfile: text, files, args: variables, proxies, ca_bundle, ..BuildSpec::default() }
}

/// Steps that a caller wrote. Certificates lie in the context, and proxies are set; everything else is up to the steps.
pub(super) fn dockerfile(text: &str, environment: BuildEnvironment) -> BuildSpec {
    let BuildEnvironment { proxies, ca_bundle, .. } = environment;
    BuildSpec { dockerfile: text.to_owned(), proxies, ca_bundle, ..BuildSpec::default() }
}

/// A build while it is written.
struct Stage<'a> {
    base: &'a str,
    /// The names of variables that every stage that installs declares.
    variables: Vec<String>,
    /// The path of certificates in the stage that installs.
    trusted: Option<String>,
    /// The Dockerfile so far.
    text: String,
    files: Vec<ContextFile>,
    /// The lines of the last stage, which takes over what the others have installed.
    copies: Vec<String>,
}

impl Stage<'_> {
    fn pip(&mut self, packages: &[Package], conf: Option<Vec<u8>>) {
        self.begin(" AS pip");
        if let Some(conf) = conf {
            self.file("pip.conf", conf);
            self.line("COPY pip.conf /etc/pip.conf");
        }
        let list: String = packages.iter().map(|package| format!("{}\n", package.as_str())).collect();
        self.file(REQUIREMENTS, list.into_bytes());
        self.line(&format!("COPY {REQUIREMENTS} {STAGE}/"));
        let requirements = format!("{STAGE}/{REQUIREMENTS}");
        let pip = ["python3", "-m", "pip", "install", "--no-cache-dir", "--root-user-action", "ignore"];
        self.run(pip.into_iter().chain(["--target", FOLDER, "--requirement", &requirements]));
        self.copies.push(format!("COPY --from=pip {FOLDER} {FOLDER}\nENV PYTHONPATH={FOLDER}"));
    }

    fn npm(&mut self, packages: &[Package], npmrc: Option<Vec<u8>>) {
        self.begin(" AS npm");
        if let Some(conf) = npmrc {
            self.file("npmrc", conf);
            self.line(&format!("COPY npmrc {STAGE}/npmrc\nARG NPM_CONFIG_USERCONFIG={STAGE}/npmrc"));
        }
        let npm = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", FOLDER, "--"];
        self.run(npm.into_iter().chain(packages.iter().map(Package::as_str)));
        // A program looks for modules in all folders above its own file.
        self.copies.push(format!("COPY --from=npm {FOLDER}/node_modules /node_modules"));
    }

    /// Installs in place; `goes_on` if others build on it.
    fn apt(&mut self, packages: &[Package], goes_on: bool) {
        self.begin(if goes_on { " AS installed" } else { "" });
        self.line("ARG DEBIAN_FRONTEND=noninteractive");
        let trust = self.trusted.as_ref().map(|path| format!("Acquire::https::CAInfo={path}"));
        let trust: Vec<&str> = trust.iter().flat_map(|option| ["-o", option]).collect();
        self.run(["apt-get"].into_iter().chain(trust.clone()).chain(["update"]));
        let install = ["install", "-y", "--no-install-recommends", "--"].into_iter();
        self.run(["apt-get"].into_iter().chain(trust).chain(install).chain(packages.iter().map(Package::as_str)));
        self.base = WITH_APT;
    }

    /// The last stage, if anything is to be taken over from others.
    fn end(&mut self) {
        if !self.copies.is_empty() {
            let copies = std::mem::take(&mut self.copies).join("\n");
            self.line(&format!("FROM {}\n{copies}", self.base));
        }
    }

    fn nuget(&mut self, packages: &[Package], config: Option<Vec<u8>>) {
        self.begin(" AS nuget");
        let path = format!("{STAGE}/nuget.config");
        let config_words = config.as_ref().map(|_| ["-ConfigFile", &path]);
        if let Some(bytes) = config {
            self.file("nuget.config", bytes);
            self.line(&format!("COPY nuget.config {path}"));
        }
        for package in packages {
            let version = package.version().map(|version| ["-Version", version]);
            let nuget = ["nuget", "install", package.name(), "-OutputDirectory", FOLDER, "-NonInteractive"];
            self.run(nuget.into_iter().chain(version.into_iter().chain(config_words).flatten()));
        }
        self.copies.push(format!("COPY --from=nuget {FOLDER} {FOLDER}"));
    }

    fn file(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.push(ContextFile { path: path.to_owned(), bytes, mode: 0o644 });
    }

    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// Begins the stage that installs: as root, with the settings of this machine.
    fn begin(&mut self, name: &str) {
        self.line(&format!("FROM {}{name}\nUSER root", self.base));
        for name in self.variables.clone() {
            self.line(&format!("ARG {name}"));
        }
        if let Some(path) = self.trusted.clone() {
            self.line(&format!("COPY {CA_FILE} {path}"));
            for name in ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_CAFILE"]
            {
                self.line(&format!("ARG {name}={path}"));
            }
        }
    }

    /// A step as a JSON list, which no shell reads.
    fn run<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        let words: Vec<&str> = words.into_iter().collect();
        let words = serde_json::to_string(&words).unwrap_or_default();
        self.line(&format!("RUN {words}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(manager: Manager, texts: &[&str], environment: BuildEnvironment) -> BuildSpec {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        packages("sha256:ab", &[(manager, manager.parse_all(&texts).expect("good"))].into(), environment)
    }

    #[test]
    fn python_s_packages_are_lines_of_a_file_and_alone_in_the_image() {
        let environment = BuildEnvironment {
            ca_bundle: Some(b"pem".to_vec()),
            pip_conf: Some(b"[global]".to_vec()),
            ..BuildEnvironment::default()
        };
        let spec = made(Manager::Pip, &["six==1.16", "attrs"], environment);
        let list = spec.files.iter().find(|file| file.path == REQUIREMENTS).expect("a list");
        assert_eq!(list.bytes, b"attrs\nsix==1.16\n");
        let (build, last) = spec.dockerfile.split_once("FROM sha256:ab\n").expect("two stages");
        assert!(build.contains("COPY pip.conf") && build.contains("ARG PIP_CERT="), "{build}");
        assert!(!build.contains("six"), "{build}");
        assert_eq!(
            last,
            "COPY --from=pip /opt/runcell/packages /opt/runcell/packages\nENV PYTHONPATH=/opt/runcell/packages\n"
        );
    }

    #[test]
    fn the_settings_of_npm_and_nuget_stay_in_the_first_stage() {
        let environment = || BuildEnvironment {
            ca_bundle: Some(b"pem".to_vec()),
            npmrc: Some(b"//there/:_authToken=secret".to_vec()),
            nuget_config: Some(b"<configuration/>".to_vec()),
            ..BuildEnvironment::default()
        };
        for (manager, package, settings) in
            [(Manager::Npm, "lodash", "COPY npmrc "), (Manager::Nuget, "Newtonsoft.Json", "COPY nuget.config ")]
        {
            let dockerfile = made(manager, &[package], environment()).dockerfile;
            let (build, last) = dockerfile.split_once("FROM sha256:ab\n").expect("two stages");
            assert!(build.contains(settings) && build.contains(package), "{build}");
            let copy = format!("COPY --from={manager} /opt/runcell/packages");
            assert!(last.starts_with(&copy) && last.lines().count() == 1, "{last}");
        }
        let words = r#""-ConfigFile","/opt/runcell/build/nuget.config"]"#;
        assert!(made(Manager::Nuget, &["A"], environment()).dockerfile.contains(words));
    }

    #[test]
    fn apt_goes_first_and_the_others_build_on_what_it_brings() {
        let lists = [(Manager::Pip, "six"), (Manager::Npm, "lodash"), (Manager::Apt, "python3"), (Manager::Nuget, "A")];
        let parse = |(manager, text): (Manager, &str)| (manager, vec![manager.parse(text).expect("good")]);
        let variables = HashMap::from([("PIP_INDEX_URL".to_owned(), "http://there/".to_owned())]);
        let environment = BuildEnvironment { variables, ..BuildEnvironment::default() };
        let text = packages("sha256:ab", &lists.map(parse).into(), environment).dockerfile;
        let stages: Vec<&str> = text.lines().filter(|line| line.starts_with("FROM ")).collect();
        let expected = [
            "FROM sha256:ab AS installed",
            "FROM installed AS pip",
            "FROM installed AS npm",
            "FROM installed AS nuget",
            "FROM installed",
        ];
        assert_eq!(stages, expected, "{text}");
        assert_eq!(text.matches("ARG PIP_INDEX_URL").count(), 4, "every stage that installs: {text}");
        assert_eq!(text.lines().rev().take_while(|line| !line.starts_with("FROM ")).count(), 4, "{text}");
        let alone = packages("sha256:ab", &[parse((Manager::Apt, "jq"))].into(), BuildEnvironment::default());
        assert!(alone.dockerfile.starts_with("FROM sha256:ab\n"), "{}", alone.dockerfile);
    }

    #[test]
    fn other_packages_are_words_of_a_list() {
        let npm = made(Manager::Npm, &["@types/node@20", "lodash"], BuildEnvironment::default()).dockerfile;
        assert!(npm.contains(r#""--prefix","/opt/runcell/packages","--","@types/node@20","lodash"]"#), "{npm}");
        let apt = made(Manager::Apt, &["jq=1.6-2"], BuildEnvironment::default()).dockerfile;
        assert!(apt.contains(r#"RUN ["apt-get","install","-y","--no-install-recommends","--","jq=1.6-2"]"#), "{apt}");
        let nuget = made(Manager::Nuget, &["Newtonsoft.Json@13.0.3"], BuildEnvironment::default()).dockerfile;
        assert!(nuget.contains(r#""install","Newtonsoft.Json","-OutputDirectory""#), "{nuget}");
        assert!(nuget.contains(r#""-Version","13.0.3"]"#), "{nuget}");
    }
}
