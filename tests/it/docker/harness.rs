//! The parts that tests of containers share: an engine, small images that are made here, runs in three lines.
//!
//! Owns no test. The images hold Debian's static busybox; `docker`, the engine's own client, is the independent witness.

pub use crate::harness::eventually;
use crate::harness::tokio;
use runcell::docker::{
    BuildSpec, Confinement, ContainerEnding, ContainerOutcome, ContainerRun, ContextFile, Docker, Labels, Mount,
    RunningContainer,
};
use runcell::outcome::Output;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use xtask::need::ENGINE;

/// The image with nothing but busybox.
pub const BUSYBOX: &str = "runcell-test/busybox:v2";

/// The engine with the busybox image, which the test needs.
pub fn engine() -> &'static Docker {
    find_engine().expect("the test needs it")
}

/// The same, or what this machine lacks of it.
pub fn find_engine() -> Result<&'static Docker, &'static String> {
    static FOUND: OnceLock<Result<Docker, String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        if let Some(lack) = ENGINE.lack() {
            return Err(lack.to_owned());
        }
        let docker = tokio().block_on(Docker::find()).map_err(|error| error.to_string().replace('\n', " "))?;
        import_busybox(docker.address());
        Ok(docker)
    });
    found.as_ref()
}

/// The engine, or the end of the test.
macro_rules! the_engine {
    () => {{
        $crate::need::needs!(ENGINE);
        $crate::docker::harness::engine()
    }};
}
pub(crate) use the_engine;

/// Makes the busybox image on the engine at a place, if it is not there.
pub fn import_busybox(place: &str) {
    if docker_at(place, &["image", "inspect", BUSYBOX]).is_ok() {
        return;
    }
    let mut tar = tar::Builder::new(Vec::new());
    for folder in ["bin", "tmp", "etc", "proc", "sys", "dev"] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_mode(if folder == "tmp" { 0o1777 } else { 0o755 });
        header.set_size(0);
        tar.append_data(&mut header, folder, std::io::empty()).unwrap();
    }
    let busybox = std::fs::read("/bin/busybox").expect("the engine is used only where it is there");
    add_file(&mut tar, "bin/busybox", &busybox, 0o755);
    add_file(&mut tar, "etc/passwd", b"root:x:0:0::/:/bin/sh\n", 0o644);
    let applets = Command::new("/bin/busybox").arg("--list").output().unwrap().stdout;
    for applet in String::from_utf8(applets).unwrap().lines().filter(|name| *name != "busybox") {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, format!("bin/{applet}"), "busybox").unwrap();
    }
    let mut import = Command::new("docker")
        .args(["-H", place, "import", "-c", "ENV PATH=/bin", "-c", "CMD [\"sh\"]", "-", BUSYBOX])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    import.stdin.take().unwrap().write_all(&tar.into_inner().unwrap()).unwrap();
    assert!(import.wait().unwrap().success(), "imports");
}

fn add_file(tar: &mut tar::Builder<Vec<u8>>, path: &str, bytes: &[u8], mode: u32) {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_size(bytes.len() as u64);
    tar.append_data(&mut header, path, bytes).unwrap();
}

