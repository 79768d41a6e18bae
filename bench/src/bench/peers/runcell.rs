//! runcell itself, as each of its faces: the library in this process, a server over stdio, and a process a run.

use super::language::{LANGUAGES, Language};
use super::peer::{KERNELS, Kernels, LIVE, Memory, Peer, parse_kernels};
use super::process;
use crate::bench::driver::me;
use crate::load::drive::{Stop, drive};
use crate::load::mix::{Kind, Mix};
use crate::load::server::Server;
use crate::sample::Samples;
use crate::workspace::{build_binary, cache_dir};
use anyhow::Context;
use runcell::config::Config;
use runcell::outcome::{Ending, Outcome};
use runcell::service::{RunRequest, Service};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Live sandboxes whose memory is looked at.
const HELD: u64 = 4;

/// A live program: it has printed, and sleeps.
fn live() -> String {
    format!("{LIVE}\nimport time\ntime.sleep(3)")
}

pub(crate) fn all() -> anyhow::Result<Vec<Box<dyn Peer>>> {
    let binary = build_binary()?;
    let service = Arc::new(Service::start(Config::default(), cache_dir()?, None)?);
    let library = Library { service, tokio: tokio::runtime::Runtime::new()?, number: 0 };
    let mcp = Mcp { servers: [Server::start(&binary, "")?], binary: binary.clone(), number: 1 };
    Ok(vec![Box::new(library), Box::new(mcp), Box::new(RunCode { binary })])
}

struct Library {
    service: Arc<Service>,
    tokio: tokio::runtime::Runtime,
    number: usize,
}

impl Library {
    fn run(&self, runtime: &str, code: String) -> anyhow::Result<Outcome> {
        let request = RunRequest::new(runtime.parse()?, code);
        let outcome = self.tokio.block_on(self.service.runs(&me()).run(request))?;
        check(&outcome)?;
        Ok(outcome)
    }
}

fn check(outcome: &Outcome) -> anyhow::Result<()> {
    let good = outcome.ending == (Ending::Completed { exit_code: 0 });
    anyhow::ensure!(good, "{:?}: {}", outcome.ending, String::from_utf8_lossy(&outcome.output.stderr));
    Ok(())
}

impl Peer for Library {
    fn name(&self) -> String {
        "runcell, library".to_owned()
    }

    fn mode(&self) -> String {
        "`Service::run` in one process, a fresh cell each time, every limit on".to_owned()
    }

    fn cold(&mut self) -> anyhow::Result<Option<Duration>> {
        Ok(None)
    }

    fn warm(&mut self, language: &Language, runs: usize) -> anyhow::Result<Option<Samples>> {
        let mut samples = Samples::default();
        for _ in 0..runs {
            self.number += 1;
            let before = Instant::now();
            let outcome = self.run(language.runtime, language.code(self.number))?;
            samples.push(before.elapsed());
            anyhow::ensure!(outcome.output.stdout.starts_with(b"hi"), "{outcome:?}");
        }
        Ok(Some(samples))
    }

    fn throughput(&mut self, time: Duration) -> anyhow::Result<f64> {
        let (began, runs) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        self.tokio.block_on(async {
            let callers = [(), ()].map(|()| {
                let (service, runs) = (self.service.clone(), runs.clone());
                tokio::spawn(async move {
                    while began.elapsed() < time {
                        let code = format!("print('hi {}')", runs.fetch_add(1, Ordering::Relaxed));
                        check(&service.runs(&me()).run(RunRequest::new("python".parse()?, code)).await?)?;
                    }
                    anyhow::Ok(())
                })
            });
            for caller in callers {
                caller.await??;
            }
            anyhow::Ok(())
        })?;
        Ok(runs.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
    }

    fn memory(&mut self) -> anyhow::Result<Option<Memory>> {
        self.tokio.block_on(async {
            let before = Memory::of_one(std::process::id());
            let mut runs = Vec::new();
            for _ in 0..HELD {
                let mut run = self.service.runs(&me()).open(RunRequest::new("python".parse()?, live())).await?;
                run.next_event().await.context("a cell said nothing")?;
                runs.push(run);
            }
            let memory = Memory::of_one(std::process::id()).each_since(before, HELD);
            for run in runs {
                check(&run.outcome().await?)?;
            }
            Ok(memory)
        })
    }

    fn kernels(&mut self) -> anyhow::Result<Option<Kernels>> {
        let outcome = self.run("python", KERNELS.to_owned())?;
        parse_kernels(&String::from_utf8_lossy(&outcome.output.stdout)).map(Some)
    }
}

struct Mcp {
    servers: [Server; 1],
    binary: PathBuf,
    number: u64,
}

impl Mcp {
    fn runs(&mut self, mix: &Mix, clients: usize, stop: Stop) -> anyhow::Result<(Samples, Duration)> {
        self.number += 1_000_000;
        let tally = drive(&mut self.servers, mix, clients, stop, self.number)?;
        anyhow::ensure!(tally.failed == 0 && tally.strangers.is_empty(), "{tally:?}");
        Ok((tally.all(), tally.took))
    }
}

fn only(runtime: &str, code: &str) -> Mix {
    Mix { kinds: vec![Kind::new("only", 200, runtime, code)] }
}

impl Peer for Mcp {
    fn name(&self) -> String {
        "runcell, MCP".to_owned()
    }

