//! Showing a preparation: a bar on a terminal, plain lines elsewhere.
//!
//! Owns how it looks. Everything goes to stderr; a runtime that is ready at once shows nothing.

use indicatif::{ProgressBar, ProgressStyle};
use runcell_service::{ImagePreparation, ServiceError};
use runcell_wasm::{FinishedStep, Preparation, ReadyRuntime};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How long a preparation is silent: what is in the cache is loaded by then.
const PATIENCE: Duration = Duration::from_millis(300);
const REFRESH: Duration = Duration::from_millis(100);
/// Time between two lines about an image.
const LINES: Duration = Duration::from_secs(1);

/// Waits for a preparation and shows how far it is.
pub(super) async fn watch(mut preparation: Preparation) -> Result<ReadyRuntime, ServiceError> {
    if let Ok(result) = tokio::time::timeout(PATIENCE, preparation.ready()).await {
        return Ok(result?);
    }
    let mut screen = Screen::new(preparation.runtime());
    loop {
        screen.show(&preparation);
        if let Ok(result) = tokio::time::timeout(REFRESH, preparation.ready()).await {
            screen.show(&preparation);
            screen.finish(result.is_ok());
            return Ok(result?);
        }
    }
}

/// Waits for an image and shows what is done for it; its id.
pub(super) async fn watch_image(mut preparation: ImagePreparation) -> Result<String, ServiceError> {
    if let Ok(result) = tokio::time::timeout(PATIENCE, preparation.ready()).await {
        return result;
    }
    let name = preparation.name().to_owned();
    let bar =
        std::io::stderr().is_terminal().then(|| ProgressBar::new_spinner().with_prefix(format!("preparing {name}")));
    if let Some(bar) = &bar {
        let style = ProgressStyle::with_template("{prefix} {spinner} {elapsed:>4} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    }
    let mut said = String::new();
    let mut next = Instant::now();
    let ended = loop {
        let status = preparation.status();
        match &bar {
            Some(bar) => {
                bar.set_message(status.step);
                bar.tick();
            }
            // A line a second at most: a pull says hundreds.
            None if status.step != said && Instant::now() >= next => {
                // Progress is nothing to fail for.
                let _ = writeln!(std::io::stderr(), "preparing {name}: {}", status.step);
                (said, next) = (status.step, Instant::now() + LINES);
            }
            None => {}
        }
        if let Ok(result) = tokio::time::timeout(REFRESH, preparation.ready()).await {
            break result;
        }
    };
    match &bar {
        Some(bar) => bar.finish_and_clear(),
        None if ended.is_ok() => drop(writeln!(std::io::stderr(), "{name} is ready")),
        None => {}
    }
    ended
}

struct Screen {
    runtime: String,
    /// The bar; none where stderr is no terminal.
    bar: Option<ProgressBar>,
    last_step: usize,
    finished: usize,
}

impl Screen {
    fn new(runtime: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{prefix} [{bar:24}] {percent:>3}% {elapsed:>4} {wide_msg}");
            let bar = ProgressBar::new(1000).with_prefix(format!("preparing {runtime}"));
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
            bar
        });
        Self { runtime: runtime.to_owned(), bar, last_step: 0, finished: 0 }
    }

    fn show(&mut self, preparation: &Preparation) {
        for step in preparation.finished(self.finished) {
            self.finished += 1;
            self.line(&format!("  {}", describe(&step)));
        }
        let status = preparation.status();
        let step = format!("{} ({}/{})", status.step, status.step_number, status.step_count);
        if let Some(bar) = &self.bar {
            bar.set_position(format!("{:.0}", status.fraction * 1000.0).parse().unwrap_or(0));
            bar.set_message(step);
        } else if status.step_number > self.last_step && status.step_number > self.finished {
            self.last_step = status.step_number;
            self.line(&format!("preparing {}: {step}", self.runtime));
        }
    }

    /// A line that stays.
    fn line(&self, text: &str) {
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
            self.line(&format!("{} is ready", self.runtime));
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
