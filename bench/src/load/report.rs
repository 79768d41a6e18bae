//! The report of the scenarios: a table, and the verdict.

use super::drive::Tally;
use super::footprint::Watch;
use crate::markdown;
use crate::sample::{Samples, ms};

/// One line of the table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    name: String,
    runs: String,
    rate: String,
    times: [String; 3],
    failed: String,
    memory: String,
    held: String,
    cpu: String,
    bar: &'static str,
}

/// The lines of a scenario, and what was wrong in it.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    lines: Vec<Line>,
    problems: Vec<String>,
}

impl Line {
    /// A line of runs.
    pub(crate) fn of(name: &str, samples: &Samples, tally: &Tally) -> Self {
        let rate = samples.len() as f64 / tally.took.as_secs_f64();
        Self { rate: format!("{rate:.0}"), failed: tally.failed.to_string(), ..Self::part(name, samples) }
    }

    /// A line of some of the runs of the line before.
    pub(crate) fn part(name: &str, samples: &Samples) -> Self {
        let times = [0.5, 0.99, 1.0].map(|share| ms(samples.quantile(share)));
        Self { name: name.to_owned(), runs: samples.len().to_string(), times, ..Self::default() }
    }

    /// With what was seen of the processes meanwhile.
    pub(crate) fn with(self, watch: &Watch) -> Self {
        let (most, (first, last)) = (watch.most(), watch.quarters());
        let runs = self.runs.parse::<f64>().unwrap_or(1.0).max(1.0);
        let (client, server) = (watch.client_cpu.as_secs_f64(), watch.server_cpu.as_secs_f64());
        let share = 100.0 * client / (client + server).max(0.001);
        Self {
            memory: format!("{} -> {} ({})", first >> 10, last >> 10, most.pss_kib >> 10),
            held: format!("{} / {} / {}", most.processes, most.threads, most.descriptors),
            cpu: format!("{:.2} ms ({share:.0} %)", 1000.0 * server / runs),
            ..self
        }
    }

    pub(crate) fn bar(self, bar: &'static str) -> Self {
        Self { bar, ..self }
    }

    fn cells(&self) -> Vec<String> {
        let [median, p99, max] = self.times.clone();
        let Self { name, runs, rate, failed, memory, held, cpu, .. } = self.clone();
        vec![name, runs, rate, median, p99, max, failed, memory, held, cpu, self.bar.to_owned()]
    }
}

impl Lines {
    pub(crate) fn of(line: Line, tally: &Tally) -> Self {
        let name = line.name.clone();
        let mut lines = Self { lines: vec![line], problems: Vec::new() };
        if tally.failed > 0 {
            let some = tally.complaints.join("\n  ");
            lines.problem(format!("{name}: {} failures, such as\n  {some}", tally.failed));
        }
        lines
    }

    pub(crate) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.problems.extend(other.problems);
    }

    pub(crate) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }
}

/// All scenarios.
#[derive(Debug, Default)]
pub(crate) struct Report(Lines);

impl Report {
    pub(crate) fn add(&mut self, lines: Lines) {
        self.0.join(lines);
    }

    pub(crate) fn text(&self) -> String {
        let head = [
            "what",
            "runs",
            "runs/s",
            "median, ms",
            "p99, ms",
            "max, ms",
            "failed",
            "own memory, first and last quarter (most PSS), MiB",
            "processes / threads / fds",
            "server CPU a run (client's share)",
            "bar",
        ];
        let rows: Vec<_> = self.0.lines.iter().map(Line::cells).collect();
        markdown::table(&head, &rows)
    }

    /// # Errors
    /// Says which hard demands were not met.
    pub(crate) fn verdict(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.0.problems.is_empty(), "{}", self.0.problems.join("\n"));
        Ok(())
    }
}
