//! Long-lived containers: run, stop, remove, inspect, list, logs.
//!
//! Owns the request to the engine for each verb. Programs that run from start to end are in [`super::run`].

use super::Docker;
use super::confinement::{Confinement, Network};
use super::container::{ContainerInfo, ContainerSpec, ContainerState, LogStream, LogsRequest};
use super::error::DockerError;
use super::label::{Labels, OWNER};
use super::mount::Mount;
use super::name::{check_container, extract_version};
use bollard::container::LogOutput;
use bollard::models::{ContainerCreateBody, ContainerInspectResponse, HostConfig};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, ListContainersOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    StopContainerOptionsBuilder,
};
use futures_util::{Stream, StreamExt};
use runcell_model::run::OutputStream;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;

mod exec;
mod port;

impl Docker {
    /// Makes and starts a container that goes on until it is stopped; returns its id. `wall` and `output_bytes` of the
    /// confinement do not apply to it.
    ///
    /// # Errors
    /// [`DockerError::NameTaken`], [`DockerError::NoImage`], [`DockerError::CannotStart`], [`DockerError::BadField`] and those of
    /// the engine.
    pub async fn run(
        &self,
        spec: &ContainerSpec,
        confinement: &Confinement,
        labels: &Labels,
    ) -> Result<String, DockerError> {
        check_container(&spec.name)?;
        labels.check()?;
        let body = self.service_body(spec, confinement, labels).await?;
        let id = self.create(&spec.name, body).await?;
        if let Err(error) = self.start(&id, &spec.image).await {
            // The caller needs the error of the start. A container that stays is found by its label.
            let _left = self.remove_now(&id).await;
            return Err(error);
        }
        Ok(id)
    }

    /// Stops a container: SIGTERM, and after `grace` SIGKILL. One that has ended is left as it is.
    ///
    /// # Errors
    /// [`DockerError::NoContainer`] and those of the engine.
    pub async fn stop(&self, name: &str, grace: Duration) -> Result<(), DockerError> {
        check_container(name)?;
        let seconds = i32::try_from(grace.as_secs()).unwrap_or(i32::MAX);
        let options = StopContainerOptionsBuilder::default().t(seconds).build();
        let stopped = self.api().stop_container(name, Some(options)).await;
        stopped.map_err(|error| DockerError::of_container(name, "stop", error))
    }

    /// Kills a container if it runs, and removes it with its anonymous volumes.
    ///
    /// # Errors
    /// [`DockerError::NoContainer`] and those of the engine.
    pub async fn remove(&self, name: &str) -> Result<(), DockerError> {
        check_container(name)?;
        self.api()
            .inspect_container(name, None)
            .await
            .map_err(|error| DockerError::of_container(name, "inspect", error))?;
        self.remove_now(name).await
    }

    /// The settings and the state of a container.
    ///
    /// # Errors
    /// [`DockerError::NoContainer`] and those of the engine.
    pub async fn inspect(&self, name: &str) -> Result<ContainerInfo, DockerError> {
        check_container(name)?;
        let found = self.api().inspect_container(name, None).await;
        found.map(to_info).map_err(|error| DockerError::of_container(name, "inspect", error))
    }

