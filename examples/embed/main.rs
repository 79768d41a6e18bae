//! Embeds runcell: runs a snippet with a file in, a file out and limits, and prints what came of it.
//!
//! `cargo run --example embed`

use runcell::caller::{Caller, Face};
use runcell::config::Config;
use runcell::file::{GuestPath, InputFile};
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::Ending;
use runcell::service::{RunRequest, Service, Stdin};
use std::error::Error;
use std::io::Write;

const CODE: &str = "
import sys
total = sum(int(line) for line in open('numbers.txt'))
open('total.txt', 'w').write(str(total))
print('hello', sys.stdin.read())
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::default();
    let cache = runcell::cli::cache_dir(&config).ok_or("no folder for prepared runtimes")?;
    let service = Service::start(config, cache, None)?;
    let me = Caller::operator(Face::Library);

    let mut request = RunRequest::new("python".parse()?, CODE);
    request.stdin = Stdin::Bytes(b"from the host".to_vec());
    request.files.push(InputFile { path: GuestPath::new("numbers.txt")?, bytes: b"40\n2\n".to_vec() });
    request.outputs = vec!["*.txt".to_owned()];
    request.limits = LimitsRequest::default().with(LimitKind::WallTime, 5_000);

    // Plan, prepare, start and follow in one call; each step has a method of its own as well.
    let outcome = service.runs(&me).run(request).await?;
    let mut out = std::io::stdout();
    match outcome.ending {
        Ending::Completed { exit_code } => writeln!(out, "exit code {exit_code}")?,
        other => writeln!(out, "ended otherwise: {other:?}")?,
    }
    out.write_all(&outcome.output.stdout)?;
    for file in &outcome.files {
        writeln!(out, "{}: {}", file.path, String::from_utf8_lossy(&file.bytes).trim())?;
    }
    writeln!(out, "{} units of fuel", outcome.usage.fuel)?;
    Ok(())
}
