//! The log on stderr: a line an event; a thread of its own writes it for servers.
//!
//! Owns its bounds. A stderr that nobody reads blocks that thread and nothing else: lines that do not fit into its queue are
//! dropped and counted. Clients of a server can cause a line for each message they send, so that those lines are limited in number
//! and length. `RUNCELL_LOG` says what is logged,
//! `RUNCELL_LOG_FORMAT=json` that each line is an object. Spans go another way where traces are sent: `crates/telemetry` has it.

use super::{CliError, environment};
use runcell_model::config::TelemetryConfig;
use runcell_telemetry::trace::{Exporter, endpoint};
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, OnceLock};
use std::time::Instant;
use tracing::Metadata;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Lines that wait for the thread; a line more is dropped.
const QUEUED_LINES: usize = 1000;
/// The longest line, in bytes. The rest of it is left out.
const LONGEST_LINE: usize = 4 << 10;
/// Lines about clients that are written at once, and then each second.
const CLIENT_BURST: f64 = 50.0;
const CLIENT_LINES_PER_SECOND: f64 = 5.0;
/// The parts of the program whose lines a client causes.
const FACES: [&str; 3] = ["rmcp", "runcell_http", "runcell_mcp"];

/// The thread that writes for a server. Other verbs write themselves: they lock their process down, which takes one thread.
static QUEUE: OnceLock<Queue> = OnceLock::new();

struct Queue {
    writer: NonBlocking,
    dropped: ErrorCounter,
    guard: Mutex<Option<WorkerGuard>>,
}

/// The sender of a server's spans, if there is one.
static EXPORTER: OnceLock<Exporter> = OnceLock::new();

/// Starts the log.
pub(super) fn start() {
    begin(None);
}

/// Starts the log of a server: a thread writes its lines, and its spans are sent where the configuration or the environment says.
pub(super) fn serve(config: &TelemetryConfig) -> Result<(), CliError> {
    let exporter = endpoint(config.otlp.as_deref())?.map(Exporter::start).transpose()?;
    begin(exporter.as_ref());
    queue();
    if let Some(exporter) = exporter {
        EXPORTER.get_or_init(|| exporter);
    }
    Ok(())
}

fn begin(exporter: Option<&Exporter>) {
    let filter = environment::given("RUNCELL_LOG").and_then(|filter| EnvFilter::try_new(filter).ok());
    let filter = filter.unwrap_or_else(|| "warn".into());
    let state = State { dropped: 0, budget: CLIENT_BURST, refilled: Instant::now(), left_out: 0 };
    let log = tracing_subscriber::fmt::layer().with_writer(Lines { state: Mutex::new(state) });
    let log = log.with_ansi(io::stderr().is_terminal()).log_internal_errors(false);
    let log = match environment::given("RUNCELL_LOG_FORMAT").as_deref().map(str::trim) {
        Some(format) if format.eq_ignore_ascii_case("json") => {
            log.json().flatten_event(true).with_current_span(false).boxed()
        }
        _ => log.boxed(),
    };
    // Spans of other libraries would tell of sockets.
    let traces =
        exporter.map(|exporter| exporter.layer().with_filter(Targets::new().with_target("runcell", LevelFilter::INFO)));
    tracing_subscriber::registry().with(log.with_filter(filter)).with(traces).init();
}

/// Starts the thread that writes lines from now on.
fn queue() {
    QUEUE.get_or_init(|| {
        let builder = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(QUEUED_LINES);
        let (writer, guard) = builder.finish(io::stderr());
        Queue { dropped: writer.error_counter(), writer, guard: Mutex::new(Some(guard)) }
    });
}

/// Writes a line that is not an event, such as the error that ends the program.
pub fn line(text: &str) {
    // Nothing is to be done where nobody reads.
    let _ = write(format!("{text}\n").as_bytes());
}

/// Sends the spans and writes the lines that wait, for at most about three seconds.
pub fn end() {
    if let Some(exporter) = EXPORTER.get() {
        exporter.end();
    }
    let guard = QUEUE.get().and_then(|queue| queue.guard.lock().ok()?.take());
    drop(guard);
}

fn write(line: &[u8]) -> io::Result<()> {
    match QUEUE.get() {
        Some(queue) => queue.writer.clone().write_all(line),
        None => io::stderr().write_all(line),
    }
}

/// The lines of the log.
struct Lines {
    state: Mutex<State>,
}

struct State {
    /// Dropped lines that were reported.
    dropped: usize,
    /// Lines about clients that may be written now.
    budget: f64,
    refilled: Instant,
    /// Lines about clients that were left out since the last one.
    left_out: u64,
}

impl State {
    /// Whether a line about a client may be written at this time.
    fn admits(&mut self, now: Instant) -> bool {
        let seconds = now.saturating_duration_since(self.refilled).as_secs_f64();
        self.refilled = now;
        self.budget = (self.budget + seconds * CLIENT_LINES_PER_SECOND).min(CLIENT_BURST);
        let admitted = self.budget >= 1.0;
        if admitted {
            self.budget -= 1.0
        } else {
            self.left_out += 1
        }
        admitted
    }
}

/// One event on its way: nothing where it is left out.
struct Line<'a>(Option<&'a Lines>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(Some(self))
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line<'a> {
        let of_client = FACES.iter().any(|face| event.target().starts_with(face));
        let admitted = !of_client || self.state.lock().is_ok_and(|mut state| state.admits(Instant::now()));
        Line(admitted.then_some(self))
    }
}

impl Write for Line<'_> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let Some(lines) = self.0 else { return Ok(event.len()) };
        let mut line = Vec::with_capacity(event.len().min(LONGEST_LINE) + 128);
        let dropped = QUEUE.get().map_or(0, |queue| queue.dropped.dropped_lines());
        if let Ok(mut state) = lines.state.lock() {
            let missing = dropped.saturating_sub(std::mem::replace(&mut state.dropped, dropped));
            let left_out = std::mem::take(&mut state.left_out);
            if missing > 0 {
                writeln!(line, "runcell: {missing} lines of the log are missing here: nobody read them")?;
            }
            if left_out > 0 {
                writeln!(line, "runcell: {left_out} lines about clients are left out here")?;
            }
        }
        line.extend_from_slice(&shortened(event));
        write(&line)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A line of bounded length.
fn shortened(event: &[u8]) -> Vec<u8> {
    if event.len() <= LONGEST_LINE {
        return event.to_vec();
    }
    let start = String::from_utf8_lossy(&event[..LONGEST_LINE]);
    format!("{start} ... ({} more bytes)\n", event.len() - LONGEST_LINE).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn clients_cause_a_bounded_number_of_lines() {
        let start = Instant::now();
        let mut state = State { dropped: 0, budget: CLIENT_BURST, refilled: start, left_out: 0 };
        let written = (0..1000).filter(|_| state.admits(start)).count();
        assert_eq!((written, state.left_out), (50, 950));
        let later = start + Duration::from_secs(2);
        assert_eq!((0..1000).filter(|_| state.admits(later)).count(), 10);
    }

    #[test]
    fn a_long_line_is_shortened() {
        let line = shortened(&[b'x'; 1 << 20]);
        assert!(line.len() < LONGEST_LINE + 100 && line.ends_with(b"(1044480 more bytes)\n"));
        assert_eq!(shortened(b"short\n"), b"short\n");
    }
}
