//! How each package manager puts packages into an image.
//!
//! Owns the texts of Dockerfiles. Those of pip, npm and nuget have two stages, and only the packages get into the second:
//! no certificates, no settings, no password of an index. apt installs in place.

use super::super::build::{BuildSpec, CA_FILE, ContextFile};
use super::BuildEnvironment;
use runcell_model::package::{Manager, Package};
use std::fmt::Write;

/// Where packages lie in an image.
const FOLDER: &str = "/opt/runcell/packages";
/// Where the files of a build lie while it goes on.
const STAGE: &str = "/opt/runcell/build";
/// The list of Python's packages in the context.
const REQUIREMENTS: &str = "requirements.txt";

/// Packages in a base.
pub(super) fn packages(base: &str, manager: Manager, packages: &[Package], environment: BuildEnvironment) -> BuildSpec {
    let mut files = Vec::new();
    let mut file = |path: &str, bytes: Vec<u8>| files.push(ContextFile { path: path.to_owned(), bytes, mode: 0o644 });
    let BuildEnvironment { proxies, ca_bundle, variables, pip_conf, npmrc, nuget_config } = environment;
    let mut stage = Stage { text: String::new(), variables: variables.keys().cloned().collect() };
    stage.variables.sort();
    let trusted = ca_bundle.as_ref().map(|_| format!("{STAGE}/{CA_FILE}"));
    let list = packages.iter().map(Package::as_str);
    match manager {
        Manager::Pip => {
            stage.begin(&format!("{base} AS build"), &trusted);
            if let Some(conf) = pip_conf {
                file("pip.conf", conf);
                stage.line("COPY pip.conf /etc/pip.conf");
            }
            file(REQUIREMENTS, list.map(|package| format!("{package}\n")).collect::<String>().into_bytes());
            stage.line(&format!("COPY {REQUIREMENTS} {STAGE}/"));
            let requirements = format!("{STAGE}/{REQUIREMENTS}");
            let pip = ["python3", "-m", "pip", "install", "--no-cache-dir", "--root-user-action", "ignore"];
            stage.run(pip.into_iter().chain(["--target", FOLDER, "--requirement", &requirements]));
            stage.line(&format!("FROM {base}\nCOPY --from=build {FOLDER} {FOLDER}\nENV PYTHONPATH={FOLDER}"));
        }
        Manager::Npm => {
            stage.begin(&format!("{base} AS build"), &trusted);
            if let Some(conf) = npmrc {
                file("npmrc", conf);
                stage.line(&format!("COPY npmrc {STAGE}/npmrc\nARG NPM_CONFIG_USERCONFIG={STAGE}/npmrc"));
            }
            let npm = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", FOLDER, "--"];
            stage.run(npm.into_iter().chain(list));
            // Every file of a program looks for modules in the folders above its own.
            stage.line(&format!("FROM {base}\nCOPY --from=build {FOLDER}/node_modules /node_modules"));
        }
        Manager::Apt => {
            stage.begin(base, &trusted);
            stage.line("ARG DEBIAN_FRONTEND=noninteractive");
            let trust = trusted.map(|path| format!("Acquire::https::CAInfo={path}"));
            let trust: Vec<&str> = trust.iter().flat_map(|option| ["-o", option]).collect();
            stage.run(["apt-get"].into_iter().chain(trust.clone()).chain(["update"]));
            let install = ["install", "-y", "--no-install-recommends", "--"];
            stage.run(["apt-get"].into_iter().chain(trust).chain(install).chain(list));
        }
        Manager::Nuget => {
            stage.begin(&format!("{base} AS build"), &trusted);
            let config = format!("{STAGE}/nuget.config");
            let config_words = nuget_config.as_ref().map(|_| ["-ConfigFile", &config]);
            if let Some(bytes) = nuget_config {
                file("nuget.config", bytes);
                stage.line(&format!("COPY nuget.config {config}"));
            }
            for package in packages {
                let version = package.version().map(|version| ["-Version", version]);
                let nuget = ["nuget", "install", package.name(), "-OutputDirectory", FOLDER, "-NonInteractive"];
                stage.run(nuget.into_iter().chain(version.into_iter().chain(config_words).flatten()));
            }
            stage.line(&format!("FROM {base}\nCOPY --from=build {FOLDER} {FOLDER}"));
        }
    }
    BuildSpec { dockerfile: stage.text, files, args: variables, proxies, ca_bundle, ..BuildSpec::default() }
}

/// Steps that a caller wrote. Certificates lie in the context, and proxies are set; what more the steps need they say themselves.
pub(super) fn dockerfile(text: &str, environment: BuildEnvironment) -> BuildSpec {
    let BuildEnvironment { proxies, ca_bundle, .. } = environment;
    BuildSpec { dockerfile: text.to_owned(), proxies, ca_bundle, ..BuildSpec::default() }
}

/// The text of a Dockerfile on its way.
struct Stage {
    text: String,
    variables: Vec<String>,
}

impl Stage {
    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// A stage that may install things: as root, with the settings of this machine.
    fn begin(&mut self, from: &str, trusted: &Option<String>) {
        self.line(&format!("FROM {from}\nUSER root"));
        for name in std::mem::take(&mut self.variables) {
            self.line(&format!("ARG {name}"));
        }
        if let Some(path) = trusted {
            self.line(&format!("COPY {CA_FILE} {path}"));
            for name in ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_CAFILE"]
            {
                self.line(&format!("ARG {name}={path}"));
            }
        }
    }

    /// A step as a JSON list, which no shell reads.
    fn run<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
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
        packages("sha256:ab", manager, &manager.parse_all(&texts).expect("good"), environment)
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
            "COPY --from=build /opt/runcell/packages /opt/runcell/packages\nENV PYTHONPATH=/opt/runcell/packages\n"
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
            assert!(last.starts_with("COPY --from=build /opt/runcell/packages") && last.lines().count() == 1, "{last}");
        }
        let words = r#""-ConfigFile","/opt/runcell/build/nuget.config"]"#;
        assert!(made(Manager::Nuget, &["A"], environment()).dockerfile.contains(words));
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
