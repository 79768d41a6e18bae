//! A run from making its container to removing it.
//!
//! Owns the order: make, attach (so that no byte is lost), start, watch, stop if need be, hear the output out, look at how it
//! ended, remove.

use super::super::confinement::Confinement;
use super::super::container::LogsRequest;
use super::super::name::check_container;
use super::super::usage::{ContainerUsage, Meter};
use super::super::{ContainerState, Docker, DockerError};
use super::end::Exit;
use super::output::{OutputEnd, Pieces, pass_on};
use super::{ContainerEnding, ContainerEvent, ContainerOutcome, ContainerRun, Exceeded, Reins, Resume, milliseconds};
use bollard::container::AttachContainerResults;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{AttachContainerOptionsBuilder, EventsOptionsBuilder};
use futures_util::StreamExt;
use runcell_model::limits::LimitKind;
use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long a killed container may take to be gone; only a kernel in trouble needs it.
const GONE_WITHIN: Duration = Duration::from_secs(10);
/// How many times it is killed in that time.
const KILLS: u32 = 10;
/// How long the rest of the output may take to arrive after the end.
const REST_WITHIN: Duration = Duration::from_secs(10);
/// How long the engine may take to tell that memory ran out, after the end.
const TOLD_WITHIN: Duration = Duration::from_secs(2);
/// From which part of its memory on a container may have run out of it.
const NEARLY_ALL: f64 = 0.98;

/// A container that is there, and what is known of it on the way.
struct Scene {
    docker: Docker,
    id: String,
    confinement: Confinement,
    meter: Meter,
    began: Instant,
    stdin_bytes: u64,
    output_bytes: AtomicU64,
    feeding: Option<DropGuard>,
}

/// Why a run is stopped.
enum Why {
    Limit(Exceeded),
    TimedOut,
    Cancelled,
}

/// The output, while it is heard and after.
enum Hearing<F> {
    On(Pin<Box<F>>),
    Over(OutputEnd),
}

impl<F: Future<Output = OutputEnd>> Hearing<F> {
    /// How it ended, once: after that there is nothing to wait for.
    async fn end(&mut self) -> OutputEnd {
        let Self::On(output) = self else { return std::future::pending().await };
        let end = output.await;
        *self = Self::Over(end.clone());
        end
    }

    fn give_up(&mut self) {
        if let Self::On(_) = self {
            *self = Self::Over(OutputEnd::Broken);
        }
    }

    /// Hears the rest, which arrives a moment after the program has ended.
    async fn rest(mut self, cancel: &CancellationToken) -> OutputEnd {
        if let Self::Over(end) = self {
            return end;
        }
        let patience = if cancel.is_cancelled() { Duration::from_secs(1) } else { REST_WITHIN };
        timeout(patience, self.end()).await.unwrap_or(OutputEnd::Broken)
    }
}

/// How the watch ended.
struct Watched {
    exit: Option<Exit>,
    why: Option<Why>,
    output: OutputEnd,
}

/// Runs a program in a container of its own.
pub(super) async fn run(
    docker: Docker,
    run: ContainerRun,
    input: Option<mpsc::Receiver<Vec<u8>>>,
    reins: Reins,
) -> Result<ContainerOutcome, DockerError> {
    let has_stdin = input.is_some() || !run.stdin.is_empty();
    run.confinement.check()?;
    run.labels.check()?;
    run.mounts.iter().try_for_each(super::Mount::check)?;
    let Some((id, meter)) = make(&docker, &run, has_stdin, &reins).await? else {
        return Ok(unstarted(ContainerEnding::Cancelled));
    };
    let stdin_bytes = run.stdin.len() as u64;
    let began = Instant::now();
    let confinement = run.confinement.clone();
    let output_bytes = AtomicU64::new(0);
    let mut scene = Scene { docker, id, confinement, meter, began, stdin_bytes, output_bytes, feeding: None };
    let holder = reins.holder.clone();
    let started = begin(&mut scene, run, (has_stdin, input), &reins).await;
    let outcome = match started {
        Ok(Some(pieces)) => Ok(scene.see_through(pieces, reins).await),
        Ok(None) => {
            // The engine may be busy with the start for seconds; who cancels need not wait for that.
            tokio::spawn(async move { scene.docker.clean_up_with(&scene.id, Some(scene.meter)).await });
            return Ok(unstarted(ContainerEnding::Cancelled));
        }
        Err(error) => Err(error),
    };
    holder.clean(scene.clean_up()).await;
    outcome
}

/// Waits again for a run whose runcell died.
pub(super) async fn resume(docker: Docker, resume: Resume, reins: Reins) -> Result<ContainerOutcome, DockerError> {
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
    let (began, output_bytes) = (Instant::now(), AtomicU64::new(0));
    let scene = Scene { docker, id, confinement, meter, began, stdin_bytes: 0, output_bytes, feeding: None };
    let holder = reins.holder.clone();
    let outcome = scene.see_through(pieces, reins).await;
    holder.clean(scene.clean_up()).await;
    Ok(outcome)
}

