//! The parts that tests of snippets in containers share: the image of the languages, a service that uses it, runs in three lines.
//!
//! Owns no test.

use crate::docker::harness::{docker_at, engine};
use crate::harness::me;
use crate::harness::{cache_dir, request, tokio};
use runcell::config::Config;
use runcell::outcome::Outcome;
use runcell::service::{BackendChoice, Plan, RunRequest, Service, ServiceError};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use xtask::need::program;

/// The packages of the image beside a minimal Debian.
const PACKAGES: &str = "ca-certificates,python3,python3-pip,nodejs,mono-mcs,mono-runtime,nuget";

/// The image of all languages; another number where what it holds changes.
const IMAGE: &str = "runcell-test/languages:v2";
/// The image of a Debian with none of them.
const BARE: &str = "runcell-test/debian:v1";

/// The image, made if it is not there: that takes some minutes, once.
pub fn image() -> &'static str {
    static MADE: OnceLock<()> = OnceLock::new();
    MADE.get_or_init(|| {
        if !has_image() {
            make(engine().address(), IMAGE, PACKAGES);
        }
    });
    IMAGE
}

/// Whether the engine has the image already.
pub fn has_image() -> bool {
    docker_at(engine().address(), &["image", "inspect", IMAGE]).is_ok()
}

/// A Debian without any of the languages, made as the other is.
pub fn bare() -> &'static str {
    static MADE: OnceLock<()> = OnceLock::new();
    MADE.get_or_init(|| {
        if docker_at(engine().address(), &["image", "inspect", BARE]).is_err() {
            make(engine().address(), BARE, "ca-certificates");
        }
    });
    BARE
}

fn make(place: &str, image: &str, packages: &str) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    let made = Command::new(program("debootstrap").expect("the test needs it"))
        .args(["--variant=minbase", &format!("--include={packages}"), "bookworm"])
        .arg(&root)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "a Debian can be made");
    if packages.contains("nodejs") {
        add_npm(&root);
    }
    for unused in ["usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists", "var/cache/apt/archives"]
    {
        let _absent = std::fs::remove_dir_all(root.join(unused));
    }
    let mut tar = Command::new("tar")
        .args(["--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*", "-c", "."])
        .current_dir(&root)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let import = Command::new("docker")
        .args(["-H", place, "import", "-c", "CMD [\"bash\"]", "-", image])
        .stdin(tar.stdout.take().unwrap())
        .stdout(Stdio::null())
        .status();
    assert!(tar.wait().unwrap().success() && import.unwrap().success(), "imports");
}

/// Debian's npm brings four hundred packages; this one, from npm's own registry, is the same client.
fn add_npm(root: &std::path::Path) {
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--global", "--prefix"]).arg(root.join("usr")).arg("npm@10");
    assert!(npm.stdout(Stdio::null()).status().expect("npm is there").success(), "npm installs itself");
}

/// The text of a configuration whose languages are in the image of the tests.
pub fn config_text(containers: &str) -> String {
    let mut text = format!("[containers]\npull = false\n{containers}\n");
    for language in ["python", "node", "bash", "csharp"] {
        text += &format!("[containers.languages.{language}]\nimage = \"{}\"\n", image());
    }
    text
}

/// A service with a folder of its own.
pub fn service_with(containers: &str) -> Service {
    let mut config = Config::parse(&config_text(containers)).unwrap();
    // It has to outlive the service, which outlives the test.
    config.data_dir = Some(tempfile::tempdir().unwrap().keep());
    Service::start(config, cache_dir(), None).unwrap()
}

/// The service of most tests: whatever needs a container gets one.
pub fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| service_with("policy = \"auto\""))
}

/// The plan of a service of its own for a request; asks no engine.
pub fn plan(request: RunRequest) -> Plan {
    let config = Config::parse("[containers]\npolicy = \"auto\"").unwrap();
    Service::start(config, cache_dir(), None).unwrap().runs(me()).plan(request).unwrap()
}

/// A request for a container.
pub fn contained(runtime: &str, code: &str) -> RunRequest {
    let mut request = request(runtime, code);
    request.backend = BackendChoice::Container;
    request
}

/// Runs a request; it may be refused.
pub fn try_run(request: RunRequest) -> Result<Outcome, ServiceError> {
    tokio().block_on(service().runs(me()).run(request))
}

/// Runs a request.
#[track_caller]
pub fn run(request: RunRequest) -> Outcome {
    try_run(request).expect("can be run")
}

/// Runs a snippet in a container.
#[track_caller]
pub fn run_code(runtime: &str, code: &str) -> Outcome {
    run(contained(runtime, code))
}
