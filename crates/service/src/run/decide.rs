//! Cell or container: the one place where it is decided, from the request, the languages and the site's policy.
//!
//! Owns the table. Looks at nothing outside: a function that is called where it matters says whether there is a cell.

use super::refusal::{Reason, Refusal};
use crate::request::{InvalidRequest, RunRequest};
use runcell_model::config::{ContainerPolicy, Containers, Language};
use runcell_model::package::Package;
use runcell_model::run::BackendChoice;

/// Where a snippet is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// In a cell, and why.
    Cell(Reason),
    /// In a container.
    Container(Box<ContainerPlan>),
}

/// A run in a container, as it was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContainerPlan {
    /// The language.
    pub(crate) language: Language,
    /// The image, before it gets packages.
    pub(crate) image: String,
    /// The packages that it is to have.
    pub(crate) packages: Vec<Package>,
    /// Whether it reaches the network.
    pub(crate) network: bool,
    /// Why it is run in a container.
    pub(crate) reason: Reason,
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
    let only = || Reason::OnlyInContainers(name.to_owned());
    let reason = match (request.backend, need(request, language)?, language) {
        (BackendChoice::Wasm, Some(need), _) => return Err(Refusal::NotInCell(need).into()),
        (BackendChoice::Wasm, None, Some(_)) if !cell() => return Err(Refusal::NoCell(only()).into()),
        (BackendChoice::Wasm, None, _) => return Ok(Decision::Cell(Reason::CellAsked)),
        (BackendChoice::Container, _, _) => Reason::ContainerAsked,
        (BackendChoice::Auto, Some(need), _) => need,
        (BackendChoice::Auto, None, None) => return Ok(Decision::Cell(Reason::RunsInCell)),
        (BackendChoice::Auto, None, Some(_)) if cell() => return Ok(Decision::Cell(Reason::RunsInCell)),
        (BackendChoice::Auto, None, Some(_)) => only(),
    };
    let refusal = match config.policy {
        ContainerPolicy::Never => Some(Refusal::Never(reason.clone())),
        ContainerPolicy::Ask if request.backend != BackendChoice::Container => Some(Refusal::MustAsk(reason.clone())),
        ContainerPolicy::Ask | ContainerPolicy::Auto => None,
    };
    match (language, refusal) {
        (Some(language), None) => Ok(Decision::Container(Box::new(plan(config, language, request, reason)?))),
        (Some(_), Some(refusal)) | (None, Some(refusal @ Refusal::Never(_))) => Err(refusal.into()),
        (None, _) => Err(no_language(languages, name, Some(reason)).into()),
    }
}

/// That no container runs a language, and which ones they run.
pub(crate) fn no_language(languages: &[Language], name: &str, reason: Option<Reason>) -> Refusal {
    let known: Vec<&str> = languages.iter().map(|language| language.name.as_str()).collect();
    Refusal::NoLanguage { reason, name: name.to_owned(), known: known.join(", ") }
}

/// The wish of a request that no cell fulfils.
fn need(request: &RunRequest, language: Option<&Language>) -> Result<Option<Reason>, InvalidRequest> {
    if let Some(image) = &request.image {
        return Ok(Some(Reason::Image(image.clone())));
    }
    if request.network {
        return Ok(Some(Reason::Network));
    }
    if let Some(mount) = request.mounts.first() {
        return Ok(Some(Reason::Mount(mount.clone())));
    }
    let Some(language) = language else {
        return Ok(request.packages.first().cloned().map(Reason::Package));
    };
    let lacking = packages(language, &request.packages)?
        .into_iter()
        .find(|package| package.version().is_some() || !language.in_cell.iter().any(|known| known == package.name()));
    Ok(lacking.map(|package| Reason::LacksPackage { language: language.name.clone(), package }))
}

/// Packages as the language's manager names them.
pub(crate) fn packages(language: &Language, names: &[String]) -> Result<Vec<Package>, InvalidRequest> {
    match language.manager {
        _ if names.is_empty() => Ok(Vec::new()),
        Some(manager) => Ok(manager.parse_all(names)?),
        None => Err(Refusal::NoPackageManager(language.name.clone()).into()),
    }
}

fn plan(
    config: &Containers,
    language: &Language,
    request: &RunRequest,
    reason: Reason,
) -> Result<ContainerPlan, InvalidRequest> {
    let name = request.runtime.name();
    if request.network && !config.allow_network {
        return Err(Refusal::Forbidden { what: "the network in containers", key: "allow_network" }.into());
    }
    allowed(config, request.image.is_some(), !request.packages.is_empty())?;
    if let Some(version) = request.runtime.version() {
        return Err(Refusal::CellVersion { name: name.to_owned(), version: version.to_owned() }.into());
    }
    if let Some(option) = request.options.keys().next() {
        return Err(Refusal::CellOption { option: option.clone(), name: name.to_owned() }.into());
    }
    let image = request.image.clone().unwrap_or_else(|| language.image.clone());
    runcell_docker::check_image(&image)?;
    let packages = packages(language, &request.packages)?;
    Ok(ContainerPlan { language: language.clone(), image, packages, network: request.network, reason })
}

/// Checks whether the site lets a caller choose an image, or install packages.
pub(crate) fn allowed(config: &Containers, image: bool, packages: bool) -> Result<(), InvalidRequest> {
    if image && !config.allow_images {
        return Err(Refusal::Forbidden { what: "an image of the caller's choice", key: "allow_images" }.into());
    }
    if packages && !config.allow_packages {
        return Err(Refusal::Forbidden { what: "installing packages", key: "allow_packages" }.into());
    }
    Ok(())
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
