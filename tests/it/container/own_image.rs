//! runcell as a container: the Dockerfile in the repository, built from the program of the tests on a base that is here.

use super::harness::bare;
use crate::docker::harness::{docker_at, engine};
use crate::harness::{cache_dir, eventually, prepare};
use crate::http::client::{Answer, ask};
use crate::http::server::TOKEN;
use crate::need::needs;
use serde_json::json;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

const IMAGE: &str = "runcell-test/runcell";

fn docker(arguments: &[&str]) -> String {
    docker_at(engine().address(), arguments).unwrap()
}

/// The image, built once. The program is copied without what only debuggers read.
fn image() -> &'static str {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("runcell");
        let strip = Command::new("strip").args(["-o"]).arg(&program).arg(env!("CARGO_BIN_EXE_runcell")).status();
        if !strip.is_ok_and(|status| status.success()) {
            std::fs::copy(env!("CARGO_BIN_EXE_runcell"), &program).unwrap();
        }
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Dockerfile");
        std::fs::copy(file, folder.path().join("Dockerfile")).unwrap();
        let base = format!("BASE={}", bare());
        let folder = folder.path().to_str().unwrap();
        docker(&["build", "--network", "none", "--build-arg", &base, "-t", IMAGE, folder]);
    });
    IMAGE
}

/// A container of the image, removed when this is dropped.
struct Container(String);

impl Container {
    fn run(options: &[&str], arguments: &[&str]) -> Self {
        let token = format!("RUNCELL_TOKENS={TOKEN}");
        let first = ["run", "-d", "-p", "127.0.0.1::8080", "-e", &token];
        let id = docker(&[&first[..], options, &[image()], arguments].concat());
        Self(id.trim().to_owned())
    }

    fn inspect(&self, format: &str) -> String {
        docker(&["inspect", "-f", format, &self.0]).trim().to_owned()
    }

    fn logs(&self) -> String {
        let command = Command::new("docker").args(["-H", engine().address(), "logs", &self.0]).output().unwrap();
        String::from_utf8_lossy(&command.stderr).into_owned()
    }

    /// Its address on this machine, when it serves.
    fn address(&self) -> String {
        eventually("it serves", || {
            assert_eq!(self.inspect("{{.State.Running}}"), "true", "{}", self.logs());
            self.logs().contains("serving at")
        });
        docker(&["port", &self.0, "8080"]).lines().next().unwrap().trim().to_owned()
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = docker_at(engine().address(), &["rm", "-f", "-v", &self.0]);
    }
}

fn get(address: &str, path: &str) -> Answer {
    ask("GET", path).send(address, Some(TOKEN))
}

#[test]
fn the_image_serves_as_it_is_built_and_is_healthy() {
    needs!(ENGINE, LANGUAGES);
    // As `docker run runcell`, but that nothing is fetched.
    let container = Container::run(&["--health-interval", "1s"], &["serve", "--prepare", "none"]);
    let address = container.address();
    let health = get(&address, "/health");
    assert_eq!((health.status, &health.json()["database"]), (200, &"ok".into()), "{}", health.text());
    assert_eq!(container.inspect("{{.Config.User}}"), "10001:10001");
    assert_eq!(
        docker(&["inspect", "-f", "{{.Config.Cmd}} {{.Config.Entrypoint}}", image()]).trim(),
        "[serve] [runcell]"
    );
    assert_eq!(docker(&["exec", &container.0, "id", "-u"]).trim(), "10001");
    assert!(container.inspect("{{json .Mounts}}").contains("\"Destination\":\"/data\""));
    assert!(container.logs().contains("its password, shown once"), "{}", container.logs());
    eventually("it is healthy", || container.inspect("{{.State.Health.Status}}") == "healthy");
    docker(&["stop", "-t", "60", &container.0]);
    assert_eq!(container.inspect("{{.State.ExitCode}}"), "0", "{}", container.logs());
}

#[test]
fn a_snippet_runs_in_the_image() {
    needs!(ENGINE, LANGUAGES);
    prepare("python");
    let data = tempfile::tempdir().unwrap();
    // The cache that is prepared here belongs to the user who runs the tests, and nobody loads machine code of another user.
    let owner = std::fs::metadata(cache_dir()).unwrap();
    let user = format!("{}:{}", owner.uid(), owner.gid());
    let mount = |from: &Path, to: &str| format!("{}:{to}", from.display());
    let (data_mount, cache) = (mount(data.path(), "/data"), mount(&cache_dir(), "/data/cache"));
    let options = ["--user", &user, "-v", &data_mount, "-v", &cache, "--network", "bridge"];
    let container = Container::run(&options, &["serve", "--prepare", "python"]);
    let address = container.address();
    let code = json!({ "runtime": "python", "code": "print(6 * 7)" });
    let outcome = ask("POST", "/api/execute").json(&code).send(&address, Some(TOKEN)).json();
    assert_eq!((&outcome["status"], &outcome["stdout"]), (&"completed".into(), &"42\n".into()), "{outcome}");
    docker(&["stop", "-t", "60", &container.0]);
}

#[test]
fn the_unit_of_systemd_is_one() {
    needs!(SYSTEMD);
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/runcell.service")).unwrap();
    // Where the program of the tests is, so that it is found.
    let text = text.replace("/usr/local/bin/runcell", env!("CARGO_BIN_EXE_runcell"));
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("runcell.service");
    std::fs::write(&unit, text).unwrap();
    let verified = Command::new("systemd-analyze").arg("verify").arg(&unit).output().unwrap();
    let words = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(verified.status.success() && words.is_empty(), "{words}");
}
