//! Showing a preparation: a bar on a terminal, plain lines elsewhere.
//!
//! Owns how it looks. Everything goes to stderr; a runtime that is ready at once shows nothing.

use indicatif::{ProgressBar, ProgressStyle};
use runcell_model::terminal::{one_line, printable};
use runcell_service::{FinishedStep, Preparation, Ready, ServiceError};
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
    let mut screen = Screen::new(&preparation);
    loop {
        screen.show(&preparation);
        if let Ok(result) = tokio::time::timeout(REFRESH, preparation.ready()).await {
            screen.show(&preparation);
            screen.finish(result.is_ok());
            return result;
        }
    }
}

struct Screen {
    subject: String,
    /// The bar; none where stderr is no terminal.
    bar: Option<ProgressBar>,
    /// The step that the last line named, and when the next line may come.
    last: (String, Instant),
    finished: usize,
}

impl Screen {
    fn new(preparation: &Preparation) -> Self {
        let subject = preparation.subject().to_owned();
        let bar = std::io::stderr().is_terminal().then(|| match preparation.status().fraction {
            Some(_) => styled(ProgressBar::new(1000), "{prefix} [{bar:24}] {percent:>3}% {elapsed:>4} {wide_msg}"),
            None => styled(ProgressBar::new_spinner(), "{prefix} {spinner} {elapsed:>4} {wide_msg}"),
        });
        let bar = bar.map(|bar| bar.with_prefix(format!("preparing {}", one_line(&subject))));
        Self { subject, bar, last: (String::new(), Instant::now()), finished: 0 }
    }

    fn show(&mut self, preparation: &Preparation) {
        for step in preparation.finished(self.finished) {
            self.finished += 1;
            self.line(&format!("  {}", describe(&step)));
        }
        let status = preparation.status();
        let step = match status.step_count {
            Some(count) => format!("{} ({}/{count})", status.step, status.step_number),
            None => status.step,
        };
        if let Some(bar) = &self.bar {
            bar.set_position(format!("{:.0}", status.fraction.unwrap_or(0.0) * 1000.0).parse().unwrap_or(0));
            bar.set_message(one_line(&step).into_owned());
            bar.tick();
        } else if step != self.last.0 && self.may_say(status.step_number, status.step_count) {
            self.line(&format!("preparing {}: {step}", self.subject));
            // A pull reports hundreds of steps: a line a second at most.
            let pause = if status.step_count.is_some() { Duration::ZERO } else { LINES };
            self.last = (step, Instant::now() + pause);
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

    fn finish(&self, well: bool) {
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
