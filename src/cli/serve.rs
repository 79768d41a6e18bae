//! `runcell serve`: the face for programs and people, over HTTP.
//!
//! Owns arguments and signals; starts the face.

use super::{CliError, ExitCode, log, progress, setup, shell, stop};
use clap::Args;
use runcell_http::{Address, Listener};
use runcell_model::caller::{Caller, Face};
use runcell_model::config::ServerConfig;
use runcell_model::runtime::RuntimeRef;
use runcell_service::{EnvironmentTokens, InvalidRequest, Secret, Service, ServiceError};
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The password of the first admin; without it one is generated.
const PASSWORD: &str = "RUNCELL_ADMIN_PASSWORD";
/// Tokens of the environment, and how the Server Manager calls them.
const TOKENS: &str = "RUNCELL_TOKENS";
const MANAGER_TOKENS: &str = "MANAGER_TOKENS";
/// The Server Manager's one token, which is taken over once.
const MANAGER_TOKEN: &str = "MANAGER_BEARER_TOKEN";

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
  runcell serve --listen 0.0.0.0:8080 --config team.toml   # behind a proxy of server.trusted_proxies
  runcell serve --listen unix:/run/runcell.sock --prepare all";

/// Runs the verb.
pub(super) fn run(args: &ServeArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    log::queue();
    let mut server = setup::read_config(config)?.server;
    if let Some(listen) = &args.listen {
        server.listen.clone_from(listen);
    }
    server.insecure_http |= args.insecure_http;
    let address = address(&server)?;
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
    let listener = Listener::bind(address).await?;
    service.ready().await?;
    let Some(prepared) = stop.run_until_cancelled(prepare(&service, &args.prepare)).await else { return Ok(()) };
    prepared?;
    service.resume_jobs().await?;
    open_accounts(&service).await?;
    shell::say(&format!("serving at {}", shown(listener.address())));
    shell::say(
        "open it in a browser to log in; programs: POST /api/auth/login, then `Authorization: Bearer TOKEN`; see /api/docs",
    );
    runcell_http::serve(service, config, listener, stop).await;
    Ok(())
}

/// Sees to it that somebody can log in: the first admin, and tokens of the environment.
pub(super) async fn open_accounts(service: &Service) -> Result<(), CliError> {
    let accounts = service.accounts().await?;
    let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(admin) = accounts.first_admin(given(PASSWORD).map(Secret::from)).await?
        && let Some(password) = admin.generated
    {
        shell::say(&format!("the first admin is {:?}; its password, shown once: {}", admin.name, password.reveal()));
    }
    for (old, new) in [(MANAGER_TOKENS, TOKENS), (MANAGER_TOKEN, "`POST /api/tokens`; it is taken over once")] {
        if given(old).is_some() {
            shell::say(&format!("{old} is called {new} here"));
        }
    }
    let list = given(TOKENS).or_else(|| given(MANAGER_TOKENS)).unwrap_or_default();
    let tokens = EnvironmentTokens::parse(&list, given(MANAGER_TOKEN).as_deref());
    let tokens = tokens.map_err(|error| ServiceError::from(InvalidRequest::Account(error)))?;
    Ok(accounts.use_environment(tokens).await?)
}

/// Where to listen, if that is safe.
pub(super) fn address(config: &ServerConfig) -> Result<Address, CliError> {
    let address: Address = config.listen.parse().map_err(|error| CliError::Usage(format!("{error}")))?;
    let safe = address.is_local() || !config.trusted_proxies.is_empty();
    if safe || config.insecure_http {
        return Ok(address);
    }
    Err(CliError::Usage(format!(
        "{address} can be reached by other machines, and plain HTTP shows them passwords and tokens: name the proxy \
         that speaks TLS for it in server.trusted_proxies of the configuration, or give --insecure-http"
    )))
}

fn shown(address: &Address) -> String {
    match address {
        Address::Tcp(address) => format!("http://{address}"),
        Address::Unix(_) => address.to_string(),
    }
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
            // What cannot be fetched now may be later; what there is not never will be.
            Err(error @ ServiceError::Unavailable(_)) => shell::say(&format!("{name} is not ready: {}", error.chain())),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