    /// All containers of an owner, or of the whole engine; containers that have ended are included.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn list(&self, owner: Option<&str>) -> Result<Vec<ContainerInfo>, DockerError> {
        let mut options = ListContainersOptionsBuilder::default().all(true);
        let filters = HashMap::from([("label", vec![format!("{OWNER}={}", owner.unwrap_or_default())])]);
        if owner.is_some() {
            options = options.filters(&filters);
        }
        let list = self.api().list_containers(Some(options.build())).await;
        let mut all = Vec::new();
        for id in list.map_err(|error| DockerError::of("list containers", error))?.into_iter().filter_map(|one| one.id)
        {
            match self.inspect(&id).await {
                Ok(info) => all.push(info),
                Err(DockerError::NoContainer { .. }) => {} // it was removed in the meantime
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// The output of a container so far and, if asked for, until it ends.
    ///
    /// # Errors
    /// [`DockerError::NoContainer`] and those of the engine.
    pub async fn logs(&self, name: &str, request: LogsRequest) -> Result<LogStream, DockerError> {
        check_container(name)?;
        self.inspect(name).await?;
        let mut output = Box::pin(self.log_output(name, &request));
        let (sender, pieces) = mpsc::channel(16);
        let name = name.to_owned();
        tokio::spawn(async move {
            while let Some(piece) = output.next().await {
                let piece =
                    piece.map(piece_of).map_err(|error| DockerError::of_container(&name, "read the logs of", error));
                if sender.send(piece).await.is_err() {
                    return; // nobody follows any more
                }
            }
        });
        Ok(LogStream { pieces })
    }

    async fn service_body(
        &self,
        spec: &ContainerSpec,
        confinement: &Confinement,
        labels: &Labels,
    ) -> Result<ContainerCreateBody, DockerError> {
        let mut confinement = confinement.clone();
        if !spec.network.is_empty() {
            confinement.network = Network::Named(spec.network.clone());
        }
        confinement.check()?;
        let image = self.image(&spec.image).await?;
        let mounts = spec.volumes.iter().map(|volume| Mount::parse(volume)).collect::<Result<Vec<_>, _>>()?;
        let (exposed, bindings) = port::bindings(&spec.ports)?;
        let host_config = HostConfig {
            restart_policy: port::restart_policy(&spec.restart)?,
            port_bindings: Some(bindings),
            ..confinement.host_config(&image, &mounts, self.is_podman())
        };
        Ok(ContainerCreateBody {
            image: Some(spec.image.clone()),
            user: if spec.user.is_empty() { confinement.user_of(&image) } else { Some(spec.user.clone()) },
            env: Some(spec.env.clone()),
            cmd: (!spec.cmd.is_empty()).then(|| spec.cmd.clone()),
            exposed_ports: Some(exposed),
            labels: Some(labels.to_map()),
            host_config: Some(host_config),
            ..ContainerCreateBody::default()
        })
    }

    /// Makes a container and returns its id.
    pub(super) async fn create(&self, name: &str, body: ContainerCreateBody) -> Result<String, DockerError> {
        let image = body.image.clone().unwrap_or_default();
        let options = CreateContainerOptionsBuilder::default().name(name).build();
        match self.api().create_container(Some(options), body).await {
            Ok(created) => Ok(created.id),
            Err(error) => Err(create_error(name, &image, DockerError::of("create a container", error))),
        }
    }

    /// Starts a container.
    pub(super) async fn start(&self, id: &str, image: &str) -> Result<(), DockerError> {
        let started = self.api().start_container(id, None).await;
        started.map_err(|error| match DockerError::of("start a container", error) {
            // Docker answers 400, 404 or 500 for a program that does not exist.
            DockerError::Refused { message, .. } => DockerError::CannotStart { image: image.to_owned(), message },
            error => error,
        })
    }

    /// Kills and removes a container with its anonymous volumes. A container that is gone or about to go is fine.
    pub(super) async fn remove_now(&self, id: &str) -> Result<(), DockerError> {
        let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
        match self.api().remove_container(id, Some(options)).await {
            Ok(()) => Ok(()),
            Err(error) => match DockerError::of_container(id, "remove", error) {
                DockerError::NoContainer { .. } => Ok(()),
                error if error.status() == Some(409) && error.to_string().contains("in progress") => Ok(()),
                error => Err(error),
            },
        }
    }

    pub(super) fn log_output(
        &self,
        name: &str,
        request: &LogsRequest,
    ) -> impl Stream<Item = Result<LogOutput, bollard::errors::Error>> + Send + 'static {
        let tail = request.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string());
        let options =
            LogsOptionsBuilder::default().follow(request.follow).stdout(true).stderr(true).tail(&tail).build();
        self.api().logs(name, Some(options))
    }
}

