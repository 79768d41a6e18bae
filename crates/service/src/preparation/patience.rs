//! Waiting for a preparation while telling how far it is.
//!
//! Owns the clock: how often there is something to tell, and when a caller has waited long enough. Faces do the telling. The wait is a
//! span of its own, and counted.

use super::{Preparation, Ready};
use crate::error::ServiceError;
use runcell_telemetry::metric;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tracing::{Instrument, Span};

/// How long somebody waits for a preparation, and how often it is told how far that is.
#[derive(Debug, Clone)]
pub struct Patience {
    began: Instant,
    end: Option<Instant>,
    every: Duration,
    span: Span,
}

/// How a wait went on.
pub enum Waited {
    /// It is ready.
    Ready(Ready),
    /// It goes on: the time to tell how far it is.
    Working,
    /// It goes on, and the caller has waited as long as it wanted to.
    TooLong,
}

impl Patience {
    /// From now on at most so long (`None`: for ever), with something to tell so often.
    #[must_use]
    pub fn new(at_most: Option<Duration>, every: Duration) -> Self {
        let began = Instant::now();
        Self { began, end: at_most.map(|at_most| began + at_most), every, span: tracing::info_span!("prepare") }
    }

    /// Waits until a preparation is ready, there is something to tell, or patience has ended.
    ///
    /// # Errors
    /// Why it cannot be made ready.
    pub async fn wait(&self, preparation: &mut Preparation) -> Result<Waited, ServiceError> {
        let left = self.end.map(|end| end.saturating_duration_since(Instant::now()));
        let pause = left.map_or(self.every, |left| left.min(self.every));
        match timeout(pause, preparation.ready()).instrument(self.span.clone()).await {
            Ok(ready) => {
                metric::prepared(self.began.elapsed());
                ready.map(Waited::Ready)
            }
            Err(_) if left == Some(pause) => Ok(Waited::TooLong),
            Err(_) => Ok(Waited::Working),
        }
    }
}
