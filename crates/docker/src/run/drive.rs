//! A run from making its container to removing it.
//!
//! Owns the order: make, attach (so that no byte is lost), start, follow, remove.

use super::super::container::LogsRequest;
use super::super::name::check_container;
use super::super::usage::{ContainerUsage, Meter};
use super::super::{ContainerState, Docker, DockerError, Mount};
use super::control::Controls;
use super::create::create;
use super::follow::ActiveRun;
use super::output::Pieces;
use super::shape::{ContainerEnding, ContainerEvent, ContainerOutcome, ContainerRun, Resume};
use bollard::container::AttachContainerResults;
use bollard::query_parameters::AttachContainerOptionsBuilder;
use std::pin::Pin;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Runs a program in a container of its own.
pub(super) async fn run(
    docker: Docker,
    run: ContainerRun,
    input: Option<mpsc::Receiver<Vec<u8>>>,
    controls: Controls,
) -> Result<ContainerOutcome, DockerError> {
    let has_stdin = input.is_some() || !run.stdin.is_empty();
    run.confinement.check()?;
    run.labels.check()?;
    run.mounts.iter().try_for_each(Mount::check)?;
    let Some((id, meter)) = create(&docker, &run, has_stdin, &controls).await? else {
        return Ok(unstarted(ContainerEnding::Cancelled));
    };
    let (stdin_bytes, confinement) = (run.stdin.len() as u64, run.confinement.clone());
    let mut active = ActiveRun { docker, id, confinement, meter, began: Instant::now(), stdin_bytes, feeding: None };
    let holder = controls.holder.clone();
    let begun = begin(&mut active, run, (has_stdin, input), &controls).await;
    let outcome = match begun {
        Ok(Some(pieces)) => Ok(active.follow(pieces, controls).await),
        Ok(None) => {
            // The engine may be busy with the start for seconds; a caller who cancels need not wait for that.
            tokio::spawn(active.clean_up());
            return Ok(unstarted(ContainerEnding::Cancelled));
        }
        Err(error) => Err(error),
    };
    holder.clean(active.clean_up()).await;
    outcome
}

/// Waits again for a run whose runcell died.
pub(super) async fn resume(
    docker: Docker,
    resume: Resume,
    controls: Controls,
) -> Result<ContainerOutcome, DockerError> {
    check_container(&resume.container_id)?;
    let (id, confinement) = (resume.container_id, resume.confinement);
    let info = docker.inspect(&id).await?;
    if info.state == ContainerState::Created {
        docker.clean_up(&id).await;
        return Ok(unstarted(ContainerEnding::NeverStarted));
    }
    let mut meter = Meter::again(&docker, &id).await;
    meter.begin(&docker, &id);
    let pieces: Pieces = Box::pin(docker.log_output(&id, &LogsRequest { follow: true, tail: None }));
    let active = ActiveRun { docker, id, confinement, meter, began: Instant::now(), stdin_bytes: 0, feeding: None };
    let holder = controls.holder.clone();
    let outcome = active.follow(pieces, controls).await;
    holder.clean(active.clean_up()).await;
    Ok(outcome)
}

/// Attaches and starts; returns the output, or `None` if the run was cancelled before.
async fn begin(
    active: &mut ActiveRun,
    run: ContainerRun,
    (has_stdin, pieces): (bool, Option<mpsc::Receiver<Vec<u8>>>),
    controls: &Controls,
) -> Result<Option<Pieces>, DockerError> {
    let id = active.id.clone();
    // The caller need not listen.
    let _unheard = controls.events.send(ContainerEvent::Created { container_id: id.clone() }).await;
    let options =
        AttachContainerOptionsBuilder::default().stream(true).stdin(has_stdin).stdout(true).stderr(true).build();
    let docker = active.docker.clone();
    let begin = async {
        let attached = docker.api().attach_container(&id, Some(options)).await;
        let attached = attached.map_err(|error| DockerError::of_container(&id, "attach to", error))?;
        docker.start(&id, &run.image).await.map(|()| attached)
    };
    let Some(begun) = controls.cancel.run_until_cancelled(begin).await else { return Ok(None) };
    let AttachContainerResults { output, input } = begun?;
    active.began = Instant::now();
    active.meter.begin(&active.docker, &id);
    let _unheard = controls.events.send(ContainerEvent::Started).await;
    let over = CancellationToken::new();
    active.feeding = Some(over.clone().drop_guard());
    tokio::spawn(async move { over.run_until_cancelled(feed(input, run.stdin, pieces)).await });
    Ok(Some(output))
}

/// Writes stdin and closes it. A program need not read it; its end breaks the connection.
async fn feed(mut input: Pin<Box<dyn AsyncWrite + Send>>, stdin: Vec<u8>, mut pieces: Option<mpsc::Receiver<Vec<u8>>>) {
    if stdin.is_empty() && pieces.is_none() || input.write_all(&stdin).await.is_err() {
        return;
    }
    while let Some(pieces) = &mut pieces
        && let Some(piece) = pieces.recv().await
    {
        if input.write_all(&piece).await.is_err() || input.flush().await.is_err() {
            return;
        }
    }
    let _closed = input.shutdown().await;
}

fn unstarted(ending: ContainerEnding) -> ContainerOutcome {
    ContainerOutcome { ending, usage: ContainerUsage::default(), truncated: false }
}