/// Makes the container; `None` if the run was cancelled meanwhile. What the engine makes of a request that nobody waits for any
/// more is removed.
async fn make(
    docker: &Docker,
    run: &ContainerRun,
    has_stdin: bool,
    reins: &Reins,
) -> Result<Option<(String, Meter)>, DockerError> {
    let token = format!("{:016x}", super::super::random()?);
    let name = format!("runcell-{}-{token}", run.labels.kind);
    let task = tokio::spawn(make_named(docker.clone(), run.clone(), has_stdin, (name.clone(), token)));
    let abandon = AbandonedMake(Some((docker.clone(), name)));
    let mut task = task;
    tokio::select! {
        () = reins.cancel.cancelled() => {
            tokio::spawn(async move {
                // However it ends: what there is under the name goes.
                let _made = task.await;
                drop(abandon);
            });
            Ok(None)
        }
        made = &mut task => {
            let made = made.unwrap_or_else(|error| {
                Err(DockerError::EngineLost { doing: "create a container".to_owned(), message: error.to_string() })
            });
            if !matches!(&made, Err(DockerError::EngineLost { .. })) {
                abandon.forget();
            }
            made.map(Some)
        }
    }
}

/// Removes by name, when dropped, a container that may or may not have been made.
struct AbandonedMake(Option<(Docker, String)>);

