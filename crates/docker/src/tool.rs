//! One run of a tool of the tool-spec standard, or of a command in an image.
//!
//! Owns the contract between a tool and its folders `/in` and `/out`: the command, the logs, the limits. The caller has put the
//! inputs into the folder. Knows neither `tool.yml` nor jobs.

mod logs;

use super::confinement::Confinement;
use super::label::Labels;
use super::limit::{FolderLimits, FolderUsage};
use super::run::{ContainerEnding, ContainerEvent, ContainerOutcome, ContainerRun, Hold, Resume, RunningContainer};
use super::watch::{self, Watch};
use super::{Docker, DockerError, Mount};
use logs::Logs;
use runcell_folder::Folder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// The path of a tool's inputs.
const INPUT_FILE: &str = "/in/inputs.json";
/// The file that `gotap` writes about a run.
const METADATA_FILE: &str = "_metadata.json";
/// Bytes of that file at most.
const METADATA_BYTES: u64 = 1 << 20;

/// A tool to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRun {
    /// The image, best by its id.
    pub image: String,
    /// The program that is started in it.
    pub program: ToolProgram,
    /// The folder that becomes `/in`, read-only; `inputs.json` lies in it.
    pub in_dir: PathBuf,
    /// The folder that becomes `/out`. Both folders are opened to the container's user: a closed folder around them must keep
    /// other users out.
    pub out_dir: PathBuf,
    /// Environment beyond that of the image and of the standard.
    pub env: BTreeMap<String, String>,
    /// Folders of this machine that it sees beside these.
    pub mounts: Vec<Mount>,
    /// Its limits and rights.
    pub confinement: Confinement,
    /// Limits of the content of `/out`.
    pub limits: FolderLimits,
    /// The labels of its container.
    pub labels: Labels,
}

/// The program that is started in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolProgram {
    /// A tool.
    Tool {
        /// Its name.
        name: String,
        /// The path of `gotap` in the image, if it has one ([`super::ToolImage::gotap`]). Without it the image's own command is
        /// started.
        gotap: Option<String>,
    },
    /// A command, word by word, in the place of the image's own.
    Command(Vec<String>),
}

impl ToolProgram {
    /// Whether `gotap` starts it, and keeps its output and exit code.
    fn has_gotap(&self) -> bool {
        matches!(self, Self::Tool { gotap: Some(_), .. })
    }
}

/// How a tool ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolOutcome {
    /// How its container ended.
    pub container: ContainerOutcome,
    /// The tool's own exit code: as `gotap` recorded it, if it ran the tool, else the container's. `None` if the tool did not end by
    /// itself, or `gotap` recorded nothing.
    pub exit_code: Option<i64>,
    /// Bytes in `/out`.
    pub out_bytes: u64,
    /// Files, folders and links in `/out`.
    pub out_files: u64,
    /// The fault of the logs, if they are not whole, such as a full disk. It does not stop the tool.
    pub log_fault: Option<String>,
}

impl ToolOutcome {
    /// Whether the tool ended by itself with exit code 0.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.exit_code == Some(0) && matches!(self.container.ending, ContainerEnding::Exited { .. })
    }
}

/// A tool under way. Dropping it cancels the run.
#[derive(Debug)]
pub struct RunningTool {
    container: RunningContainer,
    logs: Logs,
    out: Folder,
    limits: FolderLimits,
    gotap: bool,
    image: String,
    watch: Watch,
}

impl Docker {
    /// Starts a tool. Its output goes to `STDOUT.log` and `STDERR.log` in `out` as it is written.
    ///
    /// # Errors
    /// [`DockerError::RemoteEngine`] if the engine cannot see our folders, [`DockerError::File`] if a folder cannot be used,
    /// [`DockerError::BadField`] if the tool's name is not allowed.
    pub async fn start_tool(&self, tool: ToolRun) -> Result<RunningTool, DockerError> {
        self.check_tool(&tool)?;
        let user = tool.confinement.user_of(&self.image(&tool.image).await?);
        let input = Folder::open(&tool.in_dir).and_then(|folder| folder.open_to_all());
        input.map_err(DockerError::file(&tool.in_dir))?;
        let out = open(&tool.out_dir)?;
        give(&out, user.as_deref()).map_err(DockerError::file(&tool.out_dir))?;
        let logs = Logs::create(&out, &tool.out_dir)?;
        let (limits, gotap, image) = (tool.limits, tool.program.has_gotap(), tool.image.clone());
        Ok(RunningTool::new(self.start_run(to_container(tool)), (logs, out), limits, gotap, image))
    }

