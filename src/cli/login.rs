//! `runcell login` and `logout`: who asks at a server.
//!
//! Owns the questions on the terminal. A password is kept nowhere; what the server gives for it is kept by the keyring.

use super::shell::{print, say, within};
use super::target::{Target, keyring};
use super::{CliError, ExitCode};
use clap::Args;
use runcell_client::{Ask, Client, Credential, Entry, Token};
use runcell_wire::{LoginJson, LoginRequestJson, LogoutRequestJson, MeJson};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{BufRead, IsTerminal, Write};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 16 << 10;

/// Arguments of `login`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LoginArgs {
    /// The server: https://HOST[:PORT], http://HOST[:PORT] or unix:PATH [default: that of --url].
    #[arg(value_name = "SERVER")]
    server: Option<String>,
    /// The name of the user; it is asked for where it is not given.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Keep a token instead of logging in with a password.
    #[arg(long, conflicts_with = "name")]
    token: bool,
}

/// Arguments of `logout`.
#[derive(Debug, Args)]
pub(super) struct LogoutArgs {
    /// The server [default: that of --url].
    #[arg(value_name = "SERVER")]
    server: Option<String>,
    /// End all logins of the user, also those of other machines.
    #[arg(long)]
    everywhere: bool,
}

const EXAMPLES: &str = "Asks for the password (or the token) on the terminal without showing it, or reads it from a line of stdin. The \
login is kept in runcell/credentials.json of the user's configuration folder, which nobody else can read, and is renewed when it is used. \
RUNCELL_TOKEN takes its place where it is set.

Examples:
  runcell login https://runcell.example --name ada
  runcell login --token http://127.0.0.1:8080 < token.txt
  runcell --url https://runcell.example run-code python 'print(6 * 7)'";

/// Runs the verb `login`.
pub(super) fn login(args: &LoginArgs, target: &Target) -> Result<ExitCode, CliError> {
    let server = target.address(args.server.as_deref())?;
    // Before anything is asked: an address that cannot be needs no password.
    let nobody = target.client_of(&server, Credential::Nobody)?;
    let asked = within(async {
        tokio::select! {
            asked = answers(args) => asked.map(Some),
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    })?;
    match asked {
        None => Ok(ExitCode::INTERRUPTED),
        Some(Answers::Token(token)) => {
            let client = target.client_of(&server, Credential::Token(token.clone()))?;
            let me: MeJson = within(async { Ok(client.json(Ask::get("/api/auth/me")).await?) })?;
            keyring()?.put(client.address(), Entry::Token { token: token.reveal().to_owned() })?;
            welcome(&client, &me.name, &me.role)
        }
        Some(Answers::Password { name, password }) => {
            let ask = Ask::post("/api/auth/login", &LoginRequestJson { name, password });
            let login: LoginJson = within(async { Ok(nobody.json(ask).await?) })?;
            keyring()?.put(nobody.address(), Entry::from(&login))?;
            welcome(&nobody, &login.user.name, &login.user.role)
        }
    }
}

fn welcome(client: &Client, name: &str, role: &str) -> Result<ExitCode, CliError> {
    let address = client.address();
    print(&format!("logged in at {address} as {name} ({role})\n"))?;
    say(&format!("`--url {address}` or RUNCELL_URL={address} works there"));
    Ok(ExitCode::SUCCESS)
}

/// Runs the verb `logout`. The login is forgotten here even if the server cannot be told.
pub(super) fn logout(args: &LogoutArgs, target: &Target) -> Result<ExitCode, CliError> {
    let server = target.address(args.server.as_deref())?;
    let keyring = keyring()?;
    let client = target.client_of(&server, Credential::Kept(keyring.clone()))?;
    let address = client.address();
    let told = match keyring.get(address)? {
        None => return Err(runcell_client::ClientError::NotLoggedIn(address.to_string()).into()),
        Some(Entry::Token { .. }) => {
            say("the token is good still: whoever may can remove it at the server");
            Ok(())
        }
        Some(Entry::Login { .. }) => {
            let request = LogoutRequestJson { everywhere: args.everywhere, refresh_token: None };
            within(async { Ok(client.done(Ask::post("/api/auth/logout", &request)).await?) })
        }
    };
    keyring.remove(address)?;
    told?;
    print(&format!("logged out of {address}\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The answers that were asked for.
enum Answers {
    Token(Token),
    Password { name: String, password: String },
}

async fn answers(args: &LoginArgs) -> Result<Answers, CliError> {
    if args.token {
        return Ok(Answers::Token(Token::new(&line("Token: ", true).await?)));
    }
    let name = match &args.name {
        Some(name) => name.clone(),
        None if std::io::stdin().is_terminal() => line("Name: ", false).await?,
        None => return Err(CliError::Usage("stdin has the password: name the user with --name".to_owned())),
    };
    Ok(Answers::Password { name, password: line("Password: ", true).await? })
}

/// A line of stdin. On a terminal it is asked for, and not shown if it is a secret.
async fn line(question: &'static str, secret: bool) -> Result<String, CliError> {
    let terminal = std::io::stdin().is_terminal();
    // Before it is asked for: what is typed at once is not shown either.
    let _hidden = (terminal && secret).then(Hidden::new).transpose()?;
    if terminal {
        // A question on a terminal is asked there, wherever stdout goes.
        let _ = write!(std::io::stderr(), "{question}").and_then(|()| std::io::stderr().flush());
    }
    let failed = |source| CliError::File { action: "read", path: "stdin".to_owned(), source };
    let read = tokio::task::spawn_blocking(|| {
        let mut text = String::new();
        std::io::Read::take(std::io::stdin().lock(), LONGEST).read_line(&mut text).map(|_| text)
    });
    let text = read.await.map_err(|error| CliError::Usage(format!("cannot read: {error}")))?.map_err(failed)?;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    if text.is_empty() { Err(CliError::Usage("nothing was given".to_owned())) } else { Ok(text) }
}

/// A terminal that does not show what is typed, until this is gone.
struct Hidden(Termios);

impl Hidden {
    fn new() -> Result<Self, CliError> {
        let failed =
            |error: rustix::io::Errno| CliError::Usage(format!("the terminal cannot hide what is typed: {error}"));
        let before = tcgetattr(std::io::stdin()).map_err(failed)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &hidden).map_err(failed)?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // A terminal that is gone shows nothing anyway.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
        let _ = writeln!(std::io::stderr());
    }
}
