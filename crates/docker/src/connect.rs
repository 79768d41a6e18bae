//! Finding a container engine and agreeing on a version with it.
//!
//! Owns the order of the sockets that are tried, and the advice if no engine answers. Starts no engine.

use super::error::{DockerError, one_line};
use super::{Docker, EngineInfo, EngineVersion, Inner};
use bollard::API_DEFAULT_VERSION;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// Seconds that a single answer of the engine may take.
const ANSWER_SECONDS: u64 = 120;
/// Time for an engine to answer with its version; a healthy one needs milliseconds.
const VERSION_WITHIN: Duration = Duration::from_secs(10);

impl Docker {
    /// Connects to the engine that `DOCKER_HOST` names, else to the first of: Docker's socket, the user's Podman, the system's
    /// Podman.
    ///
    /// # Errors
    /// [`DockerError::NoEngine`] lists the addresses that were tried, [`DockerError::Forbidden`] names the group that may use the
    /// engine, [`DockerError::BrokenEngine`] means that something else listens at the address.
    pub async fn find() -> Result<Self, DockerError> {
        match std::env::var("DOCKER_HOST") {
            Ok(host) if !host.is_empty() => Self::connect(&host).await,
            _ => Self::find_in(&usual_places()).await,
        }
    }

    /// Connects to the first of these sockets at which something listens.
    ///
    /// # Errors
    /// As [`Docker::find`]. A socket that refuses us is an error only if no other answers.
    pub async fn find_in(sockets: &[String]) -> Result<Self, DockerError> {
        let mut refusal = None;
        for path in sockets {
            match Self::connect_socket(path).await {
                Err(DockerError::NoEngine { .. }) => {}
                Err(error @ DockerError::Forbidden { .. }) => refusal = refusal.or(Some(error)),
                other => return other,
            }
        }
        Err(refusal.unwrap_or_else(|| DockerError::NoEngine { tried: sockets.to_vec() }))
    }

    /// Connects to an engine as `DOCKER_HOST` names it: `unix:///path`, `tcp://host:port`, `http://host:port`.
    ///
    /// # Errors
    /// As [`Docker::find`], and [`DockerError::BadHost`].
    pub async fn connect(host: &str) -> Result<Self, DockerError> {
        let bad = |reason: &str| Err(DockerError::BadHost { value: host.to_owned(), reason: reason.to_owned() });
        if let Some(path) = host.strip_prefix("unix://") {
            return Self::connect_socket(path).await;
        }
        let Some(address) = host.strip_prefix("tcp://").or_else(|| host.strip_prefix("http://")) else {
            return bad("unix:///path, tcp://host:port and http://host:port are possible");
        };
        if std::env::var_os("DOCKER_TLS_VERIFY").is_some_and(|value| !value.is_empty()) {
            return bad("TLS (DOCKER_TLS_VERIFY) is not supported; forward a socket with ssh -L instead");
        }
        let address = address.trim_end_matches('/');
        let api = match bollard::Docker::connect_with_http(host, ANSWER_SECONDS, API_DEFAULT_VERSION) {
            Ok(api) => api,
            Err(error) => return bad(&one_line(&error.to_string())),
        };
        match tokio::time::timeout(VERSION_WITHIN, tokio::net::TcpStream::connect(address)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.kind() == ErrorKind::InvalidInput => return bad(&one_line(&error.to_string())),
            _ => return Err(DockerError::NoEngine { tried: vec![host.to_owned()] }),
        }
        let name = address.rsplit_once(':').map_or(address, |(name, _)| name);
        let local = ["localhost", "127.0.0.1", "[::1]"].contains(&name);
        Self::agree(api, host.to_owned(), local).await
    }

    async fn connect_socket(path: &str) -> Result<Self, DockerError> {
        let address = format!("unix://{path}");
        if let Err(error) = UnixStream::connect(path) {
            return Err(match error.kind() {
                ErrorKind::PermissionDenied => DockerError::Forbidden { address, group: group_of(path) },
                _ => DockerError::NoEngine { tried: vec![address] },
            });
        }
        let api = bollard::Docker::connect_with_unix(path, ANSWER_SECONDS, API_DEFAULT_VERSION).map_err(|error| {
            DockerError::BrokenEngine { address: address.clone(), message: one_line(&error.to_string()) }
        })?;
        Self::agree(api, address, true).await
    }

    /// Takes the newest version of the interface that both sides speak.
    async fn agree(api: bollard::Docker, address: String, local: bool) -> Result<Self, DockerError> {
        let broken = |message: String| DockerError::BrokenEngine { address: address.clone(), message };
        let talk = async {
            let api = api.negotiate_version().await?;
            let version = api.version().await?;
            Ok::<_, bollard::errors::Error>((api, version))
        };
        let (api, said) = match tokio::time::timeout(VERSION_WITHIN, talk).await {
            Ok(Ok(both)) => both,
            Ok(Err(error)) => return Err(broken(one_line(&error.to_string()))),
            Err(_) => return Err(broken(format!("no answer within {} s", VERSION_WITHIN.as_secs()))),
        };
        let podman = said.components.iter().flatten().any(|part| part.name.contains("Podman"));
        let spoken = api.client_version();
        let version = EngineVersion {
            product: if podman { "Podman" } else { "Docker" },
            version: said.version.unwrap_or_default(),
            api_version: format!("{}.{}", spoken.major_version, spoken.minor_version),
        };
        Ok(Self(Arc::new(Inner { api, address, local, version, info: OnceCell::new() })))
    }

    pub(super) async fn ask_info(&self) -> Result<EngineInfo, DockerError> {
        let info = self.api().info().await.map_err(|error| DockerError::of("say how it is set up", error))?;
        let text = |value: Option<String>| value.unwrap_or_default();
        Ok(EngineInfo {
            cgroup_version: text(info.cgroup_version.map(|version| version.to_string())),
            cgroup_driver: text(info.cgroup_driver.map(|driver| driver.to_string())),
            storage_driver: text(info.driver),
            rootless: info.security_options.iter().flatten().any(|option| option.contains("rootless")),
            warnings: info.warnings.unwrap_or_default(),
        })
    }
}

/// The sockets that engines listen at on an ordinary machine.
fn usual_places() -> Vec<String> {
    let user = rustix::process::getuid().as_raw();
    let runtime_dir = std::env::var("XDG_RUNTIME_DIR").unwrap_or_else(|_| format!("/run/user/{user}"));
    let docker = ["/var/run/docker.sock".to_owned(), format!("{runtime_dir}/docker.sock")];
    let podman = [format!("{runtime_dir}/podman/podman.sock"), "/run/podman/podman.sock".to_owned()];
    docker.into_iter().chain(podman).collect()
}

/// The name of the group that owns a socket, or its number.
fn group_of(path: &str) -> String {
    let Ok(id) = std::fs::metadata(path).map(|meta| meta.gid()) else { return "docker".to_owned() };
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let mut lines = groups.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let line = lines.find(|line| line.get(2).is_some_and(|number| *number == id.to_string()));
    line.map_or_else(|| id.to_string(), |line| line[0].to_owned())
}
