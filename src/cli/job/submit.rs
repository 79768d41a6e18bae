//! `job submit`: what a job is given, and whether this command waits for it.
//!
//! Owns arguments and exit codes.

use super::super::door::Jobs;
use super::super::shell::{pairs, print, print_json, say};
use super::super::{ExitCode, limit};
use super::{CliError, data, watch};
use clap::Args;
use runcell_model::job::{JobId, JobLimitKind, JobLimitsRequest};
use runcell_service::JobSubmit;
use runcell_wire::JobJson;
use std::path::PathBuf;

/// Arguments of `job submit`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SubmitArgs {
    /// The tool: its name, or IMAGE::TOOL; `runcell tools list` shows them.
    #[arg(required_unless_present = "command", conflicts_with = "command")]
    tool: Option<String>,
    /// The image that has the tool, or that the command runs in.
    #[arg(long)]
    image: Option<String>,
    /// A command instead of a tool, word by word; no shell reads it.
    #[arg(last = true, requires = "image")]
    command: Vec<String>,
    /// Set an environment variable.
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Let it see a host folder of the configuration, by its name: data, or data:/where.
    #[arg(long = "mount", value_name = "NAME[:PATH]")]
    mounts: Vec<String>,
    /// Set a parameter; lists are 1,2,3 or JSON.
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// Take parameters from a JSON file; -p wins.
    #[arg(long, value_name = "FILE")]
    params_file: Option<PathBuf>,
    /// Give a dataset: a file, a folder, or several files ('*.csv', or the same name again). It is copied.
    #[arg(long, value_name = "NAME=FILE")]
    data: Vec<String>,
    /// Jobs of higher priority go first.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    priority: i32,
    /// Time that it may take: 10m, 2h.
    #[arg(long, value_name = "TIME")]
    timeout: Option<String>,
    /// Memory that it may use: 4GiB.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// Processors that it may use: 1.5.
    #[arg(long, value_name = "N")]
    cpus: Option<f64>,
    /// Any limit by its name: out_bytes=1GiB, output_bytes, out_files, pids.
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<String>,
    /// Let it reach the network.
    #[arg(long)]
    network: bool,
    /// Submitting again with the same key and the same request is the same job.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Wait for its end, and end as it ended.
    #[arg(long)]
    wait: bool,
    /// The same, and print what it writes as it comes.
    #[arg(long)]
    follow: bool,
    /// Print the job as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Prints the number of the job. Without --wait and --follow it is run in the background, by a \
server of runcell or by a process that is started for it and ends when no job is left.

Exit code: 0 submitted; 2 wrong usage or inputs that do not fit, 125 runcell or the container engine failed. With --wait \
and --follow the tool's own code; 124 timed out, 130 cancelled (Ctrl-C cancels it), 137 a limit stopped it.

Examples:
  runcell job submit foobar --image my-tools:1 -p foo_int=42 --data foo_csv=table.csv --follow
  runcell job submit --image alpine:3 --follow -- echo hi
  runcell job submit my-tools:1::foobar --params-file params.json --timeout 2h --memory 8GiB
  runcell job logs -f 12";

/// Runs the verb.
pub(super) async fn run(jobs: &Jobs<'_>, args: SubmitArgs) -> Result<ExitCode, CliError> {
    let (job, fresh) = jobs.submit(request(&args)?).await?;
    if !args.wait && !args.follow {
        announce(&job, fresh, args.json)?;
        jobs.see_to_it().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let strange = |error| CliError::Usage(format!("the server has a strange number for the job: {error}"));
    let id = JobId::try_from(job.id).map_err(strange)?;
    if args.follow {
        say(&format!("job {id}"));
    }
    let ended = jobs.run_meanwhile(wait(jobs, id, args.follow && !args.json)).await?;
    report(&ended, &args)
}

fn announce(job: &JobJson, fresh: bool, json: bool) -> Result<(), CliError> {
    if !fresh {
        say(&format!("the same request with this key is job {} already", job.id));
    }
    if json { print_json(job) } else { print(&format!("{}\n", job.id)) }
}

/// Waits for the end of a job. The first Ctrl-C cancels it.
async fn wait(jobs: &Jobs<'_>, id: JobId, follow: bool) -> Result<JobJson, CliError> {
    let following = async {
        if follow {
            watch::both(jobs, id).await?;
        }
        jobs.wait(id).await
    };
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_ok() {
            say(&format!("cancelling job {id}"));
            if let Err(error) = jobs.cancel(id).await {
                say(&error.to_string());
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = following => ended,
        () = interrupted => Err(CliError::Usage("interrupted".to_owned())),
    }
}

fn report(job: &JobJson, args: &SubmitArgs) -> Result<ExitCode, CliError> {
    let code = ExitCode::from(job);
    if args.json {
        print_json(job)?;
    } else if !args.follow {
        print(&format!("{}\n", job.id))?;
    }
    if code != ExitCode::SUCCESS {
        let words = job.end.as_ref().map_or("its end is not recorded", |end| &end.message);
        say(&format!("job {} {words}", job.id));
    }
    Ok(code)
}

fn request(args: &SubmitArgs) -> Result<JobSubmit, CliError> {
    Ok(JobSubmit {
        image: args.image.clone(),
        env: pairs("--env", &args.env)?.into_iter().collect(),
        mounts: args.mounts.clone(),
        parameters: data::params_file(args.params_file.as_deref())?,
        text_parameters: data::texts(&args.params)?,
        data: data::datasets(&args.data)?,
        limits: limits(args)?,
        network: args.network,
        priority: args.priority,
        idempotency_key: args.key.clone(),
        ..match &args.tool {
            Some(tool) => JobSubmit::new(tool),
            None => JobSubmit::command("", args.command.clone()),
        }
    })
}

fn limits(args: &SubmitArgs) -> Result<JobLimitsRequest, CliError> {
    let flags = [(JobLimitKind::WallMs, &args.timeout), (JobLimitKind::MemoryBytes, &args.memory)];
    let limits = limit::request(&flags, &args.limits)?;
    let Some(cpus) = args.cpus else { return Ok(limits) };
    let millis = format!("{:.0}", cpus * 1000.0).parse();
    let millis = millis.map_err(|_| CliError::Usage(format!("--cpus {cpus}: a number such as 1.5 is expected")))?;
    Ok(limits.with(JobLimitKind::CpuMillis, millis))
}
