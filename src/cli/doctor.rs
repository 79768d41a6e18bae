//! `runcell doctor`: what is ready on this machine, what is missing, and how to mend it.
//!
//! Owns how findings are shown to people. Whoever owns a thing checks it.

mod remote;

use super::target::Target;
use super::{CliError, ExitCode, setup, shell};
use clap::Args;
use runcell_http::CertificateState;
use runcell_model::health::{Finding, Health};
use runcell_service::Service;
use runcell_wasm::lockdown::{self, Probe};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Lock this process down, attack it, and print what held: what `doctor` lets another process do.
    #[arg(long, hide = true)]
    probe: bool,
}

/// Runs the verb, for this machine or for a server. Something that does not work makes the exit code 125; something absent does
/// not.
pub(super) fn run(args: &DoctorArgs, target: &Target) -> Result<ExitCode, CliError> {
    if args.probe {
        shell::print(&format!("{}\n", serde_json::to_string(&lockdown::probe()).expect("plain data serialises")))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some((client, shown)) = target.outside()? {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let tokio = tokio.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
        return report(&tokio.block_on(remote::check(&client, shown)), args.json);
    }
    let config = target.config();
    let mut findings = vec![Finding::good("runcell", env!("CARGO_PKG_VERSION")), walls()];
    match setup::service(config) {
        Ok(service) => {
            findings.push(workers(config));
            findings.extend(service.system(&setup::operator()).check()?);
            findings.extend(containers(&service));
            findings.extend(certificate(config)?);
        }
        Err(error) => findings.push(unusable(&error)),
    }
    report(&findings, args.json)
}

/// Shows findings. Something that does not work makes the exit code 125.
fn report(findings: &[Finding], json: bool) -> Result<ExitCode, CliError> {
    if json {
        shell::print_json(&findings)?;
    } else {
        shell::print(&findings.iter().map(line).chain([summary(findings)]).collect::<String>())?;
    }
    let bad = findings.iter().any(|finding| finding.health == Health::Bad);
    Ok(if bad { ExitCode::FAILED } else { ExitCode::SUCCESS })
}

/// Lets a process lock itself down and attack the walls.
fn walls() -> Finding {
    let name = "walls";
    let output = std::env::current_exe().and_then(|program| Command::new(program).args(["doctor", "--probe"]).output());
    let probe: Option<Probe> = output.ok().and_then(|output| serde_json::from_slice(&output.stdout).ok());
    let remedy =
        "use a kernel with Landlock and seccomp (Linux 6.12 or newer has all of it), or a machine for this alone";
    let Some(probe) = probe else {
        return Finding::bad(name, "a process that was locked down could not be asked", remedy);
    };
    let text = |held: &str| format!("{held}: {}", probe.refused.join(", "));
    match (&probe.error, probe.holes.is_empty()) {
        (Some(error), _) => Finding::bad(name, error.clone(), remedy),
        (None, true) => Finding::good(name, text("a process that runs guests cannot")),
        (None, false) => Finding::bad(name, format!("a locked-down process can {}", probe.holes.join(", ")), remedy),
    }
}

/// Starts a server's workers, as `runcell mcp` does.
fn workers(config: Option<&Path>) -> Finding {
    let name = "workers";
    let remedy = "see the walls above; with walls = \"prefer\" in the configuration servers do without";
    let Ok(tokio) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Finding::bad(name, "threads cannot be started", "end other processes");
    };
    let began = Instant::now();
    let started = tokio.block_on(async {
        let service = setup::server(config)?;
        service.ready().await?;
        Ok::<_, CliError>(())
    });
    match started {
        Ok(()) => {
            Finding::good(name, format!("a worker process is ready in {} ms, locked down", began.elapsed().as_millis()))
        }
        Err(error) => Finding::bad(name, super::describe(&error), remedy),
    }
}

/// Looks at the certificate that the configuration names for a server.
fn certificate(config: Option<&Path>) -> Result<Option<Finding>, CliError> {
    let tls = setup::read_config(config)?.server.tls;
    let (name, remedy) = ("certificate", "renew it: a server reads the files again when they have changed");
    Ok(match runcell_http::check_certificate(&tls) {
        Ok(None) => None,
        Ok(Some(validity)) => Some(match validity.state(tls.warn_days) {
            CertificateState::Good => Finding::good(name, format!("it is good until {}", validity.until())),
            CertificateState::Ending => Finding::absent(name, format!("it ends on {}", validity.until()), remedy),
            CertificateState::Ended => Finding::bad(name, format!("it ended on {}", validity.until()), remedy),
        }),
        Err(error) => Some(Finding::bad(name, error.to_string(), "mend [server.tls] or the files that it names")),
    })
}

/// Looks for a container engine.
fn containers(service: &Service) -> Vec<Finding> {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(tokio) => match tokio.block_on(service.system(&setup::operator()).check_engine()) {
            Ok(findings) => findings,
            Err(error) => vec![Finding::bad("containers", error.to_string(), "ask as somebody who may")],
        },
        Err(error) => vec![Finding::bad("containers", format!("cannot be asked: {error}"), "end other processes")],
    }
}

fn unusable(error: &CliError) -> Finding {
    let remedy = match error {
        CliError::Config { .. } => "mend the file, or name another with --config",
        CliError::NoCacheDir => "set RUNCELL_CACHE_DIR to a folder of your own",
        _ => "see above",
    };
    Finding::bad("start", super::describe(error), remedy)
}

fn line(finding: &Finding) -> String {
    let mark = match finding.health {
        Health::Good => "ok",
        Health::Absent => "--",
        Health::Bad => "BAD",
    };
    let remedy = finding.remedy.iter().map(|remedy| format!("{:20} -> {remedy}\n", ""));
    format!("{mark:<4}{:<16} {}\n", finding.subject, finding.text) + &remedy.collect::<String>()
}

fn summary(findings: &[Finding]) -> String {
    let count = |health| findings.iter().filter(|finding| finding.health == health).count();
    match (count(Health::Bad), count(Health::Absent)) {
        (0, 0) => "Everything is ready.\n".to_owned(),
        (0, absent) => format!("Everything works; {absent} not there yet.\n"),
        (bad, _) => format!("{bad} of {} do not work.\n", findings.len()),
    }
}
