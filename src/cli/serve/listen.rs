//! Where a server listens, if that is safe.
//!
//! Owns what a flag, an older variable and the configuration mean together.

use super::super::{CliError, environment};
use runcell_http::Address;
use runcell_model::config::ServerConfig;

/// The address that the configuration means, where no flag names one: its port may be an older system's variable.
pub(super) fn with_port_of_the_environment(config: &mut ServerConfig) -> Result<(), CliError> {
    let Some((name, text)) = environment::port() else { return Ok(()) };
    let port = text.trim().trim_start_matches(':').parse::<u16>();
    let port = port.map_err(|_| CliError::Usage(format!("{name} = {text:?} is no port: 0 to 65535 is expected")))?;
    config.listen = match parsed(config)? {
        Address::Tcp(mut address) => {
            address.set_port(port);
            address.to_string()
        }
        unix @ Address::Unix(_) => unix.to_string(),
    };
    Ok(())
}

/// Where to listen, if that is safe.
pub(in crate::cli) fn address(config: &ServerConfig) -> Result<Address, CliError> {
    let address = parsed(config)?;
    let safe = address.is_local() || config.tls.certificate.is_some() || !config.trusted_proxies.is_empty();
    if safe || config.insecure_http {
        return Ok(address);
    }
    Err(CliError::Usage(format!(
        "{address} can be reached by other machines, and plain HTTP shows them passwords and tokens: give a certificate \
         (--tls-cert and --tls-key), name the proxy that speaks TLS for it in server.trusted_proxies of the configuration, \
         or give --insecure-http"
    )))
}

fn parsed(config: &ServerConfig) -> Result<Address, CliError> {
    config.listen.parse().map_err(|error| CliError::Usage(format!("{error}")))
}
