//! Needs of some tests beside Rust, npm, pip and gcc: how each is found, and what to install.
//!
//! Owns the one table, which `cargo xtask test` reads to install and the tests read to skip. Installs nothing itself, and
//! does not ask whether an engine answers.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The variable that names the file in which tests note that they were skipped. A line is test, need and reason, with tabs
/// between them.
pub const SKIPPED: &str = "RUNCELL_TESTS_SKIPPED";

/// Something that some tests need.
#[derive(Debug)]
pub struct Need {
    /// Its name, in words.
    pub name: &'static str,
    /// How to get it.
    pub advice: &'static str,
    parts: &'static [Part],
}

/// Something that must be there.
#[derive(Debug)]
struct Part {
    is_there: fn() -> bool,
    /// The message where it is missing.
    lack: &'static str,
    /// The packages of Debian that bring it, under the names of all releases. None: it cannot be installed.
    packages: &'static [&'static str],
}

impl Need {
    /// The part of it that this machine lacks; none if everything is there.
    #[must_use]
    pub fn lack(&self) -> Option<&'static str> {
        self.parts.iter().find(|part| !(part.is_there)()).map(|part| part.lack)
    }

    /// The packages that would bring what this machine lacks; empty where packages do not help.
    #[must_use]
    pub fn packages(&self) -> Vec<&'static str> {
        let lacking: Vec<&Part> = self.parts.iter().filter(|part| !(part.is_there)()).collect();
        let helps = lacking.iter().all(|part| !part.packages.is_empty());
        lacking.iter().filter(|_| helps).flat_map(|part| part.packages).copied().collect()
    }
}

/// A container engine that answers, its client, and a busybox to make images of.
pub const ENGINE: Need = Need {
    name: "a container engine",
    advice: "install docker.io and busybox-static, start the engine, and be root or in the group docker \
             (or let DOCKER_HOST name an engine)",
    parts: &[
        Part {
            is_there: || program("docker").is_some(),
            lack: "the client docker is not installed",
            packages: &["docker.io", "docker-cli"],
        },
        Part {
            is_there: has_static_busybox,
            lack: "/bin/busybox is not there, or not linked statically",
            packages: &["busybox-static"],
        },
    ],
};

/// An engine of the test's own, which it may stop.
pub const OWN_ENGINE: Need = Need {
    name: "dockerd and root, for an engine that the test may stop",
    advice: "install docker.io, and run the tests as root",
    parts: &[
        Part {
            is_there: || program("dockerd").is_some(),
            lack: "dockerd is not installed",
            packages: &["docker.io", "iptables", "ca-certificates"],
        },
        Part { is_there: || may(&["--net"]), lack: "this user may not start an engine", packages: &[] },
    ],
};

/// The maker of the image of all languages: a small Debian.
pub const LANGUAGES: Need = Need {
    name: "debootstrap and root, to make the image of all languages",
    advice: "install debootstrap, and run the tests as root once (the engine keeps the image)",
    parts: &[
        Part {
            is_there: || program("debootstrap").is_some(),
            lack: "debootstrap is not installed",
            packages: &["debootstrap"],
        },
        Part { is_there: || may(&["--mount"]), lack: "this user may not make a Debian", packages: &[] },
    ],
};

/// A registry of images.
pub const REGISTRY: Need = Need {
    name: "docker-registry",
    advice: "install docker-registry",
    parts: &[Part {
        is_there: || program("docker-registry").is_some(),
        lack: "docker-registry is not installed",
        packages: &["docker-registry"],
    }],
};

/// The programs of PostgreSQL.
pub const POSTGRES: Need = Need {
    name: "PostgreSQL",
    advice: "install postgresql",
    parts: &[Part {
        is_there: || postgres_programs().is_some(),
        lack: "there is no initdb below /usr/lib/postgresql",
        packages: &["postgresql"],
    }],
};

