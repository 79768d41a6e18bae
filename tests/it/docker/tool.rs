//! Tools: what the standard promises them, and what they may not do to us through `/out`.

use super::harness::*;
use crate::harness::tokio;
use crate::need::needs;
use runcell::docker::{
    Confinement, ContainerEnding, ContainerEvent, Exceeded, FolderLimits, Labels, ToolOutcome, ToolProgram, ToolRun,
};
use runcell::limits::LimitKind;
use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A job's folders.
struct Job {
    dir: tempfile::TempDir,
}

impl Job {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("in")).unwrap();
        fs::create_dir(dir.path().join("out")).unwrap();
        fs::write(dir.path().join("in/inputs.json"), r#"{"shell":{"parameters":{"word":"$(id) --x"}}}"#).unwrap();
        Self { dir }
    }

    fn out(&self, name: &str) -> PathBuf {
        self.dir.path().join("out").join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.out(name)).unwrap()
    }

    /// A run of the tool image's `shell`, which takes its script from the environment.
    fn shell(&self, script: &str) -> ToolRun {
        ToolRun {
            image: tool_image().to_owned(),
            program: ToolProgram::Tool { name: "shell".into(), gotap: None },
            mounts: Vec::new(),
            in_dir: self.dir.path().join("in"),
            out_dir: self.dir.path().join("out"),
            env: [("SCRIPT".to_owned(), script.to_owned())].into(),
            confinement: Confinement::default(),
            limits: FolderLimits::default(),
            labels: labels(),
        }
    }
}

/// The tool `shell`, which `gotap` starts.
fn with_gotap() -> ToolProgram {
    ToolProgram::Tool { name: "shell".into(), gotap: Some("/bin/gotap".into()) }
}

#[track_caller]
fn run(tool: ToolRun) -> ToolOutcome {
    let owner = tool.labels.owner.clone();
    let outcome = tokio().block_on(async { engine().start_tool(tool).await?.outcome().await }).expect("runs");
    assert_eq!(containers_of(&owner), "", "{outcome:?}");
    outcome
}

#[test]
fn a_tool_finds_what_the_standard_promises() {
    the_engine!();
    let job = Job::new();
    let script = "echo $TOOL_RUN $RUN_TOOL $PARAM_FILE; cat $PARAM_FILE; echo oops >&2; \
                  touch /in/x 2>/dev/null || echo read-only; echo result > /out/result.txt";
    let outcome = run(job.shell(script));
    assert!(outcome.is_success(), "{outcome:?}");
    let expected = "shell shell /in/inputs.json\n{\"shell\":{\"parameters\":{\"word\":\"$(id) --x\"}}}read-only\n";
    assert_eq!((job.text("STDOUT.log"), job.text("STDERR.log")), (expected.to_owned(), "oops\n".to_owned()));
    assert_eq!((job.text("result.txt"), outcome.out_files), ("result\n".to_owned(), 3));
}

#[test]
fn the_exit_code_of_a_tool_is_its_own() {
    the_engine!();
    let job = Job::new();
    let outcome = run(job.shell("exit 9"));
    assert_eq!((outcome.exit_code, outcome.is_success()), (Some(9), false));
}

#[test]
fn gotap_runs_the_tool_and_its_record_has_the_exit_code() {
    the_engine!();
    let job = Job::new();
    let tool = ToolRun { image: gotap_image().into(), program: with_gotap(), ..job.shell("echo in; exit 6") };
    let outcome = run(tool);
    assert_eq!(outcome.container.ending, ContainerEnding::Exited { code: 0 }, "gotap itself ends well");
    assert_eq!((outcome.exit_code, outcome.is_success()), (Some(6), false));
    let words = "run shell --input-file /in/inputs.json --spec-file /src/tool.yml\n";
    assert_eq!((job.text("STDOUT.log"), job.text("STDOUT")), (words.to_owned(), "in\n".to_owned()));
}

#[test]
fn a_record_that_is_a_trap_is_no_exit_code() {
    the_engine!();
    let traps = [
        "ln -s /etc/passwd /out/_metadata.json",
        "mkfifo /out/_metadata.json",
        "mkdir /out/_metadata.json",
        "truncate -s 1G /out/_metadata.json",
        "echo '{\"exit_code\":\"0\"}' > /out/_metadata.json",
        "echo '[[[[' > /out/_metadata.json",
    ];
    for trap in traps {
        let job = Job::new();
        let mut tool = job.shell(&format!("{trap}; touch /out/no-record"));
        tool.limits.bytes = 2 << 30;
        let tool = ToolRun { image: gotap_image().into(), program: with_gotap(), ..tool };
        let outcome = run(tool);
        assert_eq!((outcome.exit_code, outcome.is_success()), (None, false), "{trap}: {outcome:?}");
    }
}