    /// Waits again for a tool whose runcell died. Its logs are written anew from the output that the engine kept.
    ///
    /// # Errors
    /// [`DockerError::File`] where its folder cannot be used.
    pub fn resume_tool(&self, tool: &ToolRun, container_id: String) -> Result<RunningTool, DockerError> {
        self.check_tool(tool)?;
        let out = open(&tool.out_dir)?;
        let logs = Logs::create(&out, &tool.out_dir)?;
        let resume = Resume { container_id, confinement: tool.confinement.clone() };
        let (gotap, image) = (tool.program.has_gotap(), tool.image.clone());
        Ok(RunningTool::new(self.resume(resume), (logs, out), tool.limits, gotap, image))
    }

    fn check_tool(&self, tool: &ToolRun) -> Result<(), DockerError> {
        if !self.is_local() {
            return Err(DockerError::RemoteEngine { address: self.address().to_owned() });
        }
        match &tool.program {
            ToolProgram::Tool { name, .. } if name.is_empty() || name.starts_with('-') || name.contains('\0') => {
                let allowed = "a name does not begin with a dash, which `gotap` would take for an option".to_owned();
                return Err(DockerError::BadField { field: "tool", value: format!("{name:?}"), allowed });
            }
            ToolProgram::Command(words) if words.is_empty() => {
                let allowed = "a command has at least one word".to_owned();
                return Err(DockerError::BadField { field: "command", value: "[]".to_owned(), allowed });
            }
            ToolProgram::Tool { .. } | ToolProgram::Command(_) => {}
        }
        tool.mounts.iter().try_for_each(Mount::check)?;
        tool.confinement.check()
    }
}

fn open(path: &Path) -> Result<Folder, DockerError> {
    Folder::open(path).map_err(DockerError::file(path))
}

/// Lets the container's user write into a folder: it becomes that user's own if the user is known by number and we may give it
/// away; else everybody may write.
fn give(folder: &Folder, user: Option<&str>) -> std::io::Result<()> {
    let numbers = user.and_then(|user| {
        let (user, group) = user.split_once(':')?;
        Some((user.parse().ok()?, group.parse().ok()?))
    });
    let given = numbers.is_some_and(|(user, group)| folder.give_to(user, group).is_ok());
    folder.set_mode(if given { 0o755 } else { 0o777 })
}

/// The container of a tool: with the command line of `gotap`, else with the image's own command, or with the caller's.
fn to_container(tool: ToolRun) -> ContainerRun {
    let mut env = tool.env;
    let (entrypoint, command) = match tool.program {
        ToolProgram::Tool { name, gotap } => {
            for (variable, value) in [("TOOL_RUN", &name[..]), ("RUN_TOOL", &name), ("PARAM_FILE", INPUT_FILE)] {
                env.insert(variable.to_owned(), value.to_owned());
            }
            let words = ["run", &name, "--input-file", INPUT_FILE, "--spec-file", "/src/tool.yml"];
            let words = gotap.is_some().then(|| words.map(str::to_owned).to_vec());
            (gotap.map(|gotap| vec![gotap]), words)
        }
        ToolProgram::Command(words) => (None, Some(words)),
    };
    let mut mounts = vec![Mount::read_only(tool.in_dir, "/in"), Mount::writable(tool.out_dir, "/out")];
    mounts.extend(tool.mounts);
    ContainerRun {
        image: tool.image,
        entrypoint,
        command,
        env,
        workdir: None,
        stdin: Vec::new(),
        mounts,
        confinement: tool.confinement,
        labels: tool.labels,
    }
}

