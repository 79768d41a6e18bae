//! A real PostgreSQL: a private cluster in a temporary folder, on a unix socket, as a user that is not root. It ends with
//! the tests.
//!
//! Owns the cluster.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use xtask::need::postgres_programs;

/// The user that the cluster runs as where the tests run as root: nobody.
const NOBODY: u32 = 65534;

/// The address of a new, empty database.
pub fn database() -> String {
    static CLUSTER: OnceLock<PathBuf> = OnceLock::new();
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let socket = CLUSTER.get_or_init(start);
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let created = psql(socket).args(["-c", &format!("CREATE DATABASE {name}")]).output().expect("psql runs");
    assert!(created.status.success(), "{created:?}");
    format!("postgres://runcell@localhost/{name}?host={}", socket.display())
}

/// Lets nobody into the database of an address any more, or again; who is in has to leave.
pub fn allow(url: &str, allowed: bool) {
    let (rest, socket) = url.split_once("?host=").unwrap();
    let name = rest.rsplit('/').next().unwrap();
    let change = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed}");
    let leave = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    let changed = psql(Path::new(socket)).args(["-c", &change, "-c", &leave]).output().expect("psql runs");
    assert!(changed.status.success(), "{changed:?}");
}

fn psql(socket: &Path) -> Command {
    let mut psql = Command::new(postgres_programs().expect("the test needs them").join("psql"));
    psql.arg("-h").arg(socket).args(["-U", "runcell", "-d", "postgres", "-qAt"]);
    psql
}

fn start() -> PathBuf {
    sweep();
    let folder = std::env::temp_dir().join(format!("runcell-postgres-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    if rustix::process::geteuid().is_root() {
        chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let data = folder.join("data");
    let made = ours("initdb")
        .args(["-A", "trust", "-U", "runcell", "-E", "UTF8", "--locale=C", "-N", "-D"])
        .arg(&data)
        .output();
    let made = made.expect("initdb runs");
    assert!(made.status.success(), "{made:?}");
    let mut server = ours("postgres");
    server.arg("-D").arg(&data).arg("-k").arg(&folder).args(["-c", "listen_addresses=", "-c", "max_connections=400"]);
    server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(folder.join("log")).unwrap());
    // The kernel ends the server when the thread that started it ends: so that thread stays for as long as the tests.
    std::thread::spawn(move || server.spawn().and_then(|mut server| server.wait()));
    let begun = Instant::now();
    while !psql(&folder).args(["-c", "SELECT 1"]).output().is_ok_and(|output| output.status.success()) {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(begun.elapsed() < Duration::from_secs(60), "the cluster does not start: {log}");
        std::thread::sleep(Duration::from_millis(50));
    }
    folder
}

/// A program of PostgreSQL, which refuses to run as root, and which ends with us.
fn ours(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    if rustix::process::geteuid().is_root() {
        let nobody = NOBODY.to_string();
        command.args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"]);
    }
    command.args(["--pdeathsig", "INT"]).arg(postgres_programs().expect("the test needs them").join(program));
    command.current_dir("/").env("LC_ALL", "C");
    command
}

/// Removes the clusters of tests that are gone.
fn sweep() {
    for entry in fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap_or_default();
        let process = name.strip_prefix("runcell-postgres-").and_then(|process| process.parse::<u32>().ok());
        if process.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            fs::remove_dir_all(entry.path()).unwrap_or_default();
        }
    }
}