#[test]
fn a_name_that_looks_like_an_option_is_refused() {
    let docker = the_engine!();
    let job = Job::new();
    for name in ["--help", "-x", ""] {
        let tool = ToolRun { program: ToolProgram::Tool { name: name.into(), gotap: None }, ..job.shell("") };
        tokio().block_on(docker.start_tool(tool)).map(|_| ()).expect_err(name);
    }
    let program = ToolProgram::Tool { name: "$(id); rm -rf /".into(), gotap: None };
    let tool = ToolRun { program, ..job.shell("echo \"$TOOL_RUN\"") };
    assert!(run(tool).is_success());
    assert_eq!(job.text("STDOUT.log"), "$(id); rm -rf /\n");
}

#[test]
fn logs_are_there_while_the_tool_runs() {
    let docker = the_engine!();
    let job = Job::new();
    let mut tool = tokio().block_on(docker.start_tool(job.shell("echo early; sleep 60"))).unwrap();
    tokio().block_on(async { while !matches!(tool.next_event().await, Some(ContainerEvent::Output { .. })) {} });
    assert_eq!(job.text("STDOUT.log"), "early\n");
    tool.canceller().cancel();
    let outcome = tokio().block_on(tool.outcome()).unwrap();
    assert_eq!((outcome.container.ending, outcome.exit_code), (ContainerEnding::Cancelled, None));
}

#[test]
fn links_pipes_and_devices_in_out_harm_nobody() {
    the_engine!();
    let job = Job::new();
    let victim = job.dir.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    let script = format!(
        "rm -f /out/STDOUT.log; ln -s {} /out/STDOUT.log; rm /out/STDERR.log; mkdir -p /out/STDERR.log/full; \
         ln -s / /out/root; ln -s . /out/self; mkfifo /out/pipe; mknod /out/dev b 8 0 2>/dev/null || echo no-device; echo e >&2",
        victim.display()
    );
    let outcome = run(job.shell(&script));
    assert!(outcome.is_success(), "{outcome:?}");
    assert_eq!((job.text("STDOUT.log"), job.text("STDERR.log")), ("no-device\n".to_owned(), "e\n".to_owned()));
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert!(job.out("pipe").symlink_metadata().unwrap().file_type().is_fifo() && !job.out("dev").exists());
}

#[test]
fn links_that_lie_in_out_before_are_not_followed() {
    let docker = the_engine!();
    let job = Job::new();
    let victim = job.dir.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, job.out("STDOUT.log")).unwrap();
    assert!(run(job.shell("echo mine")).is_success());
    assert_eq!(
        (job.text("STDOUT.log"), fs::read_to_string(&victim).unwrap()),
        ("mine\n".to_owned(), "precious".to_owned())
    );
    let elsewhere = job.dir.path().join("link");
    symlink(job.dir.path().join("out"), &elsewhere).unwrap();
    let tool = ToolRun { out_dir: elsewhere, ..job.shell("true") };
    tokio().block_on(docker.start_tool(tool)).map(|_| ()).expect_err("out is a link");
}

#[test]
fn too_many_bytes_and_files_in_out_stop_the_tool() {
    the_engine!();
    let cases = [
        ("dd if=/dev/zero of=/out/big bs=1M count=100000; sleep 60", LimitKind::FileBytes),
        ("truncate -s 1000G /out/holes; sleep 60", LimitKind::FileBytes),
        ("i=0; while :; do : > /out/f$i; i=$((i+1)); done", LimitKind::Files),
        ("cd /out; while mkdir d && cd d; do :; done; sleep 60", LimitKind::Files),
        // Over before anybody looks.
        ("head -c 30000000 /dev/zero > /out/quick", LimitKind::FileBytes),
    ];
    for (script, limit) in cases {
        let job = Job::new();
        let mut tool = job.shell(script);
        tool.limits = FolderLimits { bytes: 20 << 20, files: 100 };
        let outcome = run(tool);
        let ContainerEnding::Exceeded(Exceeded { limit: named, allowed, used }) = outcome.container.ending else {
            panic!("{script}: {outcome:?}");
        };
        assert_eq!((named, outcome.exit_code), (limit, None), "{script}");
        assert!(used > allowed, "{script}: {used} of {allowed}");
    }
}

