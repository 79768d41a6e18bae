//! The questions that every peer can be asked, and their answers.

use super::language::Language;
use crate::load::footprint;
use crate::sample::Samples;
use anyhow::Context;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Names of kernels, and their times in milliseconds.
pub(crate) type Kernels = Vec<(String, f64)>;

/// A program that does not end by itself and prints first.
pub(crate) const LIVE: &str = "print('hi', flush=True)";

/// The nine kernels, timed by themselves.
pub(crate) const KERNELS: &str = include_str!("../kernels.py");

/// Somebody who runs programs.
pub(crate) trait Peer {
    fn name(&self) -> String;

    /// The meaning of a run, and the parts that its time includes.
    fn mode(&self) -> String;

    /// From nothing to a line of python's and the end: a process of its own. `None` where that is no mode of it.
    fn cold(&mut self) -> anyhow::Result<Option<Duration>>;

    /// Runs a turn, fewer where each takes seconds.
    fn runs_a_turn(&self) -> usize {
        10
    }

    /// Runs in a process that is there already, each in a fresh sandbox. `None` where it does not have the language, or
    /// no such process.
    fn warm(&mut self, language: &Language, runs: usize) -> anyhow::Result<Option<Samples>>;

    /// Runs of the python hello a second, with two callers.
    fn throughput(&mut self, time: Duration) -> anyhow::Result<f64>;

    /// The memory of one more live sandbox, which has printed a line.
    fn memory(&mut self) -> anyhow::Result<Option<Memory>>;

    /// The kernels, once; `None` where it cannot run them or another peer of the same kind does.
    fn kernels(&mut self) -> anyhow::Result<Option<Kernels>>;
}

/// Memory in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Pages that it alone has and has written: pages of files that nobody else maps right now do not count.
    pub(crate) private: u64,
    /// And the share of those that others map too.
    pub(crate) proportional: u64,
}

impl Memory {
    /// Of a process and all its descendants.
    pub(crate) fn of(root: u32) -> Self {
        Self::sum(&footprint::tree(root))
    }

    /// Of a process alone.
    pub(crate) fn of_one(process: u32) -> Self {
        Self::sum(&[process])
    }

    /// Of a process that has said a line and waits; it is ended then.
    pub(crate) fn of_live(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("piped")?).read_line(&mut line)?;
        let memory = Self::of(child.id());
        child.kill()?;
        child.wait()?;
        Ok(memory)
    }

    fn sum(processes: &[u32]) -> Self {
        let (mut private, mut proportional) = (0, 0);
        for process in processes {
            let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
            let sum = |name: &str| -> u64 {
                let lines = text.lines().filter(|line| line.starts_with(name));
                lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum()
            };
            private += sum("Private_Dirty:");
            proportional += sum("Pss:");
        }
        Self { private, proportional }
    }

    /// The memory of each of a number of sandboxes; `None` where nothing can be said, as the process gave back more.
    pub(crate) fn each_since(self, before: Self, count: u64) -> Option<Self> {
        let each = |now: u64, before: u64| now.checked_sub(before).map(|added| added / count.max(1));
        let (private, proportional) =
            (each(self.private, before.private)?, each(self.proportional, before.proportional)?);
        (private > 0).then_some(Self { private, proportional })
    }
}

/// Everything measured of a peer.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) mode: String,
    pub(crate) cold: Samples,
    pub(crate) warm: BTreeMap<&'static str, Samples>,
    pub(crate) throughput: Option<f64>,
    pub(crate) memory: Option<Memory>,
    pub(crate) kernels: Vec<(String, Vec<f64>)>,
}

impl Measured {
    pub(crate) fn of(peer: &dyn Peer) -> Self {
        Self { name: peer.name(), mode: peer.mode(), ..Self::default() }
    }

    pub(crate) fn add_kernels(&mut self, kernels: &Kernels) {
        for (name, ms) in kernels {
            match self.kernels.iter_mut().find(|(known, _)| known == name) {
                Some((_, times)) => times.push(*ms),
                None => self.kernels.push((name.clone(), vec![*ms])),
            }
        }
    }

    /// The best round of a kernel.
    pub(crate) fn kernel(&self, name: &str) -> Option<f64> {
        let (_, times) = self.kernels.iter().find(|(known, _)| known == name)?;
        times.iter().copied().reduce(f64::min)
    }
}

/// Reads what the kernels print.
pub(crate) fn parse_kernels(text: &str) -> anyhow::Result<Kernels> {
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let kernels: Kernels = lines.filter_map(|(name, ms)| Some((name.to_owned(), ms.trim().parse().ok()?))).collect();
    (kernels.len() == 9).then_some(kernels).with_context(|| format!("not nine kernels: {text}"))
}
