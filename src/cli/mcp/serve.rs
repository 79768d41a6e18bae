//! `runcell mcp serve`: the face for assistants over stdin and stdout, over HTTP, or both, as users of gorun start it.
//!
//! Owns arguments and signals; starts the faces. The whole API over HTTP, with the protocol in it, is `runcell serve`'s.

use super::super::{CliError, ExitCode, environment, log, serve, setup, shell, stop};
use super::options::McpOptions;
use clap::{Args, ValueEnum};
use runcell_http::{Address, Listener};
use runcell_mcp::{McpConfig, Stdio};
use runcell_model::caller::{Caller, Face};
use runcell_model::config::ServerConfig;
use runcell_service::Service;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How clients reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Transport {
    /// One client, which starts the command and talks to it over stdin and stdout.
    Stdio,
    /// Many clients, at an address.
    Http,
    /// One of the first kind and many of the other.
    Both,
}

/// Arguments of `mcp serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// How clients reach the server.
    #[arg(long, value_enum, default_value = "stdio")]
    transport: Transport,
    /// Serve HTTP here, at the path /mcp.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8091")]
    http_addr: String,
    /// Take every caller over HTTP for the operator. Only with an address of this machine itself.
    #[arg(long)]
    no_auth: bool,
    #[command(flatten)]
    tls: serve::TlsArgs,
    #[command(flatten)]
    options: McpOptions,
}

const EXAMPLES: &str = "Callers over HTTP show a token (Authorization: Bearer ...); `runcell serve` makes accounts and tokens, and serves the \
same at /mcp beside the HTTP API. Names and origins that may call are in the section [server] of the configuration.

Examples:
  runcell mcp serve --transport http --http-addr 127.0.0.1:8091
  runcell mcp serve --transport http --http-addr 0.0.0.0:8091 --tls-cert fullchain.pem --tls-key privkey.pem
  runcell mcp serve --transport both --no-auth";

/// Runs the verb.
pub(super) fn run(args: &ServeArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let stdio = (args.transport != Transport::Http).then(Stdio::take).transpose()?;
    let given = setup::read_config(config)?;
    log::serve(&given.telemetry)?;
    let mut server = given.server;
    let address = (args.transport != Transport::Stdio).then(|| address(args, &mut server)).transpose()?;
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let tokio = tokio.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
    // Within it, so that the threads that answer also hear the workers.
    let service = Arc::new(tokio.block_on(async { setup::server(config) })?);
    let mcp = args.options.config(&service.runtimes(&Caller::operator(Face::Mcp)))?;
    let served = tokio.block_on(async {
        let stop = CancellationToken::new();
        stop::on_signal(stop.clone())?;
        // Before the long work: an address that is taken is said at once.
        let listener = match &address {
            Some(address) => Some(Listener::bind(address, &server).await?),
            None => None,
        };
        service.ready().await?;
        if listener.is_some() && !args.no_auth {
            environment::say_names(None);
            serve::account::open(&service).await?;
        }
        serve_all(args, service, (mcp, server), (stdio, listener), stop).await
    });
    // A thread that waits for the next byte of stdin would never end.
    tokio.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve_all(
    args: &ServeArgs,
    service: Arc<Service>,
    (mcp, server): (McpConfig, ServerConfig),
    (stdio, listener): (Option<Stdio>, Option<Listener>),
    stop: CancellationToken,
) -> Result<(), CliError> {
    let caller = Caller::operator(Face::Mcp);
    let Some(listener) = listener else {
        let Some(stdio) = stdio else { return Ok(()) };
        return Ok(runcell_mcp::serve(service, caller, mcp, stdio, stop).await?);
    };
    shell::say(&format!("serving the Model Context Protocol at {}/mcp", listener.url()));
    let everybody = args.no_auth.then(|| caller.clone());
    runcell_mcp::begin(&service, &caller, &mcp);
    let of_streams = async {
        match stdio {
            // A client that leaves is not the end of the server: there are others.
            Some(stdio) => {
                runcell_mcp::serve_beside(service.clone(), caller, mcp.clone(), stdio, stop.child_token()).await
            }
            None => Ok(()),
        }
    };
    let protocol = (mcp.clone(), everybody);
    let over_http = runcell_http::serve_mcp(service.clone(), server, protocol, listener, stop.clone());
    let (served, ()) = tokio::join!(of_streams, over_http);
    service.close().await;
    Ok(served?)
}

/// Where to listen, if that is safe.
fn address(args: &ServeArgs, server: &mut ServerConfig) -> Result<Address, CliError> {
    server.listen.clone_from(&args.http_addr);
    args.tls.put_into(server);
    let address = serve::listen::address(server)?;
    if args.no_auth && !address.is_local() {
        return Err(CliError::Usage(format!(
            "--no-auth: {address} can be reached by other machines, and whoever reaches it could run code; take an address of \
             this machine itself, such as 127.0.0.1:8091, or leave out --no-auth"
        )));
    }
    Ok(address)
}