    fn mode(&self) -> String {
        "`run_code` over stdio to one `runcell mcp`, a fresh cell each time, every limit on; cold is a server's start, \
         handshake, first answer and end"
            .to_owned()
    }

    fn cold(&mut self) -> anyhow::Result<Option<Duration>> {
        let before = Instant::now();
        let mut servers = [Server::start(&self.binary, "")?];
        let tally = drive(&mut servers, &Mix::python(), 1, Stop::Runs(1), 1)?;
        anyhow::ensure!(tally.failed == 0, "{tally:?}");
        let [server] = servers;
        server.end()?;
        Ok(Some(before.elapsed()))
    }

    fn warm(&mut self, language: &Language, runs: usize) -> anyhow::Result<Option<Samples>> {
        let mix = only(language.runtime, language.code);
        Ok(Some(self.runs(&mix, 1, Stop::Runs(runs as u64))?.0))
    }

    fn throughput(&mut self, time: Duration) -> anyhow::Result<f64> {
        let (samples, took) = self.runs(&only("python", LANGUAGES[0].code), 2, Stop::After(time))?;
        Ok(samples.len() as f64 / took.as_secs_f64())
    }

    fn memory(&mut self) -> anyhow::Result<Option<Memory>> {
        let pid = self.servers[0].pid();
        let mix = only("python", &live().replace("'hi'", "'hi NUMBER'"));
        let before = Memory::of(pid);
        std::thread::scope(|scope| {
            let holding = scope.spawn(|| self.runs(&mix, 4, Stop::Runs(HELD)));
            std::thread::sleep(Duration::from_millis(1500));
            let memory = Memory::of(pid).each_since(before, HELD);
            holding.join().map_err(|_| anyhow::anyhow!("a client panicked"))??;
            Ok(memory)
        })
    }

    fn kernels(&mut self) -> anyhow::Result<Option<Kernels>> {
        Ok(None)
    }
}

struct RunCode {
    binary: PathBuf,
}

impl RunCode {
    fn command(&self, code: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["run-code", "python", code]);
        command
    }
}

impl Peer for RunCode {
    fn name(&self) -> String {
        "runcell, run-code".to_owned()
    }

    fn mode(&self) -> String {
        "`runcell run-code` processes, every limit and wall on; memory is that of the whole process".to_owned()
    }

    fn cold(&mut self) -> anyhow::Result<Option<Duration>> {
        process::time(&mut self.command("print('hi')")).map(Some)
    }

    fn warm(&mut self, _language: &Language, _runs: usize) -> anyhow::Result<Option<Samples>> {
        Ok(None)
    }

    fn throughput(&mut self, time: Duration) -> anyhow::Result<f64> {
        process::processes_a_second(time, || self.command("print('hi')"))
    }

    fn memory(&mut self) -> anyhow::Result<Option<Memory>> {
        Memory::of_live(self.command(&live()).stdin(Stdio::null())).map(Some)
    }

    fn kernels(&mut self) -> anyhow::Result<Option<Kernels>> {
        Ok(None)
    }
}
