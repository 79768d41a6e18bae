//! Finding tools in images: nothing is started, and hostile images give nothing away.

use super::harness::*;
use crate::harness::tokio;
use runcell::docker::{Docker, DockerError, Fetched, ToolImage};
use std::collections::HashSet;
use std::time::{Duration, Instant};

fn look(docker: &Docker, tag: &str) -> ToolImage {
    let labels = labels();
    let found = tokio().block_on(docker.look_into(tag, &labels)).expect("can be looked into");
    assert_eq!(containers_of(&labels.owner), "", "nothing is left");
    found
}

#[test]
fn three_tools_are_found_without_starting_anything() {
    let docker = the_engine!();
    // An image of its own, as other tests start the tools of theirs.
    let tag = &build_on(tool_image(), "tool-still", "LABEL still=yes", &[])[..];
    let witness = Witness::new(tag);
    let found = look(docker, tag);
    let Fetched::File(text) = &found.tool_yml else { panic!("{found:?}") };
    assert_eq!(String::from_utf8_lossy(text).matches("title:").count(), 3);
    assert_eq!(found.citation, Fetched::File(b"cff-version: 1.2.0\n".to_vec()));
    assert_eq!((found.gotap, found.tags), (None, vec![tag.to_owned()]));
    assert_eq!(found.image_id, docker_out(&["image", "inspect", "-f", "{{.Id}}", tag]));
    let events = witness.events();
    assert!(events.iter().any(|event| event == "create"), "{events:?}");
    // Another test looks into all images.
    assert!(events.iter().all(|event| ["create", "destroy"].contains(&&event[..])), "{events:?}");
}

/// The engine's events about containers of an image.
struct Witness {
    image: String,
    since: String,
}

impl Witness {
    fn new(image: &str) -> Self {
        Self { image: image.to_owned(), since: now() }
    }

    fn events(&self) -> Vec<String> {
        // Containers are made by the image's id.
        let id = docker_out(&["image", "inspect", "-f", "{{.Id}}", &self.image]);
        let filter = format!("image={id}");
        let format = "{{.Action}}";
        let args =
            ["events", "--since", &self.since, "--until", &now(), "--filter", "type=container", "--filter", &filter];
        let mut all: Vec<String> =
            docker_out(&[&args[..], &["--format", format]].concat()).lines().map(str::to_owned).collect();
        // Reading an archive is an event of its own.
        all.retain(|event| !event.starts_with("archive-path") && event != "attach");
        all
    }
}

fn now() -> String {
    let time = std::process::Command::new("date").arg("+%s.%N").output().unwrap().stdout;
    String::from_utf8(time).unwrap().trim().to_owned()
}

#[test]
fn gotap_is_found_where_it_can_be_executed() {
    let docker = the_engine!();
    assert_eq!(look(docker, gotap_image()).gotap.as_deref(), Some("/bin/gotap"));
    let tag = build("gotap-not", "RUN echo x > /bin/gotap && chmod 644 /bin/gotap", &[]);
    assert_eq!(look(docker, &tag).gotap, None);
    let tag =
        build("gotap-link", "RUN echo x > /opt-gotap && chmod 755 /opt-gotap && ln -s /opt-gotap /bin/gotap", &[]);
    assert_eq!(look(docker, &tag).gotap.as_deref(), Some("/bin/gotap"));
    let tag = build("gotap-dir", "RUN mkdir /bin/gotap", &[]);
    assert_eq!(look(docker, &tag).gotap, None);
}

#[test]
fn hostile_descriptions_give_nothing_away_and_cost_nothing() {
    let docker = the_engine!();
    let began = Instant::now();
    let cases = [
        ("absent", "RUN mkdir /src"),
        ("shadow", "RUN mkdir /src && ln -s /etc/shadow /src/tool.yml"),
        ("climb", "RUN mkdir /src && ln -s ../../../../../../etc/shadow /src/tool.yml"),
        ("proc", "RUN mkdir /src && ln -s /proc/self/environ /src/tool.yml"),
        ("loop", "RUN mkdir /src && ln -s tool.yml /src/tool.yml"),
        ("circle", "RUN mkdir /src && ln -s b /src/tool.yml && ln -s tool.yml /src/b"),
        ("folder", "RUN mkdir -p /src/tool.yml && head -c 50000000 /dev/zero > /src/tool.yml/x"),
        ("fifo", "RUN mkdir /src && mkfifo /src/tool.yml"),
        ("device", "RUN mkdir /src && mknod /src/tool.yml c 1 5"),
        ("huge", "RUN mkdir /src && truncate -s 1G /src/tool.yml"),
        ("file-src", "RUN echo x > /src"),
        ("src-link", "RUN ln -s /etc /src"),
    ];
    for (name, step) in cases {
        let found = look(docker, &build(&format!("hostile-{name}"), step, &[]));
        assert!(matches!(found.tool_yml, Fetched::Absent | Fetched::Refused(_)), "{name}: {found:?}");
        if name == "huge" {
            assert!(matches!(&found.tool_yml, Fetched::Refused(why) if why.contains("1073741824")), "{found:?}");
        }
    }
    assert!(began.elapsed() < Duration::from_secs(240), "{:?}", began.elapsed());
}

#[test]
fn links_within_the_image_are_followed() {
    let docker = the_engine!();
    let step = "RUN mkdir /src /real && echo 'tools: {}' > /real/t && ln -s ../real/t /src/a && ln -s a /src/tool.yml";
    assert_eq!(look(docker, &build("link", step, &[])).tool_yml, Fetched::File(b"tools: {}\n".to_vec()));
}

#[test]
fn all_images_are_looked_at_but_the_known_and_the_derived() {
    let docker = the_engine!();
    let (tool, labels) = (tool_image(), labels());
    let derived = build("derived", "LABEL runcell.derived=yes", &[]);
    let id = |tag: &str| docker_out(&["image", "inspect", "-f", "{{.Id}}", tag]);
    let found = tokio().block_on(docker.discover(&HashSet::new(), &labels)).unwrap();
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert!(ids.contains(&&id(tool)[..]) && !ids.contains(&&id(&derived)[..]), "{ids:?}");
    let known = HashSet::from([id(tool)]);
    let again = tokio().block_on(docker.discover(&known, &labels)).unwrap();
    assert!(again.iter().all(|(found, _)| !known.contains(found)));
    assert_eq!(containers_of(&labels.owner), "");
}

#[test]
fn what_is_not_there_is_said() {
    let docker = the_engine!();
    let error = tokio().block_on(docker.look_into("runcell-test/none:v1", &labels())).expect_err("not there");
    assert!(matches!(error, DockerError::NoImage { .. }), "{error}");
}

#[test]
fn the_doctor_finds_the_engine_and_our_folders() {
    let docker = the_engine!();
    let dir = tempfile::tempdir().unwrap();
    let findings = tokio().block_on(runcell::docker::check(Some(dir.path())));
    assert_eq!(findings.len(), 3, "{findings:?}");
    assert!(findings[0].text.contains(&docker.version().version), "{findings:?}");
    assert!(findings[2].text.contains("is seen by the engine"), "{findings:?}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left");
}
