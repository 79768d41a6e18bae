//! The accounts that can log in when a server has started.
//!
//! Owns where the environment's secrets go: the first admin's password, tokens, and the secret that signs. Their meaning is the
//! service's business.

use super::super::environment::{self, GORUN_SECRET, MANAGER_TOKEN, MANAGER_TOKENS, SIGNING_SECRET, TOKENS, given};
use super::super::{CliError, shell};
use runcell_service::{EnvironmentTokens, InvalidRequest, Secret, Service, ServiceError};

/// Sees to it that somebody can log in: the first admin, and tokens of the environment.
pub(in crate::cli) async fn open(service: &Service) -> Result<(), CliError> {
    let accounts = service.accounts().await?;
    if let Some((name, secret)) = [SIGNING_SECRET, GORUN_SECRET].into_iter().find_map(|name| Some((name, given(name)?)))
    {
        accounts.sign_with(secret.into()).map_err(|error| CliError::Usage(format!("{name}: {error}")))?;
    }
    if let Some((issuer, failed)) = accounts.ask_issuer().await? {
        let failed = failed.map(|error| format!("; {error}")).unwrap_or_default();
        shell::say(&format!("tokens of {issuer} are good here{failed}"));
    }
    if let Some(admin) = accounts.first_admin(given(environment::ADMIN_PASSWORD).map(Secret::from)).await?
        && let Some(password) = admin.generated
    {
        shell::say(&format!("the first admin is {:?}; its password, shown once: {}", admin.name, password.reveal()));
    }
    let list = given(TOKENS).or_else(|| given(MANAGER_TOKENS)).unwrap_or_default();
    let tokens = EnvironmentTokens::parse(&list, given(MANAGER_TOKEN).as_deref());
    let tokens = tokens.map_err(|error| ServiceError::from(InvalidRequest::Account(error)))?;
    Ok(accounts.use_environment(tokens).await?)
}
