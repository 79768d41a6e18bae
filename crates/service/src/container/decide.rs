//! Cell or container: the one place where it is decided, from the request, the languages and the site's policy.
//!
//! Owns the table and its words. Asks nobody: whether there is a cell is told by a function that is called if it matters.

use super::super::request::{InvalidRequest, RunRequest};
use runcell_model::config::{ContainerPolicy, Containers, Language};
use runcell_model::package::Package;

/// What a caller wants a snippet to be run by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// A cell where one can run it, else a container where the policy allows.
    #[default]
    Auto,
    /// A WebAssembly cell.
    Wasm,
    /// A container.
    Container,
}

/// Where a snippet is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// In a cell; why, in words.
    Cell(String),
    /// In a container.
    Container(Box<ContainerPlan>),
}

/// A run in a container, as it was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerPlan {
    /// The language.
    pub language: Language,
    /// The image, before it gets packages.
    pub image: String,
    /// The packages that it is to have.
    pub packages: Vec<Package>,
    /// Whether it reaches the network.
    pub network: bool,
    /// Why it is run in a container, in words.
    pub reason: String,
}

impl BackendChoice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Wasm, Self::Container];

    /// The name on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Wasm => "wasm",
            Self::Container => "container",
        }
    }

    /// The choice of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// Decides where a request is run.
pub(super) fn decide(
    config: &Containers,
    languages: &[Language],
    request: &RunRequest,
    cell: impl Fn() -> bool,
) -> Result<Decision, InvalidRequest> {
    let name = request.runtime.name();
    let language = languages.iter().find(|language| language.is_called(name));
    let wish = wish(request, language)?;
    let in_cell = |reason: &str| Ok(Decision::Cell(reason.to_owned()));
    let reason = match (request.backend, wish, language) {
        (BackendChoice::Wasm, Some(wish), _) => {
            return Err(place(format!(
                "{wish}, which a cell cannot have: leave the backend to `auto`, or name `container`"
            )));
        }
        (BackendChoice::Wasm, None, Some(_)) if !cell() => {
            return Err(place(format!(
                "{name} runs only in containers: leave the backend to `auto`, or name `container`"
            )));
        }
        (BackendChoice::Wasm, None, _) => return in_cell("the caller asked for a cell"),
        (BackendChoice::Container, _, _) => "the caller asked for a container".to_owned(),
        (BackendChoice::Auto, Some(wish), _) => wish,
        (BackendChoice::Auto, None, None) => return in_cell("the language runs in a cell"),
        (BackendChoice::Auto, None, Some(_)) if cell() => return in_cell("the language runs in a cell"),
        (BackendChoice::Auto, None, Some(_)) => format!("{name} runs only in containers"),
    };
    let allowed = match (config.policy, request.backend) {
        (ContainerPolicy::Never, _) => false,
        (ContainerPolicy::Ask, choice) => choice == BackendChoice::Container,
        (ContainerPolicy::Auto, _) => true,
    };
    match language {
        Some(language) if allowed => Ok(Decision::Container(Box::new(plan(config, language, request, reason)?))),
        Some(_) => Err(place(refusal(config.policy, &reason))),
        None if config.policy == ContainerPolicy::Never => Err(place(refusal(config.policy, &reason))),
        None => {
            let known: Vec<&str> = languages.iter().map(|language| language.name.as_str()).collect();
            Err(place(format!("{reason}, but no container runs {name:?}; containers run: {}", known.join(", "))))
        }
    }
}

fn place(text: String) -> InvalidRequest {
    InvalidRequest::Place(text)
}

fn refusal(policy: ContainerPolicy, reason: &str) -> String {
    match policy {
        ContainerPolicy::Never => {
            format!("{reason}, and this installation runs nothing in containers (containers.policy = \"never\")")
        }
        _ => format!("{reason}; to run it in one, name the backend `container` (containers.policy = \"ask\")"),
    }
}

/// What a request wants that no cell has, in words.
fn wish(request: &RunRequest, language: Option<&Language>) -> Result<Option<String>, InvalidRequest> {
    if let Some(image) = &request.image {
        return Ok(Some(format!("the image {image} was named")));
    }
    if request.network {
        return Ok(Some("the network was asked for".to_owned()));
    }
    let Some(language) = language else {
        let first = request.packages.first();
        return Ok(first.map(|package| format!("the package {package:?} was asked for")));
    };
    let packages = packages(language, request)?;
    let lacking = packages
        .iter()
        .find(|package| package.version().is_some() || !language.in_cell.iter().any(|known| known == package.name()));
    Ok(lacking.map(|package| format!("the cell of {} lacks the package {package}", language.name)))
}

fn packages(language: &Language, request: &RunRequest) -> Result<Vec<Package>, InvalidRequest> {
    match language.manager {
        _ if request.packages.is_empty() => Ok(Vec::new()),
        Some(manager) => Ok(manager.parse_all(&request.packages)?),
        None => Err(place(format!("{} has no package manager: name an image that has the packages", language.name))),
    }
}

