//! Where a verb does its work: on this machine, or at a server.
//!
//! Owns the arguments that choose, and whose credentials are sent. What is asked of either is the business of `door`.

use super::{CliError, setup};
use clap::Args;
use runcell_client::{Address, Client, Credential, Keyring, Settings, Token};
use std::path::{Path, PathBuf};

/// A token for the server, instead of a login.
const TOKEN: &str = "RUNCELL_TOKEN";

/// Where verbs do their work.
#[derive(Debug, Clone, Args)]
pub(super) struct Target {
    /// Configuration file [default: runcell/config.toml in the user's configuration folder].
    #[arg(long, global = true, value_name = "FILE", env = "RUNCELL_CONFIG")]
    config: Option<PathBuf>,
    /// Work at this server instead of on this machine: https://HOST[:PORT], http://HOST[:PORT] or unix:PATH.
    #[arg(long, global = true, value_name = "URL", env = "RUNCELL_URL")]
    url: Option<String>,
    /// Trust the certificates in this file (PEM) too, when a server shows its own.
    #[arg(long, global = true, value_name = "FILE", env = "RUNCELL_CA_FILE")]
    ca_file: Option<PathBuf>,
    /// Send tokens to another machine over plain HTTP, where they can be read on the way.
    #[arg(long, global = true, env = "RUNCELL_INSECURE_HTTP")]
    insecure_http: bool,
}

impl Target {
    /// The configuration of this machine, for a verb that only makes sense here.
    ///
    /// # Errors
    /// [`CliError::Usage`] where a server was named.
    pub(super) fn here(&self, verb: &str) -> Result<Option<&Path>, CliError> {
        match self.server() {
            None => Ok(self.config()),
            Some(_) => Err(CliError::only_here(&format!("`runcell {verb}`"))),
        }
    }

    /// The configuration of this machine.
    pub(super) fn config(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The server that was named.
    fn server(&self) -> Option<&str> {
        self.url.as_deref().filter(|url| !url.is_empty())
    }

    /// The server that was named, as whoever has a token or has logged in there.
    ///
    /// # Errors
    /// [`CliError::Client`] where it cannot be asked.
    pub(super) fn client(&self) -> Result<Option<Client>, CliError> {
        let Some(url) = self.server() else { return Ok(None) };
        Ok(Some(self.client_of(url, credential()?)?))
    }

    /// The server that was named, for a look at it, and what it gets to know of the user.
    ///
    /// # Errors
    /// [`CliError`] where it cannot be asked.
    pub(super) fn outside(&self) -> Result<Option<(Client, Shown)>, CliError> {
        let Some(url) = self.server() else { return Ok(None) };
        let address = address(url)?;
        let credential = credential().unwrap_or(Credential::Nobody);
        let there_is_one = match &credential {
            Credential::Nobody => false,
            Credential::Token(_) => true,
            Credential::Kept(keyring) => keyring.get(&address)?.is_some(),
        };
        let (shown, credential) = match (there_is_one, address.is_open() && !self.insecure_http) {
            (false, _) => (Shown::Nothing, Credential::Nobody),
            (true, true) => (Shown::Withheld, Credential::Nobody),
            (true, false) => (Shown::Credential, credential),
        };
        let ca_file = self.ca_file.clone();
        let client = Client::new(Settings { address, credential, ca_file, insecure_http: true })?;
        Ok(Some((client, shown)))
    }

    /// A server, as somebody else.
    ///
    /// # Errors
    /// [`CliError::Client`] where it cannot be asked.
    pub(super) fn client_of(&self, url: &str, credential: Credential) -> Result<Client, CliError> {
        let address = address(url)?;
        let (ca_file, insecure_http) = (self.ca_file.clone(), self.insecure_http);
        Ok(Client::new(Settings { address, credential, ca_file, insecure_http })?)
    }

    /// The address that `login` and `logout` mean: the one they are given, or that of `--url`.
    ///
    /// # Errors
    /// [`CliError::Usage`] where there is none.
    pub(super) fn address(&self, given: Option<&str>) -> Result<String, CliError> {
        let missing =
            || CliError::Usage("no server is named: give its address, such as https://runcell.example".to_owned());
        given.or(self.server()).map(str::to_owned).ok_or_else(missing)
    }
}

/// The part of the user that a server which is looked at gets to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing: there is no token, and no login is kept.
    Nothing,
    /// Nothing: the token or login could be read on the way.
    Withheld,
    /// The token or login.
    Credential,
}

fn address(url: &str) -> Result<Address, CliError> {
    url.parse().map_err(|error: runcell_client::AddressError| CliError::Usage(error.to_string()))
}

/// The token of the environment, or the login that is kept.
fn credential() -> Result<Credential, CliError> {
    match std::env::var(TOKEN).ok().filter(|token| !token.trim().is_empty()) {
        Some(token) => Ok(Credential::Token(Token::new(&token))),
        None => Ok(Credential::Kept(keyring()?)),
    }
}

/// The credentials of the user.
pub(super) fn keyring() -> Result<Keyring, CliError> {
    setup::config_dir().map(Keyring::new).ok_or(CliError::NoConfigDir)
}
