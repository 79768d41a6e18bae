//! Peers whose runs are processes: the native interpreters and compilers, and containers.

use super::language::{LANGUAGES, Language};
use super::peer::{KERNELS, Kernels, LIVE, Memory, Peer, parse_kernels};
use crate::bench::native;
use crate::machine;
use crate::sample::Samples;
use anyhow::Context;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Two callers that start processes, one after the other; returns runs a second.
pub(crate) fn processes_a_second(time: Duration, command: impl Fn() -> Command + Sync) -> anyhow::Result<f64> {
    let began = Instant::now();
    let runs = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let caller = || {
            while began.elapsed() < time {
                native::time(&mut command(), &mut Samples::default())?;
                runs.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        };
        let callers = [scope.spawn(caller), scope.spawn(caller)];
        for caller in callers {
            caller.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??;
        }
        anyhow::Ok(())
    })?;
    Ok(runs.into_inner() as f64 / began.elapsed().as_secs_f64())
}

/// How long a command takes, which has to print `hi`.
pub(crate) fn time(command: &mut Command) -> anyhow::Result<Duration> {
    let before = Instant::now();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    let took = before.elapsed();
    anyhow::ensure!(output.status.success() && output.stdout.starts_with(b"hi"), "{command:?}: {output:?}");
    Ok(took)
}

/// Native tools. No sandbox: what a run costs that protects from nothing.
struct Native {
    python: String,
    dir: tempfile::TempDir,
    number: usize,
}

pub(crate) fn native() -> anyhow::Result<Box<dyn Peer>> {
    let python = native::program("python3");
    anyhow::ensure!(native::is_there(&python), "python3 is not installed");
    Ok(Box::new(Native { python, dir: tempfile::tempdir()?, number: 0 }))
}

impl Native {
    fn hello(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-c", "print('hi')"]);
        command
    }
}

impl Peer for Native {
    fn name(&self) -> String {
        "native, no sandbox".to_owned()
    }

    fn mode(&self) -> String {
        let tools = ["python3", "node", "ruby", "php", "gcc", "g++"].map(machine::version);
        let tools = tools.into_iter().flatten().collect::<Vec<_>>().join(", ");
        format!("a process each; compilers with `-O1`, then their program. {tools}; others are not installed")
    }

    fn cold(&mut self) -> anyhow::Result<Option<Duration>> {
        time(&mut self.hello()).map(Some)
    }

    fn warm(&mut self, language: &Language, runs: usize) -> anyhow::Result<Option<Samples>> {
        let mut times = Samples::default();
        for _ in 0..runs {
            self.number += 1;
            let Some(commands) = language.native(self.dir.path(), self.number)? else { return Ok(None) };
            let before = Instant::now();
            for mut command in commands {
                native::time(&mut command, &mut Samples::default())?;
            }
            times.push(before.elapsed());
        }
        Ok(Some(times))
    }

    fn throughput(&mut self, time: Duration) -> anyhow::Result<f64> {
        processes_a_second(time, || self.hello())
    }

    fn memory(&mut self) -> anyhow::Result<Option<Memory>> {
        let code = format!("{LIVE}\ninput()");
        Memory::of_live(Command::new(&self.python).args(["-c", &code]).stdin(Stdio::piped())).map(Some)
    }

    fn kernels(&mut self) -> anyhow::Result<Option<Kernels>> {
        let output = Command::new(&self.python).args(["-c", KERNELS]).output()?;
        parse_kernels(&String::from_utf8_lossy(&output.stdout)).map(Some)
    }
}

/// Containers of an image, where an engine answers.
struct Docker {
    image: String,
}

pub(crate) fn docker(image: &str) -> anyhow::Result<Box<dyn Peer>> {
    let quiet = |args: &[&str]| {
        let status = Command::new("docker").args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    anyhow::ensure!(quiet(&["version"]), "no engine");
    let there = quiet(&["image", "inspect", image]) || quiet(&["pull", "--quiet", image]);
    anyhow::ensure!(there, "the image {image} is not here and cannot be pulled; --docker-image names another");
    Ok(Box::new(Docker { image: image.to_owned() }))
}

impl Docker {
    fn python(&self, code: &str) -> Command {
        let mut command = Command::new("docker");
        command.args(["run", "--rm", "--network=none", "--memory=512m", &self.image, "python3", "-c", code]);
        command
    }
}

impl Peer for Docker {
    fn name(&self) -> String {
        "docker run".to_owned()
    }

    fn mode(&self) -> String {
        format!("a container each, `docker run --rm --network=none --memory=512m {}`", self.image)
    }

    fn cold(&mut self) -> anyhow::Result<Option<Duration>> {
        time(&mut self.python("print('hi')")).map(Some)
    }

    fn runs_a_turn(&self) -> usize {
        1
    }

    fn warm(&mut self, language: &Language, runs: usize) -> anyhow::Result<Option<Samples>> {
        if language.name != LANGUAGES[0].name {
            return Ok(None);
        }
        let times: anyhow::Result<_> = (0..runs).map(|run| time(&mut self.python(&language.code(run)))).collect();
        times.map(Some)
    }

    fn throughput(&mut self, time: Duration) -> anyhow::Result<f64> {
        processes_a_second(time, || self.python("print('hi')"))
    }

    fn memory(&mut self) -> anyhow::Result<Option<Memory>> {
        // Its processes are the engine's, not ours to look into.
        Ok(None)
    }

    fn kernels(&mut self) -> anyhow::Result<Option<Kernels>> {
        let output = self.python(KERNELS).output()?;
        parse_kernels(&String::from_utf8_lossy(&output.stdout)).map(Some)
    }
}
