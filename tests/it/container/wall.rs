//! Attacks out of a container: network, privileges, the image's files, what lies in the folder of a run.

use super::harness::*;
use crate::docker::harness::{docker_out, eventually};
use crate::harness::me;
use crate::harness::{binary, cache_dir, expect_stdout, report, stdout};
use crate::need::needs;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

#[test]
fn there_is_no_network_no_privilege_and_no_file_of_the_image_to_change() {
    needs!(ENGINE, LANGUAGES);
    let code = "import os, socket\n\
        print(os.getuid() != 0, os.getgid() != 0, sorted(os.listdir('/sys/class/net')))\n\
        status = open('/proc/self/status').read()\n\
        print([line.split()[1].strip('0') for line in status.splitlines() if line.startswith(('CapEff', 'CapBnd'))], 'NoNewPrivs:\\t1' in status)\n\
        for attack in [lambda: socket.create_connection(('1.1.1.1', 53), 2), lambda: open('/etc/x', 'w'), lambda: os.setuid(0), \
        lambda: os.mknod('dev', 0o020666, os.makedev(1, 3)), lambda: os.listdir('/root'), lambda: os.chmod('/usr/bin/env', 0o777)]:\n\
        \x20 try: attack(); print('worked')\n\
        \x20 except OSError as error: pass\n\
        print(os.path.exists('/var/run/docker.sock'))";
    expect_stdout(&run_code("python", code), "True True ['lo']\n['', ''] True\nFalse\n");
}

#[test]
fn links_and_devices_in_the_folder_of_a_run_are_not_followed() {
    needs!(ENGINE, LANGUAGES);
    let code = "ln -s /etc/shadow secret; ln -s / root; mkfifo pipe; ln -s loop loop; mkdir -p d && ln -s .. d/up; \
                ln secret hard; mkdir closed && echo x > closed/file && chmod 0 closed; echo fine > fine";
    let mut request = contained("bash", code);
    request.outputs = ["**", "secret", "root/etc/passwd", "pipe"].map(str::to_owned).to_vec();
    let outcome = run(request);
    let names: Vec<_> =
        outcome.files.iter().map(|file| file.path.as_str()).filter(|name| *name != "closed/file").collect();
    assert_eq!(names, ["fine", "main.sh"], "{}", report(&outcome));
    assert_eq!(outcome.missing_files, ["secret", "root/etc/passwd", "pipe"]);
}

#[test]
fn a_run_s_folder_is_closed_to_others_and_gone_after_it() {
    needs!(ENGINE, LANGUAGES);
    let service = service_with("policy = \"auto\"");
    let outcome = crate::harness::tokio()
        .block_on(service.runs(me()).run(contained("bash", "grep ' /work ' /proc/self/mountinfo")))
        .unwrap();
    let mounted = stdout(&outcome);
    let path = mounted.split_whitespace().nth(3).expect("a mount").to_owned();
    let outer = std::path::Path::new(&path).parent().unwrap();
    let runs = outer.parent().unwrap();
    assert!(!outer.exists() && runs.is_dir(), "{mounted}");
    assert_eq!(std::fs::metadata(runs).unwrap().mode() & 0o777, 0o700);
}

#[test]
fn what_a_killed_runcell_left_is_removed_by_the_next() {
    needs!(ENGINE, LANGUAGES);
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config.toml");
    std::fs::write(&config, config_text("policy = \"auto\"")).unwrap();
    let command = |code: &str| {
        let mut command = binary();
        command.env("RUNCELL_DATA_DIR", dir.path().join("data")).env("RUNCELL_CACHE_DIR", cache_dir());
        command
            .arg("--config")
            .arg(&config)
            .args(["run-code", "bash", code])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command
    };
    let folders = || std::fs::read_dir(dir.path().join("data/runs")).map_or(0, Iterator::count);
    let mut child = command("echo up; sleep 300").spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut line).unwrap();
    assert_eq!((line.as_str(), folders()), ("up\n", 1));
    let id = std::fs::read_dir(dir.path().join("data/runs")).unwrap().next().unwrap().unwrap().file_name();
    let containers = || docker_out(&["ps", "-aq", "--filter", &format!("label=runcell.id={}", id.display())]);
    assert_ne!(containers(), "");
    child.kill().unwrap();
    child.wait().unwrap();
    let output = command("echo next").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "next\n", "{output:?}");
    eventually("the container of the dead is gone", || containers().is_empty());
    assert_eq!(folders(), 0);
}