impl RunningTool {
    fn new(
        container: RunningContainer,
        (logs, out): (Logs, Folder),
        limits: FolderLimits,
        gotap: bool,
        image: String,
    ) -> Self {
        let watch = watch::spawn(out.clone(), limits, container.stopper());
        Self { container, logs, out, limits, gotap, image, watch }
    }

    /// The image that it runs in, as it was asked for.
    #[must_use]
    pub fn image(&self) -> &str {
        &self.image
    }

    /// The next event; `None` when the tool has ended. Output is in the logs before its event comes.
    pub async fn next_event(&mut self) -> Option<ContainerEvent> {
        let event = self.container.next_event().await?;
        if let ContainerEvent::Output { stream, bytes } = &event {
            self.logs.write(*stream, bytes);
        }
        Some(event)
    }

    /// A token that stops the tool.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        self.container.canceller()
    }

    /// Keeps the container after its end until the hold is released. To be called before anything is awaited.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.container.hold()
    }

    /// Leaves the tool without stopping it: its container goes on, and [`Docker::resume_tool`] waits for it again.
    pub fn detach(self) {
        self.container.detach();
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`DockerError`] where the tool could not be started.
    pub async fn outcome(mut self) -> Result<ToolOutcome, DockerError> {
        while self.next_event().await.is_some() {}
        drop(self.watch);
        let mut container = self.container.outcome().await?;
        let log_fault = self.logs.settle(&self.out);
        let (out, limits) = (self.out.clone(), self.limits);
        let size = tokio::task::spawn_blocking(move || FolderUsage::of(&out, limits)).await.unwrap_or_default();
        let by_itself = matches!(container.ending, ContainerEnding::Exited { .. });
        if by_itself && let Some(exceeded) = size.exceeded(limits) {
            container.ending = ContainerEnding::Exceeded(exceeded);
        }
        let exit_code = match container.ending {
            ContainerEnding::Exited { code } if self.gotap => recorded_code(&self.out).or((code != 0).then_some(code)),
            ContainerEnding::Exited { code } => Some(code),
            _ => None,
        };
        Ok(ToolOutcome { container, exit_code, out_bytes: size.bytes, out_files: size.files, log_fault })
    }
}

/// The exit code that `gotap` recorded, which does not pass it on itself.
fn recorded_code(out: &Folder) -> Option<i64> {
    let bytes = out.read(METADATA_FILE, METADATA_BYTES).ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    metadata.get("exit_code")?.as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gotap_gets_its_own_command_line_and_images_without_it_their_own() {
        let tool = |gotap: Option<&str>| ToolRun {
            image: "i".into(),
            program: ToolProgram::Tool { name: "foobar".into(), gotap: gotap.map(str::to_owned) },
            mounts: vec![Mount::read_only("/srv/data", "/mnt/data")],
            in_dir: "/a/in".into(),
            out_dir: "/a/out".into(),
            env: BTreeMap::from([("TOOL_RUN".to_owned(), "another".to_owned())]),
            confinement: Confinement::default(),
            limits: FolderLimits::default(),
            labels: Labels::new("o", "job", "1"),
        };
        let run = to_container(tool(Some("/usr/bin/gotap")));
        assert_eq!(run.entrypoint, Some(vec!["/usr/bin/gotap".to_owned()]));
        let words = run.command.expect("one").join(" ");
        assert_eq!(words, "run foobar --input-file /in/inputs.json --spec-file /src/tool.yml");
        let run = to_container(tool(None));
        assert_eq!((run.entrypoint, run.command), (None, None));
        assert_eq!(run.env["TOOL_RUN"], "foobar");
        assert_eq!((run.env["RUN_TOOL"].as_str(), run.env["PARAM_FILE"].as_str()), ("foobar", "/in/inputs.json"));
        assert!(run.mounts[0].read_only && !run.mounts[1].read_only);
        assert_eq!(run.mounts[2].target, "/mnt/data");
        let words = vec!["echo".to_owned(), "hi".to_owned()];
        let run = to_container(ToolRun { program: ToolProgram::Command(words.clone()), ..tool(None) });
        assert_eq!((run.entrypoint, run.command, run.env.contains_key("RUN_TOOL")), (None, Some(words), false));
    }
}
