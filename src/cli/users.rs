//! `runcell users`: users of a server, where one sits at its machine.
//!
//! Owns how users that come from another system are shown. What becomes of them is the service's business.

use super::shell::{print, within};
use super::{CliError, ExitCode, setup};
use clap::{Args, Subcommand};
use runcell_model::caller::Tenant;
use runcell_service::{ImportInto, Imported};
use runcell_store::gorun_users;
use std::path::{Path, PathBuf};

/// Arguments of `users`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct UsersArgs {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "Other users are added over HTTP (POST /api/users), by an admin.

Examples:
  runcell users import --gorun ~/.gorun/gorun.db
  runcell users import --gorun /data/gorun/gorun.db --tenant-each";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Add the users of another system, who log in with the passwords that they have there.
    ///
    /// At its first login the hash of a password becomes Argon2id. A user who is here already stays as it is.
    Import(ImportArgs),
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// The database of gorun; nothing in it is changed.
    #[arg(long, value_name = "FILE")]
    gorun: PathBuf,
    /// Put all of them into this tenant [default: local].
    #[arg(long, value_name = "NAME", conflicts_with = "tenant_each")]
    tenant: Option<String>,
    /// Give everybody but admins a tenant of their own, so that each sees only its own things, as in gorun.
    #[arg(long)]
    tenant_each: bool,
}

/// Runs the verb.
pub(super) fn run(args: UsersArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let Verb::Import(args) = args.verb;
    let tenant = args.tenant.as_deref().map(str::parse::<Tenant>).transpose();
    let tenant = tenant.map_err(|error| CliError::Usage(format!("--tenant: {error}")))?;
    let into = if args.tenant_each { ImportInto::Each } else { ImportInto::One(tenant) };
    within(import(&args.gorun, &into, config))
}

async fn import(file: &Path, into: &ImportInto, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let users = gorun_users(file).await.map_err(|error| CliError::Usage(format!("--gorun: {error}")))?;
    let (service, operator) = (setup::service(config)?, setup::operator());
    let mut unfit = 0;
    for user in &users {
        let became = match service.users(&operator).await?.import(user, into).await? {
            Imported::Added(role, tenant) => format!("added as {role} of {tenant}"),
            Imported::Exists => "is here already, and stays as it is".to_owned(),
            Imported::Unfit(error) => {
                unfit += 1;
                format!("NOT ADDED: {error}")
            }
        };
        print(&format!("{:<40} {became}\n", user.email))?;
    }
    service.close().await;
    print(&format!("{} users, {unfit} of them not added\n", users.len()))?;
    Ok(if unfit == 0 { ExitCode::SUCCESS } else { ExitCode::FAILED })
}
