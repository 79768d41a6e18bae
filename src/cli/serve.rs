//! `runcell serve`: the face for programs and people, over HTTP.
//!
//! Owns arguments and signals; starts the face.

pub(super) mod account;
pub(super) mod listen;

use super::{CliError, ExitCode, environment, log, progress, setup, shell, stop};
use clap::Args;
use runcell_http::{Address, Listener};
use runcell_model::caller::{Caller, Face};
use runcell_model::config::ServerConfig;
use runcell_model::runtime::RuntimeRef;
use runcell_service::{Service, ServiceError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The certificate of a server.
#[derive(Debug, Args)]
pub(super) struct TlsArgs {
    /// Speak TLS with the certificate of this PEM file; it is read again when it has changed.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, as a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl TlsArgs {
    /// Puts it in the place of the one that the configuration names.
    pub(super) fn put_into(&self, server: &mut ServerConfig) {
        if self.tls_cert.is_some() {
            server.tls.certificate.clone_from(&self.tls_cert);
            server.tls.key.clone_from(&self.tls_key);
        }
    }
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// Listen here: 127.0.0.1:8080, 0.0.0.0:443, a port of this machine alone, or unix:PATH [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS", env = "RUNCELL_LISTEN")]
    listen: Option<String>,
    /// Speak plain HTTP with other machines too. Passwords and tokens can be read on the way then.
    #[arg(long, env = "RUNCELL_INSECURE_HTTP")]
    insecure_http: bool,
    #[command(flatten)]
    tls: TlsArgs,
    /// Prepare these runtimes before anything is served (`all` for every one, `none` for none).
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        default_value = "python,quickjs",
        env = "RUNCELL_PREPARE"
    )]
    prepare: Vec<String>,
}

const EXAMPLES: &str =
    "Settings are in the section [server] of the configuration; docs/http.md describes the API, and the server does \
itself at /api/docs.

Examples:
  runcell serve
  runcell serve --listen 0.0.0.0:443 --tls-cert fullchain.pem --tls-key privkey.pem
  runcell serve --listen 0.0.0.0:8080 --config team.toml   # behind a proxy of server.trusted_proxies
  runcell serve --listen unix:/run/runcell.sock --prepare all";

/// Runs the verb.
pub(super) fn run(args: &ServeArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let given = setup::read_config(config)?;
    log::serve(&given.telemetry)?;
    let mut server = given.server;
    match &args.listen {
        Some(listen) => server.listen.clone_from(listen),
        None => listen::with_port_of_the_environment(&mut server)?,
    }
    server.insecure_http |= args.insecure_http;
    args.tls.put_into(&mut server);
    let address = listen::address(&server)?;
    let port = environment::port().filter(|_| args.listen.is_none());
    environment::say_names(port.map(|(name, _)| name));
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let tokio = tokio.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
    let service = Arc::new(tokio.block_on(async { setup::server(config) })?);
    let served = tokio.block_on(serve(args, service, server, &address));
    tokio.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(
    args: &ServeArgs,
    service: Arc<Service>,
    config: ServerConfig,
    address: &Address,
) -> Result<(), CliError> {
    let stop = CancellationToken::new();
    stop::on_signal(stop.clone())?;
    // Before the long work: an address that is taken is said at once.
    let listener = Listener::bind(address, &config).await?;
    service.ready().await?;
    let Some(prepared) = stop.run_until_cancelled(prepare(&service, &args.prepare)).await else { return Ok(()) };
    prepared?;
    service.resume_jobs().await?;
    account::open(&service).await?;
    shell::say(&format!("serving at {}", listener.url()));
    shell::say(
        "open it in a browser to log in; programs: POST /api/auth/login, then `Authorization: Bearer TOKEN`; see /api/docs",
    );
    runcell_http::serve(service, config, listener, stop).await;
    Ok(())
}

/// Prepares runtimes one after the other, and shows how far each is.
async fn prepare(service: &Service, names: &[String]) -> Result<(), CliError> {
    let caller = Caller::operator(Face::Shell);
    let runtimes = service.runtimes(&caller);
    let mut names: Vec<String> = names.iter().filter(|name| !name.is_empty() && *name != "none").cloned().collect();
    if names.iter().any(|name| name == "all") {
        names = runtimes.list()?.into_iter().filter(|info| info.default).map(|info| info.name).collect();
    }
    for name in names {
        let runtime: RuntimeRef = name.parse().map_err(|error| CliError::Usage(format!("--prepare: {error}")))?;
        match progress::watch(runtimes.prepare(&runtime)?).await {
            Ok(_) => {}
            // A thing that cannot be fetched now may be fetched later; one that does not exist never will.
            Err(error @ ServiceError::Unavailable(_)) => shell::say(&format!("{name} is not ready: {}", error.chain())),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
