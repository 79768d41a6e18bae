//! Who a caller is to this server.
//!
//! Owns the answer.

use crate::admission::{Access, Who};
use crate::answer::Answer;
use crate::row::Row;
use aide::axum::routing::get;
use runcell_model::caller::Operation;
use schemars::JsonSchema;
use serde::Serialize;

/// Who the caller is.
#[derive(Debug, Serialize, JsonSchema)]
struct MeJson {
    /// The user's name.
    name: String,
    /// Who owns what it makes.
    tenant: String,
    /// What it may do: `viewer`, `runner`, `deployer` or `admin`.
    role: &'static str,
}

pub(crate) fn rows() -> Vec<Row> {
    let words = ("getMe", "accounts", "Who you are to this server, and what you may do.");
    vec![Row::new("/api/auth/me", Operation::ReadRuntimes, words, get(me)).access(Access::Caller)]
}

async fn me(Who(caller): Who) -> Answer<MeJson> {
    Answer::new(MeJson { name: caller.user, tenant: caller.tenant.to_string(), role: caller.role.name() })
}
