//! A run in a container: what a request means there, under which limits.
//!
//! Owns the folder of the run and the command. Whether a container is used is decided in `decide`; the engine's side is
//! [`runcell_docker`].

use super::decide::ContainerPlan;
use crate::error::ServiceError;
use crate::request::{InvalidRequest, RunRequest};
use crate::shared::Shared;
use runcell_docker::{COMPILED, Confinement, Labels, Network, RunningSnippet, SnippetInput, SnippetRun};
use runcell_model::config::FILE;
use runcell_model::file::{GuestPath, InputFile, WORK_DIR};
use runcell_model::limits::{LimitKind, Limits};
use runcell_model::mount::MountRequest;
use runcell_model::outcome::{Ending, Outcome};
use runcell_wasm::Stdin;

/// The least memory that the engine gives to a container, in bytes.
const LEAST_MEMORY: u64 = 6 << 20;

/// A run in a container that was started, or was over before it began.
pub(super) enum Started {
    Running(Box<RunningSnippet>),
    Ended(Box<Outcome>),
}

/// Checks a request against what containers need.
pub(super) fn check(request: &RunRequest, plan: &ContainerPlan, limits: &Limits) -> Result<(), InvalidRequest> {
    request.check_memory(limits, LEAST_MEMORY)?;
    request.check_plain(&plan.language.main_file)
}

/// Starts a run in the image that was made ready for it.
pub(super) async fn start(
    shared: &Shared,
    plan: ContainerPlan,
    (image, mounts): (String, Vec<MountRequest>),
    (request, limits): (RunRequest, Limits),
) -> Result<Started, ServiceError> {
    if let Some(over) = over(&request, &limits) {
        let mut outcome = Outcome::unstarted(over);
        outcome.missing_files = request.outputs;
        return Ok(Started::Ended(Box::new(outcome)));
    }
    let docker = shared.container_engine().await?;
    let sources = shared.mounts.clone();
    let mounts = tokio::task::spawn_blocking(move || sources.folders(&mounts)).await;
    let mounts = mounts.map_err(|error| ServiceError::Internal(error.to_string()))??;
    let (folder, owner) = shared.folders.take().await?;
    let labels = Labels::new(owner, "run", folder.id());
    let run = SnippetRun { mounts, ..snippet(shared, &plan, image, (request, limits, labels)) };
    Ok(Started::Running(Box::new(docker.start_snippet(run, folder).await?)))
}

fn snippet(
    shared: &Shared,
    plan: &ContainerPlan,
    image: String,
    (request, limits, labels): (RunRequest, Limits, Labels),
) -> SnippetRun {
    let language = &plan.language;
    let main = request.code_name.as_ref().map_or(language.main_file.as_str(), GuestPath::as_str);
    let path = format!("{WORK_DIR}/{main}");
    let word = |word: &String| if word == FILE { path.clone() } else { word.clone() };
    let command = language.command.iter().map(word).chain(request.args).collect();
    let mut env = language.env.clone();
    // Its own home, if it has one, is read-only or another user's.
    env.entry("HOME".to_owned()).or_insert_with(|| "/tmp".to_owned());
    env.extend(request.env);
    let mut files = request.files;
    if let Ok(path) = GuestPath::new(main) {
        files.push(InputFile { path, bytes: request.code });
    }
    let containers = &shared.config.containers;
    let confinement = Confinement {
        cpu_millis: containers.cpu_millis,
        pids: containers.pids,
        tmpfs_bytes: containers.tmp_bytes,
        network: if plan.network { Network::Default } else { Network::None },
        ..Confinement::default()
    };
    let stdin = match request.stdin {
        Stdin::Bytes(bytes) => SnippetInput::Bytes(bytes),
        Stdin::Stream(pieces) => SnippetInput::Pieces(pieces),
        // Nobody can tell when a program in a container first reads.
        Stdin::OnDemand(begin) => SnippetInput::Pieces(begin()),
    };
    // The number of the run's folder: no snippet knows it when it is written.
    let compiles = language.command.iter().any(|word| word.contains(COMPILED));
    let compiled_mark = compiles.then(|| format!("runcell compiled {}\n", labels.id));
    let (outputs, mounts) = (request.outputs, Vec::new());
    SnippetRun { image, command, env, compiled_mark, stdin, files, outputs, mounts, limits, confinement, labels }
}

/// A limit that the request exceeds before anything runs.
fn over(request: &RunRequest, limits: &Limits) -> Option<Ending> {
    let code = request.code.len() as u64;
    let bytes = request.files.iter().map(|file| file.bytes.len() as u64).sum::<u64>() + code;
    let files = request.files.len() as u64 + 1;
    let used = [(LimitKind::Code, code), (LimitKind::FileBytes, bytes), (LimitKind::Files, files)];
    used.into_iter().find_map(|(limit, used)| {
        let allowed = limits.get(limit);
        (used > allowed).then_some(Ending::Terminated { limit, allowed, used })
    })
}
