//! Showing a preparation: a bar on a terminal, plain lines elsewhere.
//!
//! Owns how it looks. Everything goes to stderr; a runtime that is ready at once shows nothing.

use crate::backend::wasm::{Preparation, PrepareStatus, ReadyRuntime};
use crate::service::ServiceError;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// How long a preparation is silent: what is in the cache is loaded by then.
const PATIENCE: Duration = Duration::from_millis(300);
const REFRESH: Duration = Duration::from_millis(100);

/// Waits for a preparation and shows how far it is.
pub(super) async fn watch(mut preparation: Preparation) -> Result<ReadyRuntime, ServiceError> {
    if let Ok(result) = tokio::time::timeout(PATIENCE, preparation.ready()).await {
        return Ok(result?);
    }
    let mut screen = Screen::new(preparation.runtime());
    loop {
        screen.show(&preparation.status());
        if let Ok(result) = tokio::time::timeout(REFRESH, preparation.ready()).await {
            screen.finish(result.is_ok());
            return Ok(result?);
        }
    }
}

enum Screen {
    Bar(ProgressBar),
    Lines { runtime: String, last: String },
}

impl Screen {
    fn new(runtime: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Lines { runtime: runtime.to_owned(), last: String::new() };
        }
        let style = ProgressStyle::with_template("{prefix} [{bar:24}] {percent:>3}% {elapsed:>4} {wide_msg}");
        let bar = ProgressBar::new(1000).with_prefix(format!("preparing {runtime}"));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        Self::Bar(bar)
    }

    fn show(&mut self, status: &PrepareStatus) {
        let step = format!("{} ({}/{})", status.step, status.step_number, status.step_count);
        match self {
            Self::Bar(bar) => {
                let permille = format!("{:.0}", status.fraction * 1000.0).parse().unwrap_or(0);
                bar.set_position(permille);
                bar.set_message(step);
            }
            Self::Lines { runtime, last } if *last != step => {
                let _ = writeln!(std::io::stderr(), "preparing {runtime}: {step}");
                *last = step;
            }
            Self::Lines { .. } => {}
        }
    }

    fn finish(&self, well: bool) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines { runtime, .. } if well => {
                let _ = writeln!(std::io::stderr(), "{runtime} is ready");
            }
            Self::Lines { .. } => {}
        }
    }
}
