//! `[quotas]`: how much of the machine one tenant may have.
//!
//! Owns the shape and the defaults. Uploads have a section of their own. The service and the store count.

use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much of the machine one tenant may have. 0 is no bound other than the server's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuotasConfig {
    /// Runs of a tenant at the same time, those that wait for their turn included.
    pub runs: u32,
    /// Jobs of a tenant that wait for their turn.
    pub queued_jobs: u64,
    /// Files that the ended jobs of a tenant left, together. Where there are more, it submits none until some are removed.
    #[serde(deserialize_with = "quantity::bytes")]
    pub job_bytes: u64,
}
