//! How the server is, for load balancers and people.
//!
//! Owns the answer. It is open to everybody, so it says whether parts answer and nothing of what they are or hold.

use crate::admission::Access;
use crate::answer::Answer;
use crate::identity::identify;
use crate::row::Row;
use crate::state::App;
use crate::tls::CertificateWatch;
use crate::validity::CertificateState;
use aide::NoApi;
use aide::axum::routing::get;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{Extensions, HeaderMap};
use runcell_model::caller::Operation;
use runcell_service::{Part, Vitals};
use runcell_wire::{now_ms, rfc3339};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// How long containers and images may take to be counted.
const COUNTED_WITHIN: Duration = Duration::from_secs(1);

/// How the server is.
#[derive(Debug, Serialize, JsonSchema)]
struct HealthJson {
    /// `ok`; `degraded` where a part does not answer; `draining` while the server is being stopped.
    status: &'static str,
    /// The version of runcell.
    version: &'static str,
    /// Whether the server is being stopped: it takes no new work.
    draining: bool,
    /// The database of records: `ok`, `failing`, or `absent` where the server has none.
    database: &'static str,
    /// The container engine: `ok`, `failing`, or `absent` where there is none.
    engine: &'static str,
    /// Worker processes that run snippets.
    workers: usize,
    /// The certificate: `ok`, `ending` where its end is near, `ended`. Absent where the server speaks no TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'static str>,
    /// When the certificate ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_ends_at: Option<String>,
    /// Whether containers can be run.
    docker_available: bool,
    /// The time of the server.
    timestamp: String,
    /// Containers of runcell's that run now; for callers with a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    active_containers: Option<usize>,
    /// Images on the engine's machine; for callers with a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    available_images: Option<usize>,
}

pub(crate) fn rows() -> Vec<Row> {
    let words = (
        "getHealth",
        "system",
        "How the server is; 503 while it is being stopped or its database does not answer. The answer takes 2 s at most.",
    );
    vec![Row::new("/health", Operation::ReadSystem, words, get(health)).access(Access::Always)]
}

async fn health(
    State(app): State<App>,
    NoApi(headers): NoApi<HeaderMap>,
    NoApi(extensions): NoApi<Extensions>,
) -> Result<Answer<HealthJson>, Answer<HealthJson, 503>> {
    let draining = app.gate.is_draining();
    let unknown = Vitals { database: Part::Failing, engine: Part::Absent, workers: 0 };
    let server = app.service.system(&app.server);
    let (vitals, seen) = tokio::join!(server.vitals(), containers(&app, &headers, &extensions));
    let Vitals { database, engine, workers } = vitals.unwrap_or(unknown);
    let certificate = app.certificate.as_ref().map(CertificateWatch::look);
    let ended = certificate.is_some_and(|(_, state)| state == CertificateState::Ended);
    let failing = database == Part::Failing || engine == Part::Failing || workers == 0 || ended;
    let status = match (draining, failing) {
        (true, _) => "draining",
        (false, true) => "degraded",
        (false, false) => "ok",
    };
    let (version, serves) = (env!("CARGO_PKG_VERSION"), !draining && database != Part::Failing);
    let (database, engine) = (word(database), word(engine));
    let (certificate, certificate_ends_at) =
        certificate.map(|(validity, state)| (of_certificate(state), validity.until())).unzip();
    let (active_containers, available_images) = seen.unzip();
    let health = HealthJson {
        status,
        version,
        draining,
        database,
        engine,
        workers,
        certificate,
        certificate_ends_at,
        docker_available: engine == word(Part::Good),
        timestamp: rfc3339(now_ms()),
        active_containers,
        available_images,
    };
    if serves { Ok(Answer::new(health)) } else { Err(Answer::new(health)) }
}

/// The numbers of containers and of images, for a caller who may read them, if the engine tells them soon.
async fn containers(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Option<(usize, usize)> {
    if !headers.contains_key(AUTHORIZATION) {
        return None;
    }
    let asked = async {
        let caller = identify(app, headers, extensions).await.ok()?;
        let health = app.service.system(&caller).container_health().await.ok()?;
        Some((health.running, health.images))
    };
    tokio::time::timeout(COUNTED_WITHIN, asked).await.ok().flatten()
}

fn of_certificate(state: CertificateState) -> &'static str {
    match state {
        CertificateState::Good => "ok",
        CertificateState::Ending => "ending",
        CertificateState::Ended => "ended",
    }
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Good => "ok",
        Part::Absent => "absent",
        Part::Failing => "failing",
    }
}
