//! The environment of the process: settings as variables, secrets, and how systems that runcell replaces call the same things.
//!
//! Owns the names. A variable of an older system counts where ours is not set, over the file, and servers say how it is called
//! here. Keys of the configuration have the names that `crates/model` makes of them.

use super::shell;
use clap::builder::{BoolishValueParser, Resettable};
use clap::{Arg, ArgAction, Command};
use runcell_model::config::{Config, PREFIX};
use std::env;
use std::path::PathBuf;

/// The password of the first admin; without it one is generated.
pub(super) const ADMIN_PASSWORD: &str = "RUNCELL_ADMIN_PASSWORD";
/// Tokens of the environment.
pub(super) const TOKENS: &str = "RUNCELL_TOKENS";
/// The secret that signs access tokens; without it one is made and kept in the database.
pub(super) const SIGNING_SECRET: &str = "RUNCELL_SIGNING_SECRET";
/// The same as `RUNCELL_SERVER__LISTEN`.
const LISTEN: &str = "RUNCELL_LISTEN";
const SERVER_LISTEN: &str = "RUNCELL_SERVER__LISTEN";
const DATABASE: &str = "RUNCELL_JOBS__DATABASE";
const DATA_DIR: &str = "RUNCELL_DATA_DIR";

/// Variables that are no keys of the configuration, or that are read without it.
const OTHERS: &[&str] = &[
    ADMIN_PASSWORD,
    TOKENS,
    SIGNING_SECRET,
    LISTEN,
    DATA_DIR,
    "RUNCELL_CACHE_DIR",
    "RUNCELL_CA_FILE",
    "RUNCELL_CONFIG",
    "RUNCELL_INSECURE_HTTP",
    "RUNCELL_JOB",
    "RUNCELL_LOG",
    "RUNCELL_LOG_FORMAT",
    "RUNCELL_NO_WEB",
    "RUNCELL_PREPARE",
    "RUNCELL_PROGRESS",
    "RUNCELL_RUNTIMES_DIR",
    "RUNCELL_TESTS_SKIPPED",
    "RUNCELL_TOKEN",
    "RUNCELL_URL",
];

/// The Server Manager's tokens, and its one token, which is taken over once.
pub(super) const MANAGER_TOKENS: &str = "MANAGER_TOKENS";
pub(super) const MANAGER_TOKEN: &str = "MANAGER_BEARER_TOKEN";
/// gorun's names.
pub(super) const GORUN_SECRET: &str = "GORUN_SECRET";
const GORUN_PATH: &str = "GORUN_PATH";
const GORUN_MOUNT_PATH: &str = "GORUN_MOUNT_PATH";
const GORUN_DB: &str = "GORUN_DB";
/// The port of a server, as gorun and as platforms that start containers call it.
const PORTS: [&str; 2] = ["GORUN_PORT", "PORT"];

/// The value of a variable; an empty one says nothing.
pub(super) fn given(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The path that a variable names; an empty one names none.
pub(super) fn given_path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// A command whose arguments read their variables as those of the configuration are read: an empty one says nothing, and a flag
/// takes `1`, `true`, `yes`, `on` and their opposites.
pub(super) fn lenient(command: Command) -> Command {
    command.mut_args(lenient_argument).mut_subcommands(lenient)
}

fn lenient_argument(argument: Arg) -> Arg {
    let Some(name) = argument.get_env() else { return argument };
    let says_nothing = env::var_os(name).is_some_and(|value| value.to_string_lossy().trim().is_empty());
    let argument = if says_nothing { argument.env(Resettable::Reset) } else { argument };
    match argument.get_action() {
        ArgAction::SetTrue => argument.value_parser(BoolishValueParser::new()),
        _ => argument,
    }
}

/// The configuration of a file's text, with the environment over it.
pub(super) fn configure(text: &str) -> Result<Config, runcell_model::config::ConfigError> {
    let texts = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let ours: Vec<_> = texts.filter(|(name, _)| name.starts_with(PREFIX)).collect();
    let mut config = Config::read(text, &ours, OTHERS)?;
    if let Some(folder) = given(GORUN_MOUNT_PATH).or_else(|| given(GORUN_PATH)).filter(|_| given(DATA_DIR).is_none()) {
        config.data_dir = Some(folder.into());
    }
    if let Some(database) = gorun_database().filter(|_| given(DATABASE).is_none()) {
        config.jobs.database = Some(database);
    }
    Ok(config)
}

/// The database beside gorun's own, which has another form.
fn gorun_database() -> Option<String> {
    let file = PathBuf::from(given(GORUN_DB)?).with_file_name("runcell.db");
    Some(format!("sqlite:{}", file.display()))
}

/// The port that an older name gives, and that name; `None` where ours says where to listen.
pub(super) fn port() -> Option<(&'static str, String)> {
    let is_ours = given(LISTEN).or_else(|| given(SERVER_LISTEN)).is_some();
    PORTS.into_iter().find_map(|name| Some((name, given(name)?))).filter(|_| !is_ours)
}

/// Says how variables of older systems are called here; `port` is the one that says where the server listens, if one does.
pub(super) fn say_names(port: Option<&str>) {
    let database = gorun_database().unwrap_or_default();
    let database =
        format!(": it is {database}, as gorun's own has another form; `runcell users import --gorun FILE` reads that");
    let names = [
        (MANAGER_TOKENS, TOKENS, ""),
        (MANAGER_TOKEN, "a token of `POST /api/tokens`", ": it is taken over once"),
        (port.unwrap_or_default(), LISTEN, ": it takes an address and a port"),
        (GORUN_SECRET, SIGNING_SECRET, ""),
        (GORUN_PATH, DATA_DIR, ""),
        (GORUN_MOUNT_PATH, DATA_DIR, ": files of jobs are in its folder `jobs`"),
        (GORUN_DB, DATABASE, &database),
    ];
    for (old, new, more) in names.into_iter().filter(|(old, ..)| !old.is_empty() && given(old).is_some()) {
        shell::say(&format!("{old} is called {new} here{more}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// The arguments of a command and of those below it that a variable can give.
    fn with_variables(command: &Command) -> Vec<Arg> {
        let own = command.get_arguments().filter(|argument| argument.get_env().is_some()).cloned();
        own.chain(command.get_subcommands().flat_map(with_variables)).collect()
    }

    #[test]
    fn every_variable_of_an_argument_is_known_and_every_flag_is_lenient() {
        let arguments = with_variables(&lenient(super::super::Cli::command()));
        assert!(arguments.len() > 5, "{}", arguments.len());
        for argument in arguments {
            let name = argument.get_env().and_then(|name| name.to_str()).unwrap_or_default();
            assert!(OTHERS.contains(&name), "{name} is an argument's, and not in the list of variables");
            if matches!(argument.get_action(), ArgAction::SetTrue) {
                let boolish = format!("{:?}", clap::builder::ValueParser::from(BoolishValueParser::new()));
                assert_eq!(format!("{:?}", argument.get_value_parser()), boolish, "{name}");
            }
        }
    }
}
