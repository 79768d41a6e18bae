//! How soon a cancel and a deadline take effect while every processor is busy.

use super::driver::{Bench, start};
use super::table::Row;
use crate::sample::Samples;
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::Ending;
use runcell::service::RunRequest;
use std::time::{Duration, Instant};

/// Busy cells at a time.
const BUSY: usize = 6;

/// The time that a run is given, in milliseconds.
const ALLOWED_MS: u64 = 100;

fn spin(allowed_ms: u64) -> anyhow::Result<RunRequest> {
    let mut request = RunRequest::new("python".parse()?, "while True: pass");
    request.limits =
        LimitsRequest::default().with(LimitKind::WallTime, allowed_ms).with(LimitKind::Fuel, 1_000_000_000_000);
    Ok(request)
}

/// From a cancel to the outcome, and from the end of the time allowed to the outcome.
pub(crate) fn rows(bench: &Bench, _name: &str) -> anyhow::Result<Vec<Row>> {
    let ready = bench.ready("python")?;
    let (mut cancel, mut deadline) = (Samples::default(), Samples::default());
    bench.tokio.block_on(async {
        for _ in 0..bench.turns {
            let mut runs = Vec::new();
            for _ in 0..BUSY {
                runs.push(start(&bench.service, &ready, spin(60_000)?).await?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            for run in runs {
                let told = Instant::now();
                run.canceller().cancel();
                anyhow::ensure!(run.outcome().await?.ending == Ending::Cancelled, "the run was not cancelled");
                cancel.push(told.elapsed());
            }
            let mut runs = Vec::new();
            for _ in 0..BUSY {
                runs.push(start(&bench.service, &ready, spin(ALLOWED_MS)?).await?);
            }
            for run in runs {
                let outcome = run.outcome().await?;
                anyhow::ensure!(outcome.ending == Ending::TimedOut { allowed_ms: ALLOWED_MS }, "{:?}", outcome.ending);
                deadline.push(
                    Duration::from_micros(outcome.usage.wall_us).saturating_sub(Duration::from_millis(ALLOWED_MS)),
                );
            }
        }
        anyhow::Ok(())
    })?;
    let row = |name: &str, samples: &Samples| Row::alone(&format!("{name}, {BUSY} busy cells"), samples, "20");
    Ok(vec![row("cancel to outcome", &cancel), row("deadline to outcome", &deadline)])
}
