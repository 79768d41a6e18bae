//! `[executions]`, `[audit]` and `[keys]`: what is kept of runs, of what was done and of answers, and for how long.
//!
//! Owns the shapes and the defaults. A server removes what is over.

use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The records that a server keeps of runs that it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExecutionsConfig {
    /// Runs that are kept, of all tenants together; the oldest go first. 0 keeps none but those that were asked for with
    /// `Prefer: respond-async`.
    pub keep: u64,
    /// How long a run is kept.
    #[serde(deserialize_with = "quantity::milliseconds")]
    pub keep_ms: u64,
    /// The longest outcome that is kept, as JSON; of a run with a longer one, only how it ended is.
    #[serde(deserialize_with = "quantity::bytes")]
    pub outcome_bytes: u64,
}

impl Default for ExecutionsConfig {
    fn default() -> Self {
        Self { keep: 10_000, keep_ms: 7 * 86_400_000, outcome_bytes: 256 << 10 }
    }
}

/// How long the audit is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// How long a line is kept; 0 for ever.
    #[serde(deserialize_with = "quantity::milliseconds")]
    pub keep_ms: u64,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { keep_ms: 400 * 86_400_000 }
    }
}

/// How long the answer to a request with an `Idempotency-Key` is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeysConfig {
    /// How long the same request with the same key gets the answer of the first one. After that the key is free again.
    #[serde(deserialize_with = "quantity::milliseconds")]
    pub keep_ms: u64,
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self { keep_ms: 86_400_000 }
    }
}
