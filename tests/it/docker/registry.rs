//! A registry of images on this machine, for pulls: Debian's own, in a folder of its own.

use super::harness::{BUSYBOX, build, docker_at, engine, eventually};
use crate::harness::tokio;
use crate::need::needs;
use runcell::docker::{DockerError, Progress};
use std::process::{Child, Command, Stdio};

/// A registry, ended when it is dropped.
pub struct Registry {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Registry {
    /// Starts one.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let config = folder.path().join("config.yml");
        let images = folder.path().join("images").display().to_string();
        let text =
            format!("version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {images}\nhttp:\n  addr: {address}\n");
        std::fs::write(&config, text).unwrap();
        let child = Command::new("docker-registry")
            .arg("serve")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the test needs it");
        eventually("the registry listens", || std::net::TcpStream::connect(&address).is_ok());
        Self { child, address, _folder: folder }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Puts an image of this machine into it, and takes the name from this machine; the name.
    pub fn hold(&self, image: &str, name: &str) -> String {
        let place = engine().address();
        let name = format!("{}/{name}", self.address);
        for args in [vec!["tag", image, &name], vec!["push", &name], vec!["rmi", &name]] {
            docker_at(place, &args).unwrap();
        }
        name
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn an_image_is_pulled_with_progress() {
    needs!(ENGINE, REGISTRY);
    let docker = engine();
    let registry = Registry::start();
    // A layer that no other image has, so that there is something to fetch.
    let steps = format!("RUN head -c 3000000 /dev/urandom > /own-{}", std::process::id());
    let own = build("pulled", &steps, &[]);
    let name = registry.hold(&own, "team/tool:v7");
    docker_at(docker.address(), &["rmi", "-f", &own]).unwrap();
    let (sender, mut receiver) = tokio::sync::mpsc::channel(16);
    let steps = tokio().block_on(async {
        // Its sender goes with it, which ends the hearing.
        let (docker, name) = (&docker, &name);
        let pull = async move { docker.pull(name, Some(&sender)).await };
        let hear = async {
            let mut heard: Vec<Progress> = Vec::new();
            while let Some(step) = receiver.recv().await {
                heard.push(step);
            }
            heard
        };
        let (pulled, heard) = tokio::join!(pull, hear);
        pulled.expect("it is there");
        heard
    });
    let all = |total: u64| steps.iter().any(|step| step.total.is_some_and(|bytes| bytes >= total));
    assert!(all(3_000_000) && steps.iter().any(|step| step.layer.is_some()), "{steps:?}");
    assert!(tokio().block_on(docker.image_exists(&name)).unwrap());
    docker_at(docker.address(), &["rmi", "-f", &name]).unwrap();
}

#[test]
fn what_a_registry_does_not_have_is_named() {
    needs!(ENGINE, REGISTRY);
    let docker = engine();
    let registry = Registry::start();
    let name = registry.hold(BUSYBOX, "team/busy:v1");
    let other = name.replace(":v1", ":v2");
    let error = tokio().block_on(docker.pull(&other, None)).expect_err("there is none");
    assert!(
        matches!(&error, DockerError::PullFailed { image, message } if *image == other && message.contains("not found")),
        "{error}"
    );
}