fn plan(
    config: &Containers,
    language: &Language,
    request: &RunRequest,
    reason: String,
) -> Result<ContainerPlan, InvalidRequest> {
    let name = request.runtime.name();
    let forbidden = |what: &str, key: &str| {
        Err(place(format!("{what} in containers is not allowed by this installation (containers.{key} = false)")))
    };
    if request.network && !config.allow_network {
        return forbidden("the network", "allow_network");
    }
    if request.image.is_some() && !config.allow_images {
        return forbidden("an image of the caller's choice", "allow_images");
    }
    if !request.packages.is_empty() && !config.allow_packages {
        return forbidden("installing packages", "allow_packages");
    }
    if let Some(version) = request.runtime.version() {
        return Err(place(format!(
            "{name}@{version} is a version of a cell; in a container, name an image that has it"
        )));
    }
    if let Some(option) = request.options.keys().next() {
        return Err(place(format!("the option {option:?} is one of cells; {name} in a container has none")));
    }
    let image = request.image.clone().unwrap_or_else(|| language.image.clone());
    runcell_docker::check_image(&image).map_err(|error| place(error.to_string()))?;
    let packages = packages(language, request)?;
    Ok(ContainerPlan { language: language.clone(), image, packages, network: request.network, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::config::Config;

    fn ask(policy: &str, runtime: &str, change: impl FnOnce(&mut RunRequest)) -> String {
        let config = Config::parse(&format!("[containers]\n{policy}")).expect("good").containers;
        let languages = config.languages().expect("good");
        let mut request = RunRequest::new(runtime.parse().expect("a name"), "");
        change(&mut request);
        let cell = || ["python", "node", "ruby"].contains(&runtime);
        match decide(&config, &languages, &request, cell) {
            Ok(Decision::Cell(reason)) => format!("cell: {reason}"),
            Ok(Decision::Container(plan)) => format!("{}: {}", plan.image, plan.reason),
            Err(error) => format!("refused: {error}"),
        }
    }

    const AUTO: &str = "policy = \"auto\"";
    const ASK: &str = "policy = \"ask\"";
    const NEVER: &str = "policy = \"never\"";

    fn packages(list: &[&str]) -> impl FnOnce(&mut RunRequest) + use<> {
        let list: Vec<String> = list.iter().map(|&text| text.to_owned()).collect();
        move |request| request.packages = list
    }

    fn backend(choice: BackendChoice) -> impl FnOnce(&mut RunRequest) {
        move |request| request.backend = choice
    }

    #[test]
    fn what_a_cell_can_do_stays_in_a_cell() {
        for policy in [AUTO, ASK, NEVER] {
            for runtime in ["python", "node", "ruby", "cobol"] {
                assert_eq!(ask(policy, runtime, |_| ()), "cell: the language runs in a cell");
            }
            assert_eq!(
                ask(policy, "python", packages(&["numpy", "Scikit_Learn"])),
                "cell: the language runs in a cell"
            );
            assert_eq!(ask(policy, "python", backend(BackendChoice::Wasm)), "cell: the caller asked for a cell");
        }
    }

    #[test]
    fn what_no_cell_can_do_goes_where_the_policy_says() {
        assert_eq!(ask(AUTO, "bash", |_| ()), "debian:stable-slim: bash runs only in containers");
        assert_eq!(ask(AUTO, "python", packages(&["six"])), "python:3-slim: the cell of python lacks the package six");
        assert_eq!(
            ask(AUTO, "python", packages(&["numpy==1.26"])),
            "python:3-slim: the cell of python lacks the package numpy==1.26"
        );
        assert_eq!(
            ask(AUTO, "python", |request| request.image = Some("own:1".into())),
            "own:1: the image own:1 was named"
        );
        let refused = "refused: bash runs only in containers; to run it in one, name the backend `container` \
                       (containers.policy = \"ask\")";
        assert_eq!(ask(ASK, "bash", |_| ()), refused);
        assert!(ask(NEVER, "bash", |_| ()).contains("(containers.policy = \"never\")"));
        for policy in [AUTO, ASK] {
            let container = ask(policy, "node", backend(BackendChoice::Container));
            assert_eq!(container, "node:22-slim: the caller asked for a container");
        }
        assert!(ask(NEVER, "node", backend(BackendChoice::Container)).starts_with("refused: the caller asked"));
    }

    #[test]
    fn what_nobody_can_do_is_refused_with_the_reason() {
        for (policy, runtime, change, expected) in [
            (
                AUTO,
                "bash",
                Box::new(backend(BackendChoice::Wasm)) as Box<dyn FnOnce(&mut RunRequest)>,
                "bash runs only in containers: leave",
            ),
            (
                AUTO,
                "ruby",
                Box::new(backend(BackendChoice::Container)),
                "no container runs \"ruby\"; containers run: python, node",
            ),
            (AUTO, "ruby", Box::new(packages(&["rake"])), "the package \"rake\" was asked for, but no container runs"),
            (AUTO, "python", Box::new(packages(&["--index-url=http://x"])), "is no package of pip"),
            (AUTO, "python", Box::new(packages(&["a\nb"])), "is no package of pip"),
            (AUTO, "python", Box::new(|request| request.network = true), "containers.allow_network = false"),
            (AUTO, "python", Box::new(|request| request.image = Some("a/../b".into())), "is no name of image"),
            (
                "policy = \"auto\"\nallow_images = false",
                "python",
                Box::new(|request| request.image = Some("a".into())),
                "containers.allow_images = false",
            ),
            ("policy = \"auto\"\nallow_packages = false", "python", Box::new(packages(&["six"])), "allow_packages"),
            (AUTO, "bash", Box::new(|request| drop(request.options.insert("std".into(), "c17".into()))), "\"std\""),
            (AUTO, "bash@5", Box::new(|_| ()), "bash@5 is a version of a cell"),
        ] {
            let answer = ask(policy, runtime, change);
            assert!(answer.starts_with("refused: ") && answer.contains(expected), "{runtime}: {answer}");
        }
        let wasm = |request: &mut RunRequest| (request.backend, request.network) = (BackendChoice::Wasm, true);
        assert!(ask(AUTO, "python", wasm).contains("the network was asked for, which a cell cannot have"));
        assert!(
            ask("policy = \"auto\"\nallow_network = true", "python", |request| request.network = true)
                .starts_with("python:3-slim")
        );
    }
}
