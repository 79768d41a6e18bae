//! The limits and rights of a container: one struct with safe defaults, and its form in the engine's interface.
//!
//! Owns units, defaults and the check. The engine enforces memory, processors, processes, network and the read-only root;
//! time and output are enforced by [`super::run`].

use super::error::DockerError;
use super::image::ImageInfo;
use super::mount::Mount;
use bollard::models::{
    HostConfig, HostConfigLogConfig, Mount as ApiMount, MountTmpfsOptions, MountType, ResourcesUlimits,
};
use rustix::process::{Resource, getrlimit};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;

const MIB: u64 = 1 << 20;

/// The limits and rights of a container. The default is safe for programs that nobody has vetted. Whatever is chosen here, all
/// capabilities are dropped, no process gains privileges, and there are no core files and no devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Confinement {
    /// Memory of all processes together, in bytes, files in `/tmp` and `/dev/shm` included; none of it is swapped. Default 512 MiB,
    /// at least 6 MiB.
    pub memory_bytes: u64,
    /// Processor time, in thousandths of a processor. Default 1000, at least 10.
    pub cpu_millis: u64,
    /// Processes and threads at the same time. More cannot be started; the container is not stopped. Default 256.
    pub pids: u64,
    /// Time on the clock from start to end. Default 300 s. Pulling and creating do not count.
    pub wall: Duration,
    /// Time between SIGTERM and SIGKILL when a container is stopped. Default 2 s.
    pub grace: Duration,
    /// Bytes written to stdout and stderr together; one more stops the container. Default 16 MiB.
    pub output_bytes: u64,
    /// The network that it may connect to. Default: nothing.
    pub network: Network,
    /// Whether the image's files are read-only. Default: they are.
    pub read_only_root: bool,
    /// Bytes that files in `/tmp` may hold, and as many in each folder that the image declares a volume. They count as memory
    /// too. Default 64 MiB.
    pub tmpfs_bytes: u64,
    /// The user that it runs as. Default: [`UserRule::NotRoot`].
    pub user: UserRule,
}

/// The network that a container may connect to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Nothing but itself.
    #[default]
    None,
    /// The engine's default network: whatever this machine reaches.
    Default,
    /// A network of the engine with this name.
    Named(String),
}

/// The user that a container runs as.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRule {
    /// The image's user, unless that is root: then 65534:65534 where we are root, else our own user and group. A user that the
    /// image names is taken by its name; an image can call root otherwise, which still has no capabilities.
    #[default]
    NotRoot,
    /// The image's user, also where that is root.
    Image,
    /// This user and group.
    Fixed {
        /// User id.
        uid: u32,
        /// Group id.
        gid: u32,
    },
}

impl Default for Confinement {
    fn default() -> Self {
        Self {
            memory_bytes: 512 * MIB,
            cpu_millis: 1000,
            pids: 256,
            wall: Duration::from_secs(300),
            grace: Duration::from_secs(2),
            output_bytes: 16 * MIB,
            network: Network::None,
            read_only_root: true,
            tmpfs_bytes: 64 * MIB,
            user: UserRule::NotRoot,
        }
    }
}

impl Confinement {
    /// Checks that the engine accepts the values.
    ///
    /// # Errors
    /// [`DockerError::BadField`] names the field and the allowed values.
    pub fn check(&self) -> Result<(), DockerError> {
        let most = u64::try_from(i64::MAX).unwrap_or(u64::MAX) / 1_000_000;
        let ranges = [
            ("memory_bytes", self.memory_bytes, 6 * MIB),
            ("cpu_millis", self.cpu_millis, 10),
            ("pids", self.pids, 1),
            ("tmpfs_bytes", self.tmpfs_bytes, 4096),
            ("output_bytes", self.output_bytes, 0),
            ("wall", u64::try_from(self.wall.as_millis()).unwrap_or(u64::MAX), 1),
        ];
        for (field, value, least) in ranges {
            if value < least || value > most {
                let allowed = format!("{least} to {most} are allowed");
                return Err(DockerError::BadField { field, value: value.to_string(), allowed });
            }
        }
        if let Network::Named(name) = &self.network {
            super::name::check_word("network", name)?;
        }
        Ok(())
    }

    /// The user to ask the engine for; `None` for the image's own.
    #[must_use]
    pub fn user_of(&self, image: &ImageInfo) -> Option<String> {
        match &self.user {
            UserRule::Image => None,
            UserRule::Fixed { uid, gid } => Some(format!("{uid}:{gid}")),
            UserRule::NotRoot if !is_root(&image.user) => None,
            UserRule::NotRoot => Some(match (rustix::process::getuid(), rustix::process::getgid()) {
                (user, _) if user.is_root() => "65534:65534".to_owned(),
                (user, group) => format!("{}:{}", user.as_raw(), group.as_raw()),
            }),
        }
    }

    /// The same in the engine's form, with the mounts.
    pub(super) fn host_config(&self, image: &ImageInfo, mounts: &[Mount], podman: bool) -> HostConfig {
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        HostConfig {
            memory: Some(number(self.memory_bytes)),
            memory_swap: Some(number(self.memory_bytes)),
            nano_cpus: Some(number(self.cpu_millis * 1_000_000)),
            pids_limit: Some(number(self.pids)),
            network_mode: Some(match &self.network {
                Network::None => "none".to_owned(),
                Network::Default => "default".to_owned(),
                Network::Named(name) => name.clone(),
            }),
            readonly_rootfs: Some(self.read_only_root),
            tmpfs: Some(HashMap::from([(
                "/tmp".to_owned(),
                format!("rw,exec,nosuid,nodev,mode=1777,size={}", self.tmpfs_bytes),
            )])),
            mounts: Some(self.mounts(image, mounts)),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            ulimits: Some(ulimits(podman)),
            privileged: Some(false),
            init: Some(false),
            log_config: (!podman).then(|| self.log_config()),
            ..HostConfig::default()
        }
    }