/// Asks the engine's own client; its stdout, or its stderr as an error.
pub fn docker_at(place: &str, args: &[&str]) -> Result<String, String> {
    let output = Command::new("docker").args(["-H", place]).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

/// The same for the engine of the tests.
pub fn docker_out(args: &[&str]) -> String {
    docker_at(engine().address(), args).unwrap()
}

/// Labels of a test of its own.
pub fn labels() -> Labels {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Labels::new(format!("test{}n{number}", std::process::id()), "run", "1")
}

/// A shell script in busybox.
pub fn script(text: &str) -> ContainerRun {
    ContainerRun::new(BUSYBOX, &["sh", "-c", text], labels())
}

/// The same with a confinement changed.
pub fn script_with(text: &str, change: impl FnOnce(&mut Confinement)) -> ContainerRun {
    let mut run = script(text);
    change(&mut run.confinement);
    run
}

/// The same with a folder of this machine.
pub fn script_in(text: &str, folder: &std::path::Path) -> ContainerRun {
    ContainerRun { mounts: vec![Mount::writable(folder, "/out")], ..script(text) }
}

/// Runs to the end and demands that no container is left.
#[track_caller]
pub fn finish(run: ContainerRun) -> (ContainerOutcome, Output) {
    let owner = run.labels.owner.clone();
    let docker = engine();
    let ended = tokio().block_on(async { docker.start_run(run).collect().await }).expect("can be run");
    assert_eq!(containers_of(&owner), "", "none is left after {ended:?}");
    ended
}

/// Starts a run.
pub fn start(run: ContainerRun) -> RunningContainer {
    let _tokio = tokio().enter();
    engine().start_run(run)
}

/// The ids of all containers of an owner, as the engine's client sees them.
pub fn containers_of(owner: &str) -> String {
    docker_out(&["ps", "-aq", "--filter", &format!("label=runcell.owner={owner}")])
}

/// Whom an image of root's is run as: the user of the tests, or nobody where that is root. User and group.
pub fn not_root() -> (u32, u32) {
    match (rustix::process::getuid(), rustix::process::getgid()) {
        (user, _) if user.is_root() => (65534, 65534),
        (user, group) => (user.as_raw(), group.as_raw()),
    }
}

/// stdout as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Demands an exit code.
#[track_caller]
pub fn expect_exit((outcome, output): &(ContainerOutcome, Output), code: i64) {
    assert_eq!(outcome.ending, ContainerEnding::Exited { code }, "{outcome:?}\n{output:?}");
}

/// Demands exit code 0 and this stdout.
#[track_caller]
pub fn expect_stdout(ended: &(ContainerOutcome, Output), expected: &str) {
    expect_exit(ended, 0);
    assert_eq!(stdout(&ended.1), expected, "{:?}", ended.1);
}

/// The description of the tool image: three tools.
const TOOL_YML: &str = "tools:\n  shell: {title: Shell}\n  second: {title: Second}\n  third: {title: Third}\n";

/// An image with three tools. Its command is a shell that runs `$SCRIPT`, and leaves a trace if started for nothing.
pub fn tool_image() -> &'static str {
    static TAG: OnceLock<String> = OnceLock::new();
    TAG.get_or_init(|| {
        let files = [("tool.yml", TOOL_YML, 0o644), ("CITATION.cff", "cff-version: 1.2.0\n", 0o644)];
        build("tool", "COPY tool.yml CITATION.cff /src/\nCMD [\"sh\", \"-c\", \"eval \\\"$SCRIPT\\\"\"]", &files)
    })
}

/// A stand-in for the standard's helper, as far as the contract goes: it runs the tool, keeps its output in `/out`, records its exit
/// code and ends well itself.
const GOTAP: &str = "#!/bin/sh\necho \"$@\"\nsh -c \"$SCRIPT\" > /out/STDOUT 2> /out/STDERR\ncode=$?\n\
    [ -e /out/no-record ] || echo \"{\\\"exit_code\\\": $code, \\\"user_time\\\": 1}\" > /out/_metadata.json\n";

/// The same image with `gotap`.
pub fn gotap_image() -> &'static str {
    static TAG: OnceLock<String> = OnceLock::new();
    TAG.get_or_init(|| build_on(tool_image(), "gotap", "COPY gotap /bin/gotap", &[("gotap", GOTAP, 0o755)]))
}

/// Builds an image on busybox from steps and files; its tag.
pub fn build(name: &str, steps: &str, files: &[(&str, &str, u32)]) -> String {
    build_on(BUSYBOX, name, steps, files)
}

/// The same on another image.
pub fn build_on(base: &str, name: &str, steps: &str, files: &[(&str, &str, u32)]) -> String {
    let file = |(path, text, mode): &(&str, &str, u32)| ContextFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().to_vec(),
        mode: *mode,
    };
    let spec = BuildSpec {
        tag: format!("runcell-test/{name}:v2"),
        dockerfile: format!("FROM {base}\n{steps}\n"),
        files: files.iter().map(file).collect(),
        ..BuildSpec::default()
    };
    let tag = spec.tag.clone();
    tokio().block_on(engine().build(spec, None)).expect("builds");
    tag
}
