//! `[rates]`: how many requests a server takes from a tenant and from a token.
//!
//! Owns the shape and the defaults. The service counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many requests a server takes from a tenant, and from one token or user of it. 0 is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RatesConfig {
    /// Requests of a tenant in a minute; so many may come at once.
    pub tenant_per_minute: u32,
    /// Requests of one token, or of one user's logins, in a minute; so many may come at once.
    pub token_per_minute: u32,
    /// Requests of a tenant under way at the same time.
    pub tenant_at_once: u32,
    /// Requests of one token, or of one user's logins, under way at the same time.
    pub token_at_once: u32,
}

impl Default for RatesConfig {
    fn default() -> Self {
        Self { tenant_per_minute: 0, token_per_minute: 0, tenant_at_once: 4096, token_at_once: 1024 }
    }
}
