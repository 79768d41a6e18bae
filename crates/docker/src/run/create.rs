//! Making the container of a run.
//!
//! Owns that a request to the engine leaves nothing behind, whoever stops waiting for it.

use super::super::usage::Meter;
use super::super::{Docker, DockerError};
use super::control::Controls;
use super::shape::ContainerRun;
use bollard::models::ContainerCreateBody;
use std::time::Duration;

/// How long a cancelled caller waits until the container that was being made is gone.
const REMOVAL_PATIENCE: Duration = Duration::from_secs(5);

/// Makes the container of a run; `None` if the run was cancelled meanwhile. A container that the engine makes after that is
/// removed.
pub(super) async fn create(
    docker: &Docker,
    run: &ContainerRun,
    has_stdin: bool,
    controls: &Controls,
) -> Result<Option<(String, Meter)>, DockerError> {
    let token = format!("{:016x}", super::super::random()?);
    let name = format!("runcell-{}-{token}", run.labels.kind);
    let task = tokio::spawn(create_named(docker.clone(), run.clone(), has_stdin, (name.clone(), token)));
    let unfinished = Unfinished(Some((docker.clone(), name)));
    let mut task = task;
    tokio::select! {
        () = controls.cancel.cancelled() => {
            let removing = tokio::spawn(async move {
                // However the request ends, nothing stays under the name.
                let _made = task.await;
                unfinished.remove().await;
            });
            // A caller that learns of the end may end this process. An engine that does not answer must not keep the caller.
            let _removed = tokio::time::timeout(REMOVAL_PATIENCE, removing).await;
            Ok(None)
        }
        made = &mut task => {
            let made = made.unwrap_or_else(|error| {
                Err(DockerError::EngineLost { doing: "create a container".to_owned(), message: error.to_string() })
            });
            if !matches!(&made, Err(DockerError::EngineLost { .. })) {
                unfinished.done();
            }
            made.map(Some)
        }
    }
}

/// A request for a container whose answer is not known. Dropping it removes the container by its name, if there is one.
struct Unfinished(Option<(Docker, String)>);

impl Unfinished {
    fn done(mut self) {
        self.0 = None;
    }

    async fn remove(mut self) {
        if let Some((docker, name)) = self.0.take() {
            docker.clean_up(&name).await;
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some((docker, name)) = self.0.take() {
            tokio::spawn(async move { docker.clean_up(&name).await });
        }
    }
}

async fn create_named(
    docker: Docker,
    run: ContainerRun,
    has_stdin: bool,
    (name, token): (String, String),
) -> Result<(String, Meter), DockerError> {
    let image = docker.image(&run.image).await?;
    let meter = Meter::new(&docker, &run.labels.owner, &token).await;
    let mut host_config = run.confinement.host_config(&image, &run.mounts, docker.is_podman());
    host_config.cgroup_parent = meter.parent();
    let body = ContainerCreateBody {
        // By its id: a name may point to another image a moment later.
        image: Some(image.id.clone()),
        user: run.confinement.user_of(&image),
        entrypoint: run.entrypoint,
        cmd: run.command,
        env: Some(run.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
        working_dir: run.workdir,
        labels: Some(run.labels.to_map()),
        open_stdin: Some(has_stdin),
        stdin_once: Some(has_stdin),
        attach_stdin: Some(has_stdin),
        host_config: Some(host_config),
        ..ContainerCreateBody::default()
    };
    Ok((docker.create(&name, body).await?, meter))
}
