//! A preparation as an answer: waited for, or told as it goes.
//!
//! Owns the choice between the two, by what the client accepts, and the events of the second.

use crate::event::{self, EVENT_STREAM};
use crate::listen::{Deaf, Listen, Told};
use crate::problem::Problem;
use crate::run::ready;
use crate::state::App;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::{IntoResponse, Response};
use runcell_service::{Preparation, Ready};
use runcell_wire::{ProblemJson, RefusalJson, StepJson};
use serde::Serialize;
use tokio::sync::mpsc;
use tracing::Instrument;

/// Whether a client wants to be told as it goes.
pub(crate) fn wants_events(headers: &HeaderMap) -> bool {
    let accepts = |value: &axum::http::HeaderValue| value.to_str().is_ok_and(|text| text.contains(EVENT_STREAM));
    headers.get_all(ACCEPT).iter().any(accepts)
}

/// Answers a preparation: `done` says what was made.
pub(crate) async fn answer<T: Serialize>(
    app: &App,
    headers: &HeaderMap,
    preparation: Preparation,
    done: impl FnOnce(&Preparation, &Ready) -> T + Send + 'static,
    plain: impl FnOnce(T) -> Response,
) -> Result<Response, Problem> {
    if !wants_events(headers) {
        let made = ready(app, preparation.clone(), &mut Deaf).await?;
        return Ok(plain(done(&preparation, &made)));
    }
    Ok(told(app, preparation, move |preparation, ready| {
        serde_json::to_value(done(preparation, ready)).unwrap_or_default()
    }))
}

fn told(
    app: &App,
    preparation: Preparation,
    done: impl FnOnce(&Preparation, &Ready) -> serde_json::Value + Send + 'static,
) -> Response {
    let (events, response) = event::stream();
    let (app, draining) = (app.clone(), app.gate.draining());
    let telling = async move {
        let (sender, mut steps) = mpsc::unbounded_channel();
        let mut teller = Teller { sender, last: None };
        let making = ready(&app, preparation.clone(), &mut teller);
        let mut making = std::pin::pin!(making);
        loop {
            tokio::select! {
                made = making.as_mut() => {
                    let last = match made {
                        Ok(made) => event::event(None, "done", &done(&preparation, &made)),
                        Err(refusal) => event::event(None, "problem", &ProblemJson::from(refusal)),
                    };
                    let _ = events.send(last).await;
                    return;
                }
                Some(step) = steps.recv() => {
                    if events.send(event::event(None, "progress", &step)).await.is_err() {
                        return;
                    }
                }
                () = draining.cancelled() => {
                    let refusal = RefusalJson::fault("the server is being stopped; the preparation goes on with the next one");
                    let _ = events.send(event::event(None, "problem", &ProblemJson::from(refusal))).await;
                    return;
                }
            }
        }
    };
    tokio::spawn(telling.in_current_span());
    response.into_response()
}

/// Passes on each step once.
struct Teller {
    sender: mpsc::UnboundedSender<StepJson>,
    last: Option<StepJson>,
}

impl Listen for Teller {
    const OUTPUT: bool = true;

    fn hear(&mut self, told: Told) {
        let Told::Preparing(step) = told else { return };
        if self.last.as_ref() != Some(&step) {
            self.last = Some(step.clone());
            // Steps come four times a second at most, and nobody who left hears them.
            let _ = self.sender.send(step);
        }
    }
}