/// Virtual environments of python.
pub const VENV: Need = Need {
    name: "python's venv",
    advice: "install python3-venv",
    parts: &[Part {
        is_there: || succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])),
        lack: "python3 lacks venv or ensurepip",
        packages: &["python3-venv"],
    }],
};

/// A browser and Node.js, for the tests of the web page. Their packages are npm's.
pub const BROWSER: Need = Need {
    name: "chromium and Node.js",
    advice: "install chromium, and Node.js with npm",
    parts: &[
        Part { is_there: || program("chromium").is_some(), lack: "chromium is not installed", packages: &["chromium"] },
        Part {
            is_there: || program("node").is_some() && program("npm").is_some(),
            lack: "node or npm is not installed",
            packages: &["nodejs", "npm"],
        },
    ],
};

/// User name spaces, in which a test is root and may mount.
pub const NAMESPACES: Need = Need {
    name: "user name spaces",
    advice: "run the tests as root, or allow user name spaces to all users (kernel.unprivileged_userns_clone=1, \
             kernel.apparmor_restrict_unprivileged_userns=0)",
    parts: &[Part {
        is_there: || may(&["--mount", "--map-root-user"]),
        lack: "this user may not make user name spaces",
        packages: &[],
    }],
};

/// The right to mount a file system for all to see.
pub const MOUNT: Need = Need {
    name: "the right to mount",
    advice: "run the tests as root",
    parts: &[Part { is_there: || may(&["--mount"]), lack: "this user may not mount", packages: &[] }],
};

/// The right to give files to another user, and to become that user.
pub const ROOT: Need = Need {
    name: "root",
    advice: "run the tests as root",
    parts: &[Part { is_there: is_root, lack: "this user is not root", packages: &[] }],
};

/// The maker of certificates, and a client that checks them.
pub const CERTIFICATES: Need = Need {
    name: "openssl and curl",
    advice: "install openssl and curl",
    parts: &[
        Part { is_there: || program("openssl").is_some(), lack: "openssl is not installed", packages: &["openssl"] },
        Part { is_there: || program("curl").is_some(), lack: "curl is not installed", packages: &["curl"] },
    ],
};

/// The reader of units of systemd.
pub const SYSTEMD: Need = Need {
    name: "systemd-analyze",
    advice: "install systemd",
    parts: &[Part {
        is_there: || program("systemd-analyze").is_some(),
        lack: "systemd-analyze is not installed",
        packages: &["systemd"],
    }],
};

/// All of them.
pub const ALL: [&Need; 12] = [
    &ENGINE,
    &OWN_ENGINE,
    &LANGUAGES,
    &REGISTRY,
    &POSTGRES,
    &VENV,
    &BROWSER,
    &NAMESPACES,
    &MOUNT,
    &ROOT,
    &CERTIFICATES,
    &SYSTEMD,
];

/// Where a program lies: in `PATH`, or where Debian puts those of the administrator, which is not in everybody's `PATH`.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The folder of the newest PostgreSQL's programs, where Debian puts them.
#[must_use]
pub fn postgres_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin"));
    let version = |path: &PathBuf| path.parent().and_then(|path| path.file_name()?.to_str()?.parse::<u32>().ok());
    versions.filter(|path| path.join("initdb").is_file()).max_by_key(version)
}

/// Whether this process is root's.
#[must_use]
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Whether this process may make such name spaces, and mount in them where they are of mounts.
fn may(name_spaces: &[&str]) -> bool {
    let mount = "! [ \"$0\" = --mount ] || mount -t tmpfs tmpfs /mnt";
    let first = name_spaces.first().copied().unwrap_or_default();
    succeeds(Command::new("unshare").args(name_spaces).args(["sh", "-c", mount, first]))
}

/// `ldd` fails where there is nothing to load.
fn has_static_busybox() -> bool {
    let busybox = "/bin/busybox";
    succeeds(Command::new(busybox).arg("true")) && !succeeds(Command::new("ldd").arg(busybox))
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
