//! `[telemetry]`: where traces are sent.
//!
//! Owns the shape. The address is checked where it is used, as the environment can name one too.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Traces of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// The collector that spans are sent to over OTLP: `http://HOST:4318`. Without it, `OTEL_EXPORTER_OTLP_ENDPOINT` counts, and
    /// without that nothing is sent.
    pub otlp: Option<String>,
}