    /// Limits the output that the engine keeps for a run that is found again after runcell died.
    fn log_config(&self) -> HostConfigLogConfig {
        let size = (self.output_bytes.saturating_mul(2)).clamp(MIB, 1024 * MIB);
        let options = [("max-size", size.to_string()), ("max-file", "2".to_owned()), ("compress", "false".to_owned())];
        HostConfigLogConfig {
            typ: Some("local".to_owned()),
            config: Some(options.map(|(name, value)| (name.to_owned(), value)).into()),
        }
    }

    /// Our mounts, and memory instead of the disk for each volume that the image declares: the engine would make a folder without
    /// a limit for it.
    fn mounts(&self, image: &ImageInfo, mounts: &[Mount]) -> Vec<ApiMount> {
        let ours = mounts.iter().map(Mount::to_api);
        let free = |path: &&String| *path != "/tmp" && !mounts.iter().any(|mount| mount.target == path.as_str());
        let volumes = image.volumes.iter().filter(free).map(|path| ApiMount {
            target: Some(path.clone()),
            typ: Some(MountType::TMPFS),
            tmpfs_options: Some(MountTmpfsOptions {
                size_bytes: i64::try_from(self.tmpfs_bytes).ok(),
                mode: Some(0o1777),
                options: None,
            }),
            ..ApiMount::default()
        });
        ours.chain(volumes).collect()
    }
}

/// Whether a user as images write it (`user`, `user:group`, numbers or names) is root.
fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    name.is_empty() || name == "root" || name.parse::<u32>() == Ok(0)
}

/// No core files. Podman gives a container a million open files and four million processes (`pids` bounds the processes), and
/// fails if its own limits are lower. So it gets our numbers, or the limits of this process if they are lower: both mostly run
/// on the same machine.
fn ulimits(podman: bool) -> Vec<ResourcesUlimits> {
    let limit = |name: &str, value: u64| {
        let value = Some(i64::try_from(value).unwrap_or(i64::MAX));
        ResourcesUlimits { name: Some(name.to_owned()), soft: value, hard: value }
    };
    let most = [("nofile", Resource::Nofile, 1 << 20), ("nproc", Resource::Nproc, 1 << 15)];
    let of_podman = most.into_iter().filter(|_| podman);
    let of_podman = of_podman.map(|(name, kind, most)| limit(name, getrlimit(kind).maximum.unwrap_or(most).min(most)));
    std::iter::once(limit("core", 0)).chain(of_podman).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_recognised_however_it_is_written() {
        for user in ["", "0", "root", "0:0", "root:root", "00", "0:1000", ":5", "+0"] {
            assert!(is_root(user), "{user}");
        }
        for user in ["1000", "app", "1000:0", "rooted"] {
            assert!(!is_root(user), "{user}");
        }
    }

    #[test]
    fn defaults_are_safe_and_pass_their_own_check() {
        let confinement = Confinement::default();
        confinement.check().expect("good");
        let host = confinement.host_config(&ImageInfo::default(), &[], false);
        assert_eq!(host.network_mode.as_deref(), Some("none"));
        assert_eq!(host.memory, host.memory_swap);
        assert_eq!((host.readonly_rootfs, host.privileged), (Some(true), Some(false)));
        assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
    }

    #[test]
    fn podman_is_told_how_many_files_and_processes() {
        let told =
            |podman| ulimits(podman).into_iter().map(|limit| (limit.name.unwrap_or_default(), limit.soft, limit.hard));
        assert_eq!(told(false).collect::<Vec<_>>(), [("core".to_owned(), Some(0), Some(0))]);
        let more: Vec<_> = told(true).skip(1).collect();
        assert_eq!(more.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["nofile", "nproc"]);
        assert!(
            more.iter().all(|(_, soft, hard)| soft == hard && (1..=1 << 20).contains(&hard.unwrap_or(0))),
            "{more:?}"
        );
    }

    #[test]
    fn what_cannot_work_is_named() {
        let error = Confinement { memory_bytes: 1, ..Confinement::default() }.check().expect_err("too small");
        assert!(error.to_string().starts_with("memory_bytes = 1 cannot be used"), "{error}");
        Confinement { pids: 0, ..Confinement::default() }.check().expect_err("no process");
        Confinement { cpu_millis: u64::MAX, ..Confinement::default() }.check().expect_err("too many");
        Confinement { network: Network::Named("a b".into()), ..Confinement::default() }.check().expect_err("a space");
    }

    #[test]
    fn volumes_of_the_image_become_memory() {
        let image = ImageInfo { volumes: vec!["/data".into(), "/out".into()], ..ImageInfo::default() };
        let out = Mount::writable("/somewhere", "/out");
        let mounts = Confinement::default().mounts(&image, std::slice::from_ref(&out));
        let kinds: Vec<_> = mounts.iter().map(|mount| (mount.target.clone(), mount.typ)).collect();
        let expected = [("/out", MountType::BIND), ("/data", MountType::TMPFS)];
        assert_eq!(kinds, expected.map(|(path, kind)| (Some(path.to_owned()), Some(kind))));
    }
}
