//! Limits as the user of a shell names them: flags of their own, and `--limit NAME=VALUE`.
//!
//! Owns the flags' words. Units are the model's, ceilings the policy's.

use super::CliError;
use runcell_model::limits::{Kind, LimitsRequest};
use runcell_model::quantity::Unit;

/// The limits of `--limit NAME=VALUE` texts and of flags that have a limit each.
pub(super) fn request<K: Kind>(flags: &[(K, &Option<String>)], texts: &[String]) -> Result<LimitsRequest<K>, CliError> {
    let mut asked: Vec<(K, &str)> = flags.iter().filter_map(|(kind, text)| Some((*kind, text.as_deref()?))).collect();
    for text in texts {
        let pair = text.split_once('=');
        let (name, value) = pair.ok_or_else(|| CliError::Usage(format!("--limit {text:?} is not NAME=VALUE")))?;
        let unknown = || CliError::Usage(format!("there is no limit {name:?}; there are: {}", K::names()));
        asked.push((K::from_name(name).ok_or_else(unknown)?, value));
    }
    asked.into_iter().try_fold(LimitsRequest::default(), |limits, (kind, text)| {
        Ok(limits.with(kind, amount(kind.unit(), &format!("the limit {kind}"), text)?))
    })
}

/// An amount in a unit, or what is wrong with the flag of that name.
pub(super) fn amount(unit: Unit, flag: &str, text: &str) -> Result<u64, CliError> {
    unit.parse(text).map_err(|why| CliError::Usage(format!("{flag}: {why}")))
}
