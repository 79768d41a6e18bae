//! Packages: installed once into an image of their own, never read by a shell, made through this machine's network.

use super::harness::*;
use crate::docker::harness::{docker_at, docker_out, engine};
use crate::harness::me;
use crate::harness::{expect_stdout, report, request, tokio};
use crate::need::needs;
use runcell::outcome::BackendKind;
use runcell::service::{BackendChoice, DerivedImage, ImagePruning, RunRequest, ServiceError};
use std::time::Instant;

/// A run with packages.
pub fn with(runtime: &str, code: &str, packages: &[&str]) -> RunRequest {
    let mut request = request(runtime, code);
    request.packages = packages.iter().map(|&text| text.to_owned()).collect();
    request
}

/// Removes the images that hold exactly these packages.
pub fn forget(content: &str) {
    for id in docker_out(&["images", "-q", "--filter", &format!("label=runcell.content={content}")]).lines() {
        let _used = docker_at(engine().address(), &["rmi", "-f", id]);
    }
}

#[test]
fn a_package_is_installed_once_and_used_again() {
    needs!(ENGINE, LANGUAGES);
    forget("pip: six==1.15.0");
    let code = "import six; print(six.__version__, six.__file__)";
    let first = run(with("python", code, &["six==1.15.0"]));
    expect_stdout(&first, "1.15.0 /opt/runcell/packages/six.py\n");
    assert_eq!(first.ran_on.reason, "the cell of python lacks the package six==1.15.0");
    let images = || docker_out(&["images", "-q", "--filter", "label=runcell.content=pip: six==1.15.0"]);
    let made = images();
    assert_eq!(made.lines().count(), 1, "{made}");
    let began = Instant::now();
    expect_stdout(&run(with("python", code, &["six==1.15.0", "six==1.15.0"])), "1.15.0 /opt/runcell/packages/six.py\n");
    assert!(began.elapsed().as_secs() < 10, "nothing was built: {:?}", began.elapsed());
    assert_eq!(images(), made);
    // Nothing of this machine's way to the network is in it.
    let history = docker_out(&["history", "--no-trunc", &made]);
    assert!(!history.contains("ca.pem") && !history.to_lowercase().contains("proxy="), "{history}");
}

#[test]
fn two_callers_at_once_make_one_image() {
    needs!(ENGINE, LANGUAGES);
    forget("pip: attrs==23.2.0 six==1.16.0");
    let ask = || with("python", "import attrs, six; print(attrs.__name__)", &["six==1.16.0", "attrs==23.2.0"]);
    let plan = service().runs(me()).plan(ask()).unwrap();
    assert_eq!(plan.backend(), BackendKind::Container);
    let (one, other) = tokio().block_on(async {
        let mut one = service().runs(me()).prepare(&plan).await.unwrap();
        let mut other = service().runs(me()).prepare(&plan).await.unwrap();
        let ids = (one.ready().await.unwrap(), other.ready().await.unwrap());
        assert!(ids.0.image_id().is_some() && ids.0.image_id() == ids.1.image_id());
        (one.lines(), other.lines())
    });
    assert_eq!(one, other, "one making was heard by both");
    assert!(one.iter().any(|line| line.contains("pip")), "{one:?}");
    let outcome = run(ask());
    expect_stdout(&outcome, "attrs\n");
}

#[test]
fn a_hostile_name_is_no_package_and_builds_nothing() {
    const NAMES: [&str; 8] = [
        "; rm -rf /",
        "--index-url=http://evil.example",
        "a\nRUN id",
        "$(id)",
        "`id`",
        "-r/etc/passwd",
        "a @ http://x",
        "",
    ];
    needs!(ENGINE, LANGUAGES);
    for name in NAMES {
        for runtime in ["python", "node", "bash", "csharp"] {
            let error = try_run(with(runtime, "", &[name])).expect_err(name);
            assert!(
                matches!(error, ServiceError::Invalid(_)) && error.to_string().contains("is no package of"),
                "{error}"
            );
        }
    }
    // Other tests make images meanwhile; none of what was asked for here is in one.
    let contents = docker_out(&["images", "--filter", "label=runcell.content", "--format", "{{.ID}}"]);
    for id in contents.lines() {
        let content = docker_at(
            engine().address(),
            &["image", "inspect", "-f", "{{index .Config.Labels \"runcell.content\"}}", id],
        );
        // One that is gone by now was another test's.
        let content = content.unwrap_or_default();
        assert!(NAMES.iter().all(|name| name.is_empty() || !content.contains(name)), "{content}");
    }
}

#[test]
fn a_package_that_does_not_exist_is_told_in_the_manager_s_words() {
    needs!(ENGINE, LANGUAGES);
    let error = try_run(with("python", "", &["runcell-has-no-such-package"])).expect_err("there is none");
    let text = error.to_string();
    assert!(matches!(error, ServiceError::Unavailable(_)) && text.contains("No matching distribution"), "{text}");
}

#[test]
fn debian_s_packages_are_installed_for_bash() {
    needs!(ENGINE, LANGUAGES);
    let mut request = with("bash", "echo '{\"a\": [1, 2]}' | jq -c .a", &["jq"]);
    request.backend = BackendChoice::Container;
    let outcome = run(request);
    assert!(outcome.is_success(), "{}", report(&outcome));
    expect_stdout(&outcome, "[1,2]\n");
}

#[test]
fn packages_of_the_cell_need_no_container() {
    assert_eq!(plan(with("python", "", &["numpy", "pandas"])).backend(), BackendKind::Wasm);
}

#[test]
fn images_with_packages_are_listed_and_removed() {
    needs!(ENGINE, LANGUAGES);
    expect_stdout(&run(with("python", "import toml; print(toml.__version__)", &["toml==0.10.2"])), "0.10.2\n");
    let find = || {
        let images = tokio().block_on(service().images(me()).list()).unwrap();
        images.into_iter().find(|image| image.content == "pip: toml==0.10.2")
    };
    let image = find().expect("it is listed");
    assert!(image.tags[0].starts_with("runcell/packages:") && image.bytes > 0, "{image:?}");
    let only = |content: &str, list: Vec<DerivedImage>| {
        let found: Vec<DerivedImage> = list.into_iter().filter(|image| image.content == content).collect();
        (found.len(), found.first().map(DerivedImage::is_own))
    };
    // A service of its own, so that the images of other tests stay.
    let service = service_with("policy = \"auto\"");
    forget("pip: toml==0.10.1");
    let mut request = with("python", "import toml; print(toml.__version__)", &["toml==0.10.1"]);
    request.backend = BackendChoice::Container;
    expect_stdout(&tokio().block_on(service.runs(me()).run(request)).unwrap(), "0.10.1\n");
    let prune = |which| tokio().block_on(service.images(me()).prune(which)).unwrap();
    let dry = ImagePruning { dry_run: true, ..ImagePruning::default() };
    assert_eq!(only("pip: toml==0.10.2", prune(dry)), (0, None), "another installation's stays");
    assert_eq!(only("pip: toml==0.10.1", prune(dry)), (1, Some(false)));
    assert_eq!(only("pip: toml==0.10.1", prune(ImagePruning::default())), (1, Some(false)));
    assert_eq!(prune(dry), []);
    assert_eq!(find(), Some(image.clone()));
    assert!(tokio().block_on(engine().remove_derived(&image)).unwrap());
    assert_eq!(find(), None);
}
