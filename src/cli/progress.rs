//! Showing a preparation: a bar on a terminal, plain lines elsewhere.
//!
//! Owns how it looks. Everything goes to stderr; a runtime that is ready at once shows nothing.

use indicatif::{ProgressBar, ProgressStyle};
use runcell_model::terminal::{one_line, printable};
use runcell_service::{FinishedStep, Preparation, PreparationStatus, Ready, ServiceError};
use runcell_wire::StepJson;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How long a preparation is silent: what is in the cache is loaded by then.
const PATIENCE: Duration = Duration::from_millis(300);
const REFRESH: Duration = Duration::from_millis(100);
/// Time between two lines about an image.
const LINES: Duration = Duration::from_secs(1);

/// Waits for a preparation and shows how far it is.
pub(super) async fn watch(mut preparation: Preparation) -> Result<Ready, ServiceError> {
    if let Ok(result) = tokio::time::timeout(PATIENCE, preparation.ready()).await {
        return result;
    }
    let mut screen = Screen::new(preparation.subject(), preparation.status().fraction.is_some());
    loop {
        screen.tell(&preparation);
        if let Ok(result) = tokio::time::timeout(REFRESH, preparation.ready()).await {
            screen.tell(&preparation);
            screen.finish(result.is_ok());
            return result;
        }
    }
}

/// How far a preparation is, as it is shown.
pub(super) struct Step {
    text: String,
    number: u64,
    count: Option<u64>,
    fraction: f64,
}

impl From<PreparationStatus> for Step {
    fn from(status: PreparationStatus) -> Self {
        let text = match status.step_count {
            Some(count) => format!("{} ({}/{count})", status.step, status.step_number),
            None => status.step,
        };
        let (number, count, fraction) = (status.step_number, status.step_count, status.fraction.unwrap_or(0.0));
        Self { text, number, count, fraction }
    }
}

impl From<StepJson> for Step {
    fn from(step: StepJson) -> Self {
        let number = step.step_number.unwrap_or_default();
        let text = match step.step_count {
            Some(count) => format!("{} ({number}/{count})", step.step),
            None => step.step,
        };
        Self { text, number, count: step.step_count, fraction: f64::from(step.percent.unwrap_or(0)) / 100.0 }
    }
}

/// Where a preparation is shown.
pub(super) struct Screen {
    subject: String,
    /// The bar; none where stderr is no terminal.
    bar: Option<ProgressBar>,
    /// The step that the last line named, and when the next line may come.
    last: (String, Instant),
    finished: usize,
}

impl Screen {
    /// A screen for a subject; `measured` if it is known how much of it is done.
    pub(super) fn new(subject: &str, measured: bool) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| match measured {
            true => styled(ProgressBar::new(1000), "{prefix} [{bar:24}] {percent:>3}% {elapsed:>4} {wide_msg}"),
            false => styled(ProgressBar::new_spinner(), "{prefix} {spinner} {elapsed:>4} {wide_msg}"),
        });
        let bar = bar.map(|bar| bar.with_prefix(format!("preparing {}", one_line(subject))));
        Self { subject: subject.to_owned(), bar, last: (String::new(), Instant::now()), finished: 0 }
    }

    fn tell(&mut self, preparation: &Preparation) {
        self.show(preparation.status().into(), &preparation.finished(self.finished));
    }

    /// Shows how far it is, and which steps have ended since.
    pub(super) fn show(&mut self, step: Step, finished: &[FinishedStep]) {
        for step in finished {
            self.finished += 1;
            self.line(&format!("  {}", describe(step)));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(format!("{:.0}", step.fraction * 1000.0).parse().unwrap_or(0));
            bar.set_message(one_line(&step.text).into_owned());
            bar.tick();
        } else if step.text != self.last.0 && self.may_say(step.number, step.count) {
            self.line(&format!("preparing {}: {}", self.subject, step.text));
            // A pull reports hundreds of steps: a line a second at most.
            let pause = if step.count.is_some() { Duration::ZERO } else { LINES };
            self.last = (step.text, Instant::now() + pause);
        }
    }

    /// Whether a line about a step is due: not while its end is what was said last.
    fn may_say(&self, number: u64, count: Option<u64>) -> bool {
        Instant::now() >= self.last.1 && (count.is_none() || number > self.finished as u64)
    }

    /// A line that stays.
    fn line(&self, text: &str) {
        let text = &*printable(text);
        match &self.bar {
            Some(bar) => bar.println(text),
            // Progress is nothing to fail for.
            None => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }

    /// Says that it has ended.
    pub(super) fn finish(&self, well: bool) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        } else if well {
            self.line(&format!("{} is ready", self.subject));
        }
    }
}

/// A finished step with its time, and its speed where that says something.
fn describe(step: &FinishedStep) -> String {
    let seconds = Duration::from_millis(step.ms.max(1)).as_secs_f64();
    let megabytes = Duration::from_micros(step.bytes).as_secs_f64();
    // A step that took no time found its work done by another.
    let speed =
        if step.bytes > 0 && step.ms > 50 { format!(", {:.1} MB/s", megabytes / seconds) } else { String::new() };
    format!("{}: {seconds:.1} s{speed}", step.step)
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    bar
}