/// A piece of output. A terminal has only one stream.
pub(super) fn piece_of(output: LogOutput) -> (OutputStream, Vec<u8>) {
    let stream = match output {
        LogOutput::StdErr { .. } => OutputStream::Stderr,
        _ => OutputStream::Stdout,
    };
    (stream, output.into_bytes().to_vec())
}

fn create_error(name: &str, image: &str, error: DockerError) -> DockerError {
    let DockerError::Refused { message, status, .. } = &error else { return error };
    let unseen = "bind source path does not exist: ";
    if let Some(at) = message.find(unseen) {
        return DockerError::FolderUnseen { path: message[at + unseen.len()..].trim().into() };
    }
    match status {
        404 if message.to_lowercase().contains("image") => DockerError::NoImage { image: image.to_owned() },
        409 => DockerError::NameTaken { name: name.to_owned() },
        400 => DockerError::CannotStart { image: image.to_owned(), message: message.clone() },
        _ => error,
    }
}

impl ContainerState {
    /// The state of this name in the engine's interface.
    pub(super) fn from_engine(name: &str) -> Self {
        match name {
            "created" | "configured" | "initialized" => Self::Created,
            "running" | "stopping" => Self::Running,
            "paused" => Self::Paused,
            "restarting" => Self::Restarting,
            "removing" | "dead" => Self::Removing,
            "exited" | "stopped" => Self::Exited,
            _ => Self::Unknown,
        }
    }
}

fn to_info(found: ContainerInspectResponse) -> ContainerInfo {
    let config = found.config.unwrap_or_default();
    let host = found.host_config.unwrap_or_default();
    let state = found.state.unwrap_or_default();
    let kind = state.status.map(|status| status.to_string()).unwrap_or_default();
    let kind = ContainerState::from_engine(&kind);
    let image = config.image.unwrap_or_default();
    let started = state.started_at.filter(|time| !time.starts_with("0001")).unwrap_or_default();
    ContainerInfo {
        id: found.id.unwrap_or_default(),
        version: extract_version(&image).to_owned(),
        state: kind,
        started,
        exit_code: if kind == ContainerState::Exited { state.exit_code } else { None },
        labels: config.labels.unwrap_or_default().into_iter().collect(),
        spec: ContainerSpec {
            name: found.name.unwrap_or_default().trim_start_matches('/').to_owned(),
            image,
            network: host.network_mode.unwrap_or_default(),
            user: config.user.unwrap_or_default(),
            restart: port::restart_text(host.restart_policy),
            ports: port::texts(host.port_bindings.unwrap_or_default()),
            volumes: volumes_of(host.mounts.unwrap_or_default(), host.binds.unwrap_or_default()),
            cmd: config.cmd.unwrap_or_default(),
            env: config.env.unwrap_or_default(),
        },
    }
}

fn volumes_of(mounts: Vec<bollard::models::Mount>, binds: Vec<String>) -> Vec<String> {
    let bound = mounts.into_iter().filter_map(|mount| {
        let ending = if mount.read_only == Some(true) { ":ro" } else { "" };
        Some(format!("{}:{}{ending}", mount.source.filter(|source| !source.is_empty())?, mount.target?))
    });
    bound.chain(binds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_a_create_are_told_apart() {
        let refused = |status, message: &str| {
            create_error("n", "i", DockerError::Refused { doing: String::new(), message: message.to_owned(), status })
        };
        let unseen = refused(400, "invalid mount config for type \"bind\": bind source path does not exist: /a/b");
        assert!(matches!(&unseen, DockerError::FolderUnseen { path } if path.as_os_str() == "/a/b"), "{unseen}");
        assert!(matches!(refused(404, "No such image: i"), DockerError::NoImage { .. }));
        assert!(matches!(refused(409, "Conflict"), DockerError::NameTaken { .. }));
        assert!(matches!(refused(500, "no space left"), DockerError::Refused { .. }));
    }
}
