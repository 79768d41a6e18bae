//! The lines of `runcell doctor` about the container engine.
//!
//! Owns the checks and the advice. Pulls nothing and starts nothing; leaves nothing behind.

use super::label::Labels;
use super::mount::Mount;
use super::{Confinement, Docker, DockerError, EngineInfo};
use bollard::models::ContainerCreateBody;
use runcell_model::health::Finding;
use std::path::Path;

/// The subject of all lines.
const SUBJECT: &str = "containers";

/// Looks for an engine and checks how it is set up. `folder` is the data folder of jobs, if it is known.
pub async fn check(folder: Option<&Path>) -> Vec<Finding> {
    let docker = match Docker::find().await {
        Ok(docker) => docker,
        Err(error) => return vec![missing(&error)],
    };
    let info = match docker.info().await {
        Ok(info) => info,
        Err(error) => return vec![Finding::bad(SUBJECT, error.to_string(), "restart the engine")],
    };
    let mut findings = vec![engine(&docker, info), groups(info)];
    if let Some(folder) = folder {
        findings.push(sight(&docker, folder).await);
    }
    findings
}

fn missing(error: &DockerError) -> Finding {
    let text = error.to_string();
    match error {
        DockerError::NoEngine { tried } => Finding::absent(
            SUBJECT,
            format!("no engine at {}; everything but containers works without", tried.join(", ")),
            "apt-get install docker.io, or podman with `systemctl --user start podman.socket`",
        ),
        DockerError::Forbidden { group, .. } => {
            Finding::bad(SUBJECT, text, format!("usermod -aG {group} USER, then log in again"))
        }
        DockerError::BadHost { .. } => {
            Finding::bad(SUBJECT, text, "unset DOCKER_HOST, or set it to unix:///path/to/socket")
        }
        _ => Finding::bad(SUBJECT, text, "restart the engine"),
    }
}

fn engine(docker: &Docker, info: &EngineInfo) -> Finding {
    let version = docker.version();
    let rootless = if info.rootless { ", rootless" } else { "" };
    let text = format!(
        "{} {} (API {}) at {}, storage {}{rootless}",
        version.product,
        version.version,
        version.api_version,
        docker.address(),
        info.storage_driver
    );
    match info.storage_driver.as_str() {
        "vfs" => {
            Finding::bad(SUBJECT, text, "the storage driver vfs copies whole images for each container: use overlay2")
        }
        _ => Finding::good(SUBJECT, text),
    }
}

/// The limits that the engine can enforce, by its own warnings.
fn groups(info: &EngineInfo) -> Finding {
    let text = format!("control groups v{}, driver {}", info.cgroup_version, info.cgroup_driver);
    let lacks: Vec<&str> = ["memory limit", "swap limit", "pids limit", "cpu cfs"]
        .into_iter()
        .filter(|what| info.warnings.iter().any(|warning| warning.to_lowercase().contains(&format!("no {what}"))))
        .collect();
    if !lacks.is_empty() {
        let text = format!("{text}; the engine lacks: {}", lacks.join(", "));
        return Finding::bad(
            SUBJECT,
            text,
            "boot a kernel with these controllers (systemd.unified_cgroup_hierarchy=1)",
        );
    }
    if info.cgroup_driver == "none" {
        let remedy = "delegate the controllers to your user (man systemd: Delegate=), else no limit holds";
        return Finding::bad(SUBJECT, text, remedy);
    }
    Finding::good(SUBJECT, text)
}

/// Whether the engine sees our folders.
async fn sight(docker: &Docker, folder: &Path) -> Finding {
    let text = format!("{} is seen by the engine", folder.display());
    match docker.sees(folder).await {
        Ok(Some(true)) => Finding::good(SUBJECT, text),
        Ok(None) => Finding::absent(
            SUBJECT,
            format!("not known whether {text}: it has no image to try with"),
            "pull or build an image",
        ),
        Ok(Some(false)) => {
            let error = DockerError::FolderUnseen { path: folder.to_owned() };
            Finding::bad(SUBJECT, error.to_string(), "use an engine of this machine for jobs")
        }
        Err(error) => Finding::bad(SUBJECT, error.to_string(), "see the engine's own log"),
    }
}

impl Docker {
    /// Whether the engine sees a folder of this machine; `None` if it has no image to try with. A container is made with the
    /// folder mounted and removed again; it is never started.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn sees(&self, folder: &Path) -> Result<Option<bool>, DockerError> {
        let Some(image) = self.images().await?.into_iter().next() else { return Ok(None) };
        let image = self.image(&image.id).await?;
        // A name that no other machine has.
        let failed = |source| DockerError::File { path: folder.to_owned(), source };
        let probe = folder.join(format!(".runcell-probe-{:016x}", super::random()?));
        std::fs::create_dir(&probe).map_err(failed)?;
        let mounts = [Mount::read_only(&probe, "/runcell-probe")];
        let body = ContainerCreateBody {
            image: Some(image.id.clone()),
            cmd: Some(vec!["/never-started".to_owned()]),
            labels: Some(Labels::new("doctor", "inspect", "sight").to_map()),
            host_config: Some(Confinement::default().host_config(&image, &mounts, self.is_podman())),
            ..ContainerCreateBody::default()
        };
        let made = self.create(&format!("runcell-probe-{:016x}", super::random()?), body).await;
        if let Ok(id) = &made {
            self.clean_up(id).await;
        }
        std::fs::remove_dir(&probe).map_err(failed)?;
        match made {
            Ok(_) => Ok(Some(true)),
            Err(DockerError::FolderUnseen { .. }) => Ok(Some(false)),
            Err(error) => Err(error),
        }
    }
}
