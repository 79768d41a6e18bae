//! Host folders that a job asks for by the name that the configuration gave them.

use super::harness::*;
use crate::docker::harness::{BUSYBOX, the_engine};
use crate::harness::tokio;
use runcell::caller::{Caller, Face, Role, Tenant};
use runcell::config::Config;
use runcell::service::JobSubmit;
use serde_json::json;
use std::os::unix::fs::{PermissionsExt, symlink};

/// A configuration with a folder to read and one to write.
fn site(place: &Place) -> String {
    let folder = place.dir.path().canonicalize().unwrap();
    for name in ["read", "write"] {
        std::fs::create_dir(folder.join(name)).unwrap();
        std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    std::fs::write(folder.join("read/a.txt"), "given\n").unwrap();
    let text = format!(
        "[mounts.data]\npath = \"{0}/read\"\nroles = [\"runner\"]\n[mounts.shared]\npath = \"{0}/write\"\nwrite = true\n",
        folder.display()
    );
    place.file("config.toml", &text)
}

#[track_caller]
fn submit(place: &Place, config: &str, mounts: &[&str], script: &str, code: i32) -> (String, String) {
    let mounts: Vec<&str> = mounts.iter().flat_map(|mount| ["--mount", mount]).collect();
    let head = ["--config", config, "job", "submit", "--image", BUSYBOX, "--follow"];
    place.expect(&[&head[..], &mounts, &["--", "sh", "-c", script]].concat(), code)
}

#[test]
fn a_named_folder_is_read_only_unless_it_may_be_written() {
    the_engine!();
    let place = Place::new();
    let config = site(&place);
    let script =
        "cat /mnt/data/a.txt; echo x 2>/dev/null > /mnt/data/b.txt && echo wrote; echo new > /here/it/c.txt; ls /mnt";
    let (out, err) = submit(&place, &config, &["data", "shared:/here/it"], script, 0);
    assert_eq!(out, "given\ndata\n", "{err}");
    assert_eq!(std::fs::read_to_string(place.path("write/c.txt")).unwrap(), "new\n");
    assert!(!place.dir.path().join("read/b.txt").exists());
    assert_eq!(place.show("1")["mounts"], json!(["data:/mnt/data", "shared:/here/it"]));
    let (out, _) = submit(&place, &config, &[], "ls /mnt /here 2>&1; true", 0);
    assert!(!out.contains("data\n"), "only those that were asked for: {out}");
}

#[test]
fn what_is_no_mount_is_refused_and_a_path_never_is_one() {
    the_engine!();
    let place = Place::new();
    let config = site(&place);
    for (mount, words) in [
        ("nothing", "there is no mount \"nothing\" for the role admin; there are: data, shared"),
        ("/etc", "\"/etc\" names no mount"),
        ("/etc:/mnt/etc", "names no mount"),
        ("../x", "names no mount"),
        ("data:/out/x", "cannot be at \"/out/x\""),
        ("data:/a/../../etc", "cannot be at"),
    ] {
        let (_, err) = submit(&place, &config, &[mount], "true", 2);
        assert!(err.contains(words), "{mount}: {err}");
    }
    let (_, err) = submit(&place, &config, &["data:/x", "shared:/x/y"], "true", 2);
    assert!(err.contains("lie in each other"), "{err}");
    assert_eq!(place.json(&["job", "list", "--json"])["total"], 0);
}

#[test]
fn a_folder_that_is_gone_or_became_a_link_ends_the_job_with_plain_words() {
    the_engine!();
    let place = Place::new();
    let config = site(&place);
    std::fs::remove_dir(place.path("write")).unwrap();
    let (_, err) = submit(&place, &config, &["shared"], "true", 125);
    assert!(err.contains("the mount shared cannot be used: its folder is not there"), "{err}");
    symlink("/etc", place.path("write")).unwrap();
    let (_, err) = submit(&place, &config, &["shared"], "cat /mnt/shared/passwd", 125);
    assert!(err.contains("its path leads over a link"), "{err}");
    assert_eq!(place.show("2")["attempt"], 1, "it is not tried again");
}

#[test]
fn a_role_gets_the_mounts_that_are_for_it() {
    the_engine!();
    let place = Place::new();
    let text = std::fs::read_to_string(site(&place)).unwrap();
    let service = place.service(|config| config.mounts = Config::parse(&text).unwrap().mounts);
    tokio().block_on(async {
        let caller = Caller::new(Tenant::local(), "somebody", Role::Runner, Face::Library);
        let jobs = service.jobs(&caller).await.unwrap();
        let submit = |mount: &str| JobSubmit {
            mounts: vec![mount.to_owned()],
            ..JobSubmit::command(BUSYBOX, vec!["true".to_owned()])
        };
        let job = jobs.submit(submit("data")).await.unwrap().job;
        jobs.cancel(job.id).await.unwrap();
        let error = jobs.submit(submit("shared")).await.expect_err("for admins").to_string();
        assert_eq!(error, "there is no mount \"shared\" for the role runner; there are: data");
        service.close().await;
    });
}