impl AbandonedMake {
    fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for AbandonedMake {
    fn drop(&mut self) {
        if let Some((docker, name)) = self.0.take() {
            tokio::spawn(async move { docker.clean_up(&name).await });
        }
    }
}

async fn make_named(
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

/// Attaches and starts; the output, or `None` if the run was cancelled before.
async fn begin(
    scene: &mut Scene,
    run: ContainerRun,
    (has_stdin, pieces): (bool, Option<mpsc::Receiver<Vec<u8>>>),
    reins: &Reins,
) -> Result<Option<Pieces>, DockerError> {
    let id = scene.id.clone();
    // Nobody needs to listen.
    let _unheard = reins.events.send(ContainerEvent::Created { container_id: id.clone() }).await;
    let options =
        AttachContainerOptionsBuilder::default().stream(true).stdin(has_stdin).stdout(true).stderr(true).build();
    let docker = scene.docker.clone();
    let begin = async {
        let attached = docker.api().attach_container(&id, Some(options)).await;
        let attached = attached.map_err(|error| DockerError::of_container(&id, "attach to", error))?;
        docker.start(&id, &run.image).await.map(|()| attached)
    };
    let Some(begun) = reins.cancel.run_until_cancelled(begin).await else { return Ok(None) };
    let AttachContainerResults { output, input } = begun?;
    scene.began = Instant::now();
    scene.meter.begin(&scene.docker, &id);
    let _unheard = reins.events.send(ContainerEvent::Started).await;
    let over = CancellationToken::new();
    scene.feeding = Some(over.clone().drop_guard());
    tokio::spawn(async move { over.run_until_cancelled(feed(input, run.stdin, pieces)).await });
    Ok(Some(output))
}

/// Writes stdin and closes it. A program need not read it: its end breaks the connection.
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

impl Scene {
    async fn clean_up(self) {
        self.docker.clean_up_with(&self.id, Some(self.meter)).await;
    }

    /// Watches a running container to its end.
    async fn see_through(&self, pieces: Pieces, mut reins: Reins) -> ContainerOutcome {
        let watched = self.watch(pieces, &mut reins).await;
        let wall_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (counters, exact) = self.meter.read();
        let usage = ContainerUsage {
            wall_us,
            cpu_us: counters.cpu_us,
            memory_bytes: counters.memory_bytes,
            exact,
            output_bytes: self.output_bytes.load(Ordering::Relaxed),
            stdin_bytes: self.stdin_bytes,
        };
        let truncated = watched.output != OutputEnd::Complete;
        ContainerOutcome { ending: self.ending(watched, counters.memory_bytes).await, usage, truncated }
    }

    async fn watch(&self, pieces: Pieces, reins: &mut Reins) -> Watched {
        let most = self.confinement.output_bytes;
        let passing = Box::pin(pass_on(pieces, reins.events.clone(), most, &self.output_bytes));
        let mut output = Hearing::On(passing);
        let mut exit = pin!(self.docker.wait_exit(&self.id));
        let deadline = self.began + self.confinement.wall;
        let why = loop {
            tokio::select! {
                biased;
                () = reins.cancel.cancelled() => break Why::Cancelled,
                () = sleep_until(deadline) => break Why::TimedOut,
                Some(exceeded) = reins.stop.recv() => break Why::Limit(exceeded),
                end = output.end() => if let OutputEnd::Over(used) = end {
                    break Why::Limit(Exceeded { limit: LimitKind::Output, allowed: most, used });
                },
                exit = &mut exit => {
                    let output = output.rest(&reins.cancel).await;
                    return Watched { exit: Some(exit), why: None, output };
                }
            }
        };
        let gentle = !matches!(why, Why::Limit(_));
        let exit = self.stop(gentle, &mut output, exit).await;
        let output = output.rest(&reins.cancel).await;
        Watched { exit, why: Some(why), output }
    }

    /// Stops the container: SIGTERM and, after its grace, SIGKILL; the program is heard meanwhile. Asked to die more than once: an
    /// engine under load has been seen to lose the first word.
    async fn stop(
        &self,
        gentle: bool,
        output: &mut Hearing<impl Future<Output = OutputEnd>>,
        mut exit: Pin<&mut impl Future<Output = Exit>>,
    ) -> Option<Exit> {
        let kill = ("SIGKILL", GONE_WITHIN / KILLS);
        let steps = [("SIGTERM", self.confinement.grace)].into_iter().skip(usize::from(!gentle));
        for (signal, patience) in steps.chain(std::iter::repeat_n(kill, KILLS as usize)) {
            // Not waited for: an engine answers a SIGKILL when the program is gone, which it may only be once it was heard.
            let (docker, id) = (self.docker.clone(), self.id.clone());
            tokio::spawn(async move { docker.signal(&id, signal).await });
            let until = Instant::now() + patience;
            loop {
                tokio::select! {
                    exit = exit.as_mut() => return Some(exit),
                    () = sleep_until(until) => break,
                    // Who floods while being stopped gets no grace.
                    end = output.end() => if matches!(end, OutputEnd::Over(_)) { break },
                }
            }
            if signal == kill.0 {
                // Its caller does not take the output, and the engine does not let it go before that: nobody hears it now.
                output.give_up();
            }
        }
        None
    }

    async fn ending(&self, watched: Watched, peak: Option<u64>) -> ContainerEnding {
        match watched.why {
            Some(Why::Limit(exceeded)) => return ContainerEnding::Exceeded(exceeded),
            Some(Why::TimedOut) => {
                return ContainerEnding::TimedOut { allowed_ms: milliseconds(self.confinement.wall) };
            }
            Some(Why::Cancelled) => return ContainerEnding::Cancelled,
            None => {}
        }
        let code = match watched.exit {
            Some(Exit::Code(code)) => code,
            Some(Exit::Lost(message)) => return ContainerEnding::EngineLost { message },
            None => return ContainerEnding::EngineLost { message: "the container did not end".to_owned() },
        };
        if let OutputEnd::Over(used) = watched.output {
            let allowed = self.confinement.output_bytes;
            return ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Output, allowed, used });
        }
        if code != 0 && self.ran_out_of_memory(code, peak).await {
            let allowed = self.confinement.memory_bytes;
            let used = peak.unwrap_or(allowed).max(allowed);
            return ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Memory, allowed, used });
        }
        // An engine that is being shut down stops what it runs by these two signals.
        if [137, 143].contains(&code) && !self.docker.answers().await {
            return ContainerEnding::EngineLost { message: "the engine was stopped in mid-run".to_owned() };
        }
        ContainerEnding::Exited { code }
    }

    /// Whether the kernel killed something of it for want of memory. The engine notes that with the container's state, unless it
    /// heard of it after the end; its list of events has it then too.
    async fn ran_out_of_memory(&self, code: i64, peak: Option<u64>) -> bool {
        let found = self.docker.api().inspect_container(&self.id, None).await;
        if found.ok().and_then(|found| found.state).and_then(|state| state.oom_killed) == Some(true) {
            return true;
        }
        #[expect(clippy::cast_precision_loss, reason = "a ratio of sizes")]
        let full = peak.is_some_and(|peak| peak as f64 >= self.confinement.memory_bytes as f64 * NEARLY_ALL);
        full && (code == 137 || self.told_of_memory().await)
    }

    /// Whether the engine says, now or within a moment, that memory ran out in this container.
    async fn told_of_memory(&self) -> bool {
        let filters = HashMap::from([("container", vec![self.id.as_str()]), ("event", vec!["oom"])]);
        // From the beginning of time, as the engine's clock need not be ours.
        let options = EventsOptionsBuilder::default().since("0").filters(&filters).build();
        let mut events = self.docker.api().events(Some(options));
        matches!(timeout(TOLD_WITHIN, events.next()).await, Ok(Some(Ok(_))))
    }
}

fn unstarted(ending: ContainerEnding) -> ContainerOutcome {
    ContainerOutcome { ending, usage: ContainerUsage::default(), truncated: false }
}
