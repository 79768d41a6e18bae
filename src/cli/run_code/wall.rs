//! The walls around the process of one run.
//!
//! Owns the order: what is missing of the runtime is made by a process of its own, everything that the run needs is opened,
//! and then this process gives up the rest, before it starts the threads that guests run on.

use super::super::{setup, shell};
use super::{CliError, ExitCode};
use runcell_model::config::WallPolicy;
use runcell_model::runtime::RuntimeRef;
use runcell_service::{Plan, Ready, Runs};
use runcell_wasm::lockdown::{Kept, LockdownError, Walls, lock_down};
use std::path::Path;
use std::process::Stdio;

/// The parts that the plan starts from, or the exit code of a preparation that did not succeed; it has said why.
pub(super) async fn ready(
    runs: &Runs<'_>,
    plan: &Plan,
    config: Option<&Path>,
) -> Result<Result<Ready, ExitCode>, CliError> {
    if let Some(ready) = runs.ready_now(plan)? {
        return Ok(Ok(ready));
    }
    let runtime = &plan.request().runtime;
    match prepare_apart(runtime, config).await? {
        ExitCode::SUCCESS => {
            let vanished = || CliError::Usage(format!("{runtime} was prepared, but is not ready; try again"));
            runs.ready_now(plan)?.map(Ok).ok_or_else(vanished)
        }
        code => Ok(Err(code)),
    }
}

/// Prepares a runtime in a process of its own: fetching and compiling take what a locked-down process has not.
async fn prepare_apart(runtime: &RuntimeRef, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let failed = |source| CliError::File { action: "run", path: "runcell runtimes prepare".to_owned(), source };
    let mut command = tokio::process::Command::new(std::env::current_exe().map_err(failed)?);
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    // It is made here, whatever an empty --url has taken the place of.
    command.env_remove("RUNCELL_URL");
    command.args(["runtimes", "prepare", &runtime.to_string()]).stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.spawn().map_err(failed)?;
    let ended = tokio::select! {
        ended = child.wait() => ended,
        _ = tokio::signal::ctrl_c() => {
            if let Some(id) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
                // It may have ended in this moment.
                let _ = rustix::process::kill_process(id, rustix::process::Signal::INT);
            }
            child.wait().await
        }
    };
    let code = ended.map_err(failed)?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILED, ExitCode::from_number))
}

/// Locks this process down, but for the folder that results are written to.
pub(super) fn close(out: Option<&Path>, config: Option<&Path>) -> Result<(), CliError> {
    let policy = setup::read_config(config)?.walls;
    let locked = lock_down(&Kept { writable: out.iter().map(|path| path.to_path_buf()).collect(), ..Kept::default() });
    if let Some(warning) = judge(policy, locked)? {
        shell::say(&format!("{warning}; `runcell doctor` says more"));
    }
    Ok(())
}

/// The meaning of a missing wall under a policy: nothing is missing, a warning, or an error.
fn judge(policy: WallPolicy, locked: Result<Walls, LockdownError>) -> Result<Option<String>, CliError> {
    let missing = match locked {
        Ok(walls) if walls.hold() => return Ok(None),
        Ok(_) => "this kernel lacks a wall around the process".to_owned(),
        Err(error) => format!("a wall around the process cannot be put up: {error}"),
    };
    match policy {
        WallPolicy::Require => Err(CliError::Walls(missing)),
        WallPolicy::Prefer => Ok(Some(missing)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_wall_is_told_or_refused() {
        let all = Walls { filesystem: true, syscalls: true };
        let missing = [
            Ok(Walls { filesystem: false, ..all }),
            Ok(Walls { syscalls: false, ..all }),
            Err(LockdownError::Threads { threads: 2 }),
        ];
        for locked in missing {
            let text = format!("{locked:?}");
            let again = locked.as_ref().map(|walls| *walls).map_err(|_| LockdownError::Threads { threads: 2 });
            assert!(judge(WallPolicy::Prefer, again).expect("goes on").is_some(), "{text}");
            assert!(matches!(judge(WallPolicy::Require, locked), Err(CliError::Walls(_))), "{text}");
        }
        for policy in [WallPolicy::Prefer, WallPolicy::Require] {
            assert_eq!(judge(policy, Ok(all)).expect("goes on"), None);
        }
    }
}
