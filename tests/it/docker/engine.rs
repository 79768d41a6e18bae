//! Engines that are absent, closed to us, broken, or go away in mid-run.

use super::harness::*;
use crate::harness::tokio;
use crate::need::needs;
use runcell::docker::{ContainerEnding, ContainerRun, Docker, DockerError};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use xtask::need::program;

fn connect(host: &str) -> DockerError {
    tokio().block_on(Docker::connect(host)).expect_err("no engine")
}

#[test]
fn an_absent_engine_is_told_with_the_places_and_the_way_out() {
    let places = ["/nonexistent/a.sock".to_owned(), "/nonexistent/b.sock".to_owned()];
    let error = tokio().block_on(Docker::find_in(&places)).expect_err("no engine");
    let text = error.to_string();
    assert!(places.iter().all(|place| text.contains(place)) && text.contains("docker.io"), "{text}");
    assert!(matches!(connect("tcp://127.0.0.1:1"), DockerError::NoEngine { .. }));
}

#[test]
fn hosts_that_mean_nothing_are_refused() {
    for host in ["ssh://me@there", "https://there:2376", "nonsense", "tcp://", "tcp://nowhere"] {
        let error = connect(host);
        assert!(matches!(error, DockerError::BadHost { .. } | DockerError::NoEngine { .. }), "{host}: {error}");
    }
}

#[test]
fn what_is_no_engine_is_called_broken() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sock");
    let listener = UnixListener::bind(&path).unwrap();
    let answer = std::thread::spawn(move || {
        for stream in listener.incoming().take(3) {
            let mut stream = stream.unwrap();
            let _sent = std::io::Write::write_all(&mut stream, b"220 mail.example ESMTP\r\n");
        }
    });
    let error = connect(&format!("unix://{}", path.display()));
    assert!(matches!(&error, DockerError::BrokenEngine { address, .. } if address.ends_with("sock")), "{error}");
    drop(answer);
}

#[test]
fn a_closed_socket_names_the_group_that_may() {
    needs!(ROOT);
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let path = dir.path().join("sock");
    let _listener = UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o660)).unwrap();
    // Root may everything, so another user has to try, with a copy of this program that others may start.
    let program = dir.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let probe = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(&program)
        .args(["--exact", "docker::engine::say_what_is_wrong", "--ignored", "--nocapture"])
        .env("RUNCELL_TEST_SOCKET", &path)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&probe.stdout).into_owned();
    assert!(text.contains("permission denied") && text.contains("usermod -aG root"), "{probe:?}");
}

#[test]
#[ignore = "another test starts it as a process"]
fn say_what_is_wrong() {
    if let Ok(path) = std::env::var("RUNCELL_TEST_SOCKET") {
        let error = connect(&format!("unix://{path}"));
        std::io::Write::write_all(&mut std::io::stdout(), error.to_string().as_bytes()).unwrap();
    }
}

/// An engine of the test's own, which it may stop.
pub struct OwnEngine {
    process: Child,
    dir: tempfile::TempDir,
}

impl OwnEngine {
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let process = Self::spawn(dir.path());
        let engine = Self { process, dir };
        engine.wait();
        engine
    }

    fn spawn(dir: &std::path::Path) -> Child {
        let at = |name: &str| dir.join(name).display().to_string();
        // In a network of its own: without a bridge it would remove that of the machine's engine.
        Command::new("unshare")
            .args(["--net", "--"])
            .arg(program("dockerd").expect("the test needs it"))
            .args(["--host", &format!("unix://{}", at("sock")), "--data-root", &at("data"), "--exec-root", &at("exec")])
            .args(["--pidfile", &at("pid"), "--bridge=none", "--iptables=false", "--ip6tables=false"])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(dir.join("log")).unwrap())
            .spawn()
            .expect("dockerd is there")
    }

    pub fn place(&self) -> String {
        format!("unix://{}", self.dir.path().join("sock").display())
    }

    fn wait(&self) {
        eventually("the test's own engine answers", || docker_at(&self.place(), &["version"]).is_ok());
    }

    pub fn stop(&mut self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap().success());
        self.process.wait().unwrap();
    }

    pub fn again(&mut self) {
        // The remains of an engine that was killed would make the next one wait for its dead.
        for stale in ["pid", "exec/containerd/containerd.pid"] {
            let _gone = std::fs::remove_file(self.dir.path().join(stale));
        }
        self.process = Self::spawn(self.dir.path());
        self.wait();
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        // A healthy engine stops what it runs.
        let _ended = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ended = self.process.wait();
    }
}

#[test]
fn an_engine_that_goes_away_in_mid_run_is_told_from_a_program_that_ends() {
    needs!(ENGINE, OWN_ENGINE);
    let mut own = OwnEngine::start();
    import_busybox(&own.place());
    for signal in ["-KILL", "-TERM"] {
        let docker = tokio().block_on(Docker::connect(&own.place())).unwrap();
        let labels = labels();
        let owner = labels.owner.clone();
        let run = ContainerRun::new(BUSYBOX, &["sh", "-c", "echo up; sleep 600"], labels);
        let mut running = {
            let _tokio = tokio().enter();
            docker.start_run(run)
        };
        tokio().block_on(async {
            for _ in 0..3 {
                running.next_event().await.expect("created, started, up");
            }
        });
        own.stop(signal);
        let outcome = tokio()
            .block_on(async { tokio::time::timeout(Duration::from_secs(30), running.outcome()).await })
            .expect("in time")
            .expect("an outcome");
        assert!(matches!(outcome.ending, ContainerEnding::EngineLost { .. }), "{signal}: {outcome:?}");
        own.again();
        let left = || docker_at(&own.place(), &["ps", "-aq", "--filter", &format!("label=runcell.owner={owner}")]);
        eventually("what it left is removed", || left().is_ok_and(|ids| ids.is_empty()));
        let run = ContainerRun::new(BUSYBOX, &["echo", "again"], self::labels());
        let (outcome, _) = tokio().block_on(async { docker.start_run(run).collect().await }).unwrap();
        assert_eq!(outcome.ending, ContainerEnding::Exited { code: 0 });
    }
}

#[test]
fn an_engine_that_is_away_is_a_fault_that_may_pass() {
    needs!(ENGINE, OWN_ENGINE);
    let mut own = OwnEngine::start();
    let docker = tokio().block_on(Docker::connect(&own.place())).unwrap();
    own.stop("-TERM");
    let run = ContainerRun::new(BUSYBOX, &["true"], labels());
    let error = tokio().block_on(async { docker.start_run(run).outcome().await }).expect_err("no engine");
    assert!(error.is_retryable(), "{error}");
    own.again();
}
