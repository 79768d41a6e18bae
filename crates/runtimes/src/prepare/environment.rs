//! The environment variables of a guest.
//!
//! Owns those that every guest gets, and which of several settings wins.

use crate::manifest::Manifest;
use std::collections::BTreeMap;

/// The variables of every guest: those that a program finds on a plain machine, and no others.
const COMMON: [(&str, &str); 5] =
    [("HOME", "/work"), ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("PWD", "/work"), ("LANG", "C.UTF-8"), ("TZ", "UTC")];

/// The environment of a guest as `NAME=value`: what every guest gets, the runtime's own, the caller's. Later ones win.
pub fn environment(manifest: &Manifest, caller: &BTreeMap<String, String>) -> Vec<String> {
    let mut env: BTreeMap<&str, &str> = COMMON.into_iter().filter(|_| manifest.run.common_env).collect();
    env.extend(manifest.env.iter().chain(caller).map(|(name, value)| (name.as_str(), value.as_str())));
    env.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}
