//! The way of spans to a collector: OTLP in JSON over HTTP.
//!
//! Owns the address and the sending, which the library does in batches and on a thread of its own. A collector that is away costs spans and
//! nothing else. Plain HTTP only: a collector elsewhere is reached through one on this machine, as is usual.

use super::encode;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

/// How long a collector may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long the last spans may take when the process ends.
const LAST_WITHIN: Duration = Duration::from_secs(2);
/// Where a collector takes traces, below its address.
const PATH: &str = "/v1/traces";
/// Headers for the collector, as `name=value` with commas between.
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";

/// Spans cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// An address that cannot be sent to.
    #[error(
        "{name} = {value:?} is no address of a collector: http://HOST:PORT is expected (https is not spoken; run a collector here)"
    )]
    Address {
        /// Where it was given.
        name: &'static str,
        /// The given value.
        value: String,
    },
    /// Headers that are none.
    #[error("{HEADERS} is no list of headers: name=value is expected, with commas between")]
    Headers,
    /// The sender cannot be started.
    #[error("spans cannot be sent: {0}")]
    Start(#[from] std::io::Error),
}

/// The address that traces are sent to: `configured`, or what the environment says as OpenTelemetry has it; `None` where nobody wants any.
///
/// # Errors
/// [`ExportError::Address`] where it cannot be sent to.
pub fn endpoint(configured: Option<&str>) -> Result<Option<Uri>, ExportError> {
    let given = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let (traces, base) = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT");
    let (name, value, path) = if let Some(value) = configured {
        ("telemetry.otlp", value.to_owned(), PATH)
    } else if let Some(value) = given(traces) {
        (traces, value, "")
    } else if let Some(value) = given(base) {
        (base, value, PATH)
    } else {
        return Ok(None);
    };
    let uri: Option<Uri> = format!("{}{path}", value.trim_end_matches('/')).parse().ok();
    let uri = uri.filter(|uri| uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty()));
    uri.map(Some).ok_or(ExportError::Address { name, value })
}

/// Sends spans until it is ended.
#[derive(Debug)]
pub struct Exporter {
    provider: SdkTracerProvider,
}

impl Exporter {
    /// Begins to send to an address.
    ///
    /// # Errors
    /// [`ExportError`] where that cannot be begun. Whether the collector answers is seen later.
    pub fn start(endpoint: Uri) -> Result<Self, ExportError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        let sender = Sender {
            endpoint,
            headers: headers(&std::env::var(HEADERS).unwrap_or_default())?,
            client,
            runtime: Mutex::new(runtime),
            resource: Resource::builder_empty().build(),
            failing: AtomicBool::new(false),
        };
        let resource = Resource::builder();
        // The environment's name of the service goes before ours.
        let named = std::env::var_os("OTEL_SERVICE_NAME").is_some();
        let resource = if named { resource } else { resource.with_service_name("runcell") };
        let provider = SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(sender);
        Ok(Self { provider: provider.build() })
    }

    /// The layer that turns spans of `tracing` into those that are sent.
    pub fn layer<S>(&self) -> OpenTelemetryLayer<S, SdkTracer>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let layer = tracing_opentelemetry::layer().with_tracer(self.provider.tracer("runcell"));
        layer.with_location(false).with_threads(false).with_tracked_inactivity(false)
    }

    /// Sends what waits, and ends.
    pub fn end(&self) {
        // A collector that is away has been reported.
        let _ = self.provider.shutdown_with_timeout(LAST_WITHIN);
    }
}

fn headers(text: &str) -> Result<Vec<(HeaderName, HeaderValue)>, ExportError> {
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    let header = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let mut value = HeaderValue::from_str(value.trim()).ok()?;
        value.set_sensitive(true);
        Some((name.trim().parse().ok()?, value))
    };
    pairs.map(|pair| header(pair).ok_or(ExportError::Headers)).collect()
}

/// The sender, to which the library hands batches on its own thread.
#[derive(Debug)]
struct Sender {
    endpoint: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    client: Client<HttpConnector, Full<Bytes>>,
    runtime: Mutex<Runtime>,
    resource: Resource,
    /// Whether the last batch was lost: that is said once.
    failing: AtomicBool,
}

impl Sender {
    fn send(&self, batch: &[SpanData]) -> Result<(), String> {
        let body = serde_json::to_vec(&encode::batch(&self.resource, batch)).map_err(|error| error.to_string())?;
        let mut request = Request::post(self.endpoint.clone()).header(CONTENT_TYPE, "application/json");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::from(body)).map_err(|error| error.to_string())?;
        let runtime = self.runtime.lock().map_err(|_| "an earlier batch was lost to a fault".to_owned())?;
        let answer =
            runtime.block_on(async { tokio::time::timeout(ANSWER_WITHIN, self.client.request(request)).await });
        match answer {
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => Err(format!("it answered {}", answer.status())),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("it did not answer within {} s", ANSWER_WITHIN.as_secs())),
        }
    }
}

impl SpanExporter for Sender {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        match self.send(&batch) {
            Ok(()) => {
                self.failing.store(false, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => {
                if !self.failing.swap(true, Ordering::Relaxed) {
                    tracing::warn!(collector = %self.endpoint, error, "spans of traces are lost until the collector answers");
                }
                Err(OTelSdkError::InternalFailure(error))
            }
        }
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_or_refused_in_clear_words() {
        let of = |text| endpoint(Some(text)).map(|uri| uri.map(|uri| uri.to_string()));
        assert_eq!(of("http://localhost:4318").expect("good").as_deref(), Some("http://localhost:4318/v1/traces"));
        assert_eq!(of("http://[::1]:4318/otel/").expect("good").as_deref(), Some("http://[::1]:4318/otel/v1/traces"));
        for bad in ["https://c.example", "localhost:4318", "", "http://", "ftp://x"] {
            let words = of(bad).expect_err(bad).to_string();
            assert!(words.contains("telemetry.otlp") && words.contains("http://HOST:PORT"), "{words}");
        }
    }

    #[test]
    fn headers_are_pairs() {
        assert_eq!(headers("a=b, c = d=e,").expect("good").len(), 2);
        assert!(headers("a").is_err() && headers("a b=c").is_err());
    }
}