#[test]
fn a_full_disk_is_the_tools_fault_to_handle_and_no_fault_of_ours() {
    needs!(ENGINE, MOUNT);
    let job = Job::new();
    let out = job.dir.path().join("out");
    let mount =
        |args: &[&str]| std::process::Command::new(args[0]).args(&args[1..]).arg(&out).status().unwrap().success();
    assert!(mount(&["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs"]));
    let outcome = run(job.shell("head -c 5000000 /dev/zero > /out/big || echo full >&2; seq 1000; exit 4"));
    assert!(mount(&["umount"]));
    assert_eq!((outcome.exit_code, outcome.out_bytes <= 1 << 20), (Some(4), true), "{outcome:?}");
    assert!(outcome.log_fault.as_deref().is_some_and(|fault| fault.contains("No space left")), "{outcome:?}");
}

#[test]
fn inputs_can_be_read_and_results_written_by_whoever_the_image_runs_as() {
    the_engine!();
    for user in ["4242", "4242:4343", "nobody"] {
        let job = Job::new();
        fs::create_dir(job.dir.path().join("in/data")).unwrap();
        fs::write(job.dir.path().join("in/data/a"), "secret").unwrap();
        std::process::Command::new("chmod").args(["-R", "go-rwx"]).arg(job.dir.path().join("in")).status().unwrap();
        let step = format!("RUN echo nobody:x:99:99::/:/bin/sh >> /etc/passwd\nUSER {user}");
        let image = build_on(tool_image(), &format!("tool-user-{}", user.replace(':', "-")), &step, &[]);
        let outcome = run(ToolRun { image, ..job.shell("cat /in/data/a > /out/copy; id -u") });
        assert!(outcome.is_success(), "{user}: {outcome:?} {}", job.text("STDERR.log"));
        assert_eq!(job.text("copy"), "secret");
    }
}

#[test]
fn a_tool_out_of_time_or_memory_is_named() {
    the_engine!();
    let job = Job::new();
    let mut tool = job.shell("trap '' TERM; while :; do sleep 1; done");
    tool.confinement.wall = Duration::from_secs(1);
    tool.confinement.grace = Duration::from_millis(300);
    assert_eq!(run(tool).container.ending, ContainerEnding::TimedOut { allowed_ms: 1000 });
    let job = Job::new();
    let mut tool = job.shell("tail -c 900000000 /dev/zero > /dev/null");
    tool.confinement.memory_bytes = 32 << 20;
    let outcome = run(tool);
    assert!(
        matches!(outcome.container.ending, ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Memory, .. })),
        "{outcome:?}"
    );
}

#[test]
fn a_tool_is_found_again_and_its_logs_are_whole() {
    let docker = the_engine!();
    let job = Job::new();
    let tool = ToolRun {
        labels: Labels::new(labels().owner, "job", "77"),
        ..job.shell("echo one; sleep 3; echo two; exit 2")
    };
    // Forgotten, so that nothing is cancelled: what a kill -9 leaves, but for the process.
    let running = tokio().block_on(docker.start_tool(tool.clone())).unwrap();
    eventually("it wrote", || !docker_out(&["ps", "-q", "--filter", "label=runcell.id=77"]).is_empty());
    std::mem::forget(running);
    fs::write(job.out("STDOUT.log"), "half a l").unwrap();
    let outcome = tokio().block_on(async {
        let found = docker.find_owned(&tool.labels).await.unwrap().expect("there");
        docker.resume_tool(&tool, found.container_id)?.outcome().await
    });
    let outcome = outcome.expect("ends");
    assert_eq!((outcome.exit_code, job.text("STDOUT.log")), (Some(2), "one\ntwo\n".to_owned()));
}

#[test]
fn folders_of_another_machine_are_refused() {
    let docker = the_engine!();
    let job = Job::new();
    let tool = ToolRun { in_dir: Path::new("/nonexistent/in").into(), ..job.shell("true") };
    tokio().block_on(docker.start_tool(tool)).map(|_| ()).expect_err("not there");
}
