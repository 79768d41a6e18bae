//! A program in a container that runs already.
//!
//! Owns the bounds of its output and time. The engine cannot stop such a program: one that exceeds its bounds goes on until it or
//! its container ends, and its output is lost.

use super::super::container::{ExecResult, ExecSpec};
use super::{Docker, DockerError, check_container, piece_of};
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::ExecConfig;
use futures_util::StreamExt;
use runcell_model::run::OutputStream;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

impl Docker {
    /// Starts a program in a running container and waits for it, as long as its time and its output last.
    ///
    /// # Errors
    /// [`DockerError::NoContainer`] and those of the engine.
    pub async fn exec(&self, name: &str, spec: ExecSpec) -> Result<ExecResult, DockerError> {
        check_container(name)?;
        let lost = |error| DockerError::of_container(name, "start a program in", error);
        let deadline = Instant::now() + spec.wall;
        let config = ExecConfig {
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            cmd: Some(spec.command.clone()),
            env: Some(spec.env.clone()),
            user: spec.user.clone(),
            ..ExecConfig::default()
        };
        let exec = self.api().create_exec(name, config).await.map_err(lost)?;
        let started = self.api().start_exec(&exec.id, None::<StartExecOptions>).await.map_err(lost)?;
        let StartExecResults::Attached { mut output, .. } = started else {
            return Err(DockerError::of("attach to a program", bollard::errors::Error::RequestTimeoutError));
        };
        let mut result =
            ExecResult { exit_code: None, stdout: Vec::new(), stderr: Vec::new(), truncated: false, timed_out: false };
        loop {
            match timeout_at(deadline, output.next()).await {
                Err(_) => result.timed_out = true,
                Ok(Some(piece)) => {
                    if keep(&mut result, spec.output_bytes, piece_of(piece.map_err(lost)?)) {
                        continue;
                    }
                    result.truncated = true;
                }
                Ok(None) => result.exit_code = self.exec_code(&exec.id).await.map_err(lost)?,
            }
            return Ok(result);
        }
    }

    /// The exit code, which the engine knows a moment after the output has ended.
    async fn exec_code(&self, id: &str) -> Result<Option<i64>, bollard::errors::Error> {
        for _ in 0..50 {
            let state = self.api().inspect_exec(id).await?;
            if state.running != Some(true) {
                return Ok(state.exit_code);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(None)
    }
}

/// Keeps the part of a piece that fits. Returns whether all of it fits.
fn keep(result: &mut ExecResult, most: u64, (stream, bytes): (OutputStream, Vec<u8>)) -> bool {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let room = most.saturating_sub(result.stdout.len() + result.stderr.len());
    let fits = bytes.len().min(room);
    match stream {
        OutputStream::Stdout => result.stdout.extend_from_slice(&bytes[..fits]),
        OutputStream::Stderr | OutputStream::Compiler => result.stderr.extend_from_slice(&bytes[..fits]),
    }
    fits == bytes.len()
}
