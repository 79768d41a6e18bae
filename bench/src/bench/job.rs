//! The cost of a job over a plain `docker run` of the same image: from its submission to its recorded end, in turn; and many at
//! once.
//!
//! Owns a tiny tool image, made of the machine's static busybox. Nothing is measured where there is no engine.

use super::driver::{Bench, me};
use super::table::Row;
use crate::sample::{Samples, ms};
use crate::workspace::{cache_dir, eprint_line};
use anyhow::Context;
use runcell::config::Config;
use runcell::job::JobState;
use runcell::service::{JobSubmit, Jobs, Service};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const IMAGE: &str = "runcell-bench/job:1";
const TOOL_YML: &str = "tools: {nothing: {title: Nothing}}\n";
/// Jobs at once.
const MANY: usize = 20;

/// One job at a time, then many.
pub(crate) fn rows(bench: &Bench, name: &str) -> anyhow::Result<Vec<Row>> {
    if !Command::new("docker")
        .arg("version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
    {
        eprint_line("no container engine answers: jobs are not measured");
        return Ok(Vec::new());
    }
    make_image()?;
    let data = tempfile::tempdir()?;
    let mut config = Config { data_dir: Some(data.path().to_owned()), ..Config::default() };
    config.jobs.parallel = MANY;
    let service = Service::start(config, cache_dir()?, None)?;
    bench.tokio.block_on(async {
        let jobs = service.jobs(&me()).await?;
        service.run_jobs().await?;
        let rows = measure(bench, &jobs, name).await;
        service.close().await;
        rows
    })
}

async fn measure(bench: &Bench, jobs: &Jobs, name: &str) -> anyhow::Result<Vec<Row>> {
    let (mut ours, mut plain) = (Samples::default(), Samples::default());
    for turn in 0..=bench.turns {
        let (a, b) = (one(jobs).await?, docker_run().await?);
        // The first turn warms up.
        if turn > 0 {
            ours.push(a);
            plain.push(b);
        }
    }
    let over = ours.median().as_secs_f64() - plain.median().as_secs_f64();
    let row = Row {
        native: format!("{} (docker run)", ms(plain.median())),
        ratio: format!("{:.1} ms over", over * 1000.0),
        ..Row::alone(name, &ours, "60 over")
    };
    let (mut ours, mut plain) = (Samples::default(), Samples::default());
    for _ in 0..bench.turns.min(5) {
        ours.push(many(jobs).await?);
        plain.push(docker_runs().await?);
    }
    Ok(vec![row, Row::of(&format!("{MANY} jobs at once"), &ours, "docker run", &plain, "")])
}

async fn one(jobs: &Jobs) -> anyhow::Result<Duration> {
    let before = Instant::now();
    let id = jobs.submit(request()).await?.job.id;
    let job = jobs.wait(id).await?;
    let took = before.elapsed();
    anyhow::ensure!(job.state == JobState::Finished, "{job:?}");
    Ok(took)
}

fn request() -> JobSubmit {
    JobSubmit { image: Some(IMAGE.to_owned()), ..JobSubmit::new("nothing") }
}

async fn docker_run() -> anyhow::Result<Duration> {
    let before = Instant::now();
    tokio::task::spawn_blocking(|| run_plain(&mut plain_command())).await??;
    Ok(before.elapsed())
}

async fn many(jobs: &Jobs) -> anyhow::Result<Duration> {
    let before = Instant::now();
    let mut ids = Vec::new();
    for _ in 0..MANY {
        ids.push(jobs.submit(request()).await?.job.id);
    }
    for id in ids {
        let job = jobs.wait(id).await?;
        anyhow::ensure!(job.state == JobState::Finished, "{job:?}");
    }
    Ok(before.elapsed())
}

async fn docker_runs() -> anyhow::Result<Duration> {
    let before = Instant::now();
    let runs: Vec<_> = (0..MANY).map(|_| tokio::task::spawn_blocking(|| run_plain(&mut plain_command()))).collect();
    for run in runs {
        run.await??;
    }
    Ok(before.elapsed())
}

fn plain_command() -> Command {
    let mut command = Command::new("docker");
    command.args(["run", "--rm", "--network", "none", IMAGE]).stdout(Stdio::null());
    command
}

fn run_plain(command: &mut Command) -> anyhow::Result<()> {
    anyhow::ensure!(command.status()?.success(), "{command:?} failed");
    Ok(())
}

/// Makes the image, if it is not there.
fn make_image() -> anyhow::Result<()> {
    let inspect =
        Command::new("docker").args(["image", "inspect", IMAGE]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if inspect?.success() {
        return Ok(());
    }
    let root = tempfile::tempdir()?;
    for folder in ["bin", "src", "tmp", "proc", "sys", "dev", "etc"] {
        std::fs::create_dir(root.path().join(folder))?;
    }
    std::fs::copy("/bin/busybox", root.path().join("bin/busybox"))
        .context("this needs a static busybox at /bin/busybox")?;
    symlink("busybox", root.path().join("bin/sh"))?;
    std::fs::write(root.path().join("src/tool.yml"), TOOL_YML)?;
    let mut tar = Command::new("tar").arg("-C").arg(root.path()).args(["-c", "."]).stdout(Stdio::piped()).spawn()?;
    let archive = tar.stdout.take().context("piped")?;
    let import = ["import", "-c", "CMD [\"/bin/sh\", \"-c\", \"true\"]", "-", IMAGE];
    run_plain(Command::new("docker").args(import).stdin(archive).stdout(Stdio::null()))?;
    anyhow::ensure!(tar.wait()?.success(), "tar failed");
    Ok(())
}
