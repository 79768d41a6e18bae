//! Long-lived containers, pulls and builds.

use super::harness::*;
use crate::harness::tokio;
use runcell::docker::{
    BuildSpec, CA_FILE, Confinement, ContainerSpec, ContainerState, ContextFile, DockerError, ExecSpec, Labels,
    LogsRequest, Network, Progress, Proxies,
};
use runcell::run::OutputStream;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

fn spec(name: &str, script: &str) -> ContainerSpec {
    ContainerSpec {
        name: format!("runcell-test-{name}-{}", std::process::id()),
        image: BUSYBOX.into(),
        cmd: ["sh", "-c", script].map(str::to_owned).to_vec(),
        ..ContainerSpec::default()
    }
}

#[test]
fn a_container_lives_from_run_to_remove() {
    let docker = the_engine!();
    let labels = labels();
    let dir = tempfile::tempdir().unwrap();
    let mut spec = spec("life", "echo up; echo down >&2; trap 'exit 0' TERM; while :; do sleep 0.1; done");
    spec.env = vec!["A=b c".into()];
    spec.volumes = vec![format!("{}:/data:ro", dir.path().display())];
    spec.ports = vec!["127.0.0.1:0:80".into()];
    spec.restart = "on-failure:3".into();
    spec.network = "bridge".into();
    tokio().block_on(async {
        let id = docker.run(&spec, &Confinement::default(), &labels).await.unwrap();
        let info = docker.inspect(&spec.name).await.unwrap();
        assert_eq!((&info.id, info.state, &info.version[..]), (&id, ContainerState::Running, "v2"));
        assert!(info.started.starts_with("20"), "{info:?}");
        assert_eq!(
            (&info.spec.name, &info.spec.volumes, &info.spec.restart),
            (&spec.name, &spec.volumes, &spec.restart)
        );
        let (uid, gid) = not_root();
        let user = format!("{uid}:{gid}");
        assert_eq!((&info.spec.ports, &info.spec.cmd, &info.spec.user), (&spec.ports, &spec.cmd, &user));
        assert!(info.spec.env.contains(&"A=b c".to_owned()));
        let list = docker.list(Some(&labels.owner)).await.unwrap();
        assert_eq!(list.iter().map(|info| &info.id).collect::<Vec<_>>(), [&id]);
        assert!(docker.list(None).await.unwrap().iter().any(|info| info.id == id));

        let taken = docker.run(&spec, &Confinement::default(), &labels).await.expect_err("the name is taken");
        assert!(matches!(taken, DockerError::NameTaken { .. }), "{taken}");

        docker.stop(&spec.name, Duration::from_secs(5)).await.unwrap();
        docker.stop(&spec.name, Duration::from_secs(5)).await.expect("stopped already");
        let info = docker.inspect(&spec.name).await.unwrap();
        assert_eq!((info.state, info.exit_code), (ContainerState::Exited, Some(0)));
        let mut logs = docker.logs(&spec.name, LogsRequest::default()).await.unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        while let Some(piece) = logs.next().await {
            let (stream, bytes) = piece.unwrap();
            if stream == OutputStream::Stdout { &mut out } else { &mut err }.extend(bytes);
        }
        assert_eq!((&out[..], &err[..]), (&b"up\n"[..], &b"down\n"[..]));
        docker.remove(&spec.name).await.unwrap();
        for error in [docker.remove(&spec.name).await, docker.inspect(&spec.name).await.map(|_| ())] {
            assert!(matches!(error, Err(DockerError::NoContainer { .. })), "{error:?}");
        }
    });
}

#[test]
fn logs_are_followed_live() {
    let docker = the_engine!();
    let (labels, spec) = (labels(), spec("logs", "i=0; while :; do echo $i; i=$((i+1)); sleep 0.2; done"));
    tokio().block_on(async {
        docker.run(&spec, &Confinement::default(), &labels).await.unwrap();
        let mut logs = docker.logs(&spec.name, LogsRequest { follow: true, tail: None }).await.unwrap();
        let mut text = String::new();
        while !text.contains("3\n") {
            let next = tokio::time::timeout(Duration::from_secs(5), logs.next()).await.expect("live");
            text.push_str(&String::from_utf8(next.unwrap().unwrap().1).unwrap());
        }
        assert!(text.starts_with("0\n1\n2\n"), "{text}");
        docker.remove(&spec.name).await.unwrap();
    });
}

#[test]
fn programs_run_in_running_containers_within_bounds() {
    let docker = the_engine!();
    let (labels, spec) = (labels(), spec("exec", "sleep 600"));
    let command = |words: &[&str]| ExecSpec::new(words.iter().map(|&word| word.to_owned()).collect());
    tokio().block_on(async {
        docker.run(&spec, &Confinement::default(), &labels).await.unwrap();
        let result = docker.exec(&spec.name, command(&["sh", "-c", "echo a; echo b >&2; exit 4"])).await.unwrap();
        assert_eq!((result.exit_code, &result.stdout[..], &result.stderr[..]), (Some(4), &b"a\n"[..], &b"b\n"[..]));
        let result = docker.exec(&spec.name, command(&["echo", "$(id); --x"])).await.unwrap();
        assert_eq!(result.stdout, b"$(id); --x\n");
        let mut flood = command(&["yes"]);
        flood.output_bytes = 1000;
        let result = docker.exec(&spec.name, flood).await.unwrap();
        assert_eq!((result.stdout.len(), result.truncated, result.exit_code), (1000, true, None));
        let mut slow = command(&["sleep", "60"]);
        slow.wall = Duration::from_secs(1);
        let began = Instant::now();
        let result = docker.exec(&spec.name, slow).await.unwrap();
        assert!(result.timed_out && began.elapsed() < Duration::from_secs(40), "{result:?}");
        docker.remove(&spec.name).await.unwrap();
        let error = docker.exec(&spec.name, command(&["true"])).await.expect_err("gone");
        assert!(matches!(error, DockerError::NoContainer { .. }), "{error}");
    });
}

#[test]
fn images_are_built_from_plain_data() {
    let docker = the_engine!();
    let tag = format!("runcell-test/build:p{}", std::process::id());
    let spec = BuildSpec {
        tag: tag.clone(),
        dockerfile: format!(
            "FROM {BUSYBOX}\nARG WORD\nARG http_proxy\nCOPY tool.sh /bin/tool\nCOPY {CA_FILE} /etc/ca.pem\n\
             RUN echo \"$WORD $http_proxy $HTTPS_PROXY\" > /etc/word\nCMD [\"/bin/tool\"]\n"
        ),
        files: vec![ContextFile {
            path: "tool.sh".into(),
            bytes: b"#!/bin/sh\ncat /etc/word /etc/ca.pem\n".to_vec(),
            mode: 0o755,
        }],
        args: [("WORD".to_owned(), "$(id) \"; rm".to_owned())].into(),
        labels: [("runcell.derived".to_owned(), "yes".to_owned())].into(),
        proxies: Proxies { http: "http://p:1".into(), https: "http://q:2".into(), none: String::new() },
        ca_bundle: Some(b"PEM\n".to_vec()),
        no_cache: true,
        ..BuildSpec::default()
    };
    let (sender, mut events) = mpsc::channel(1000);
    let id = tokio().block_on(docker.build(spec, Some(&sender))).unwrap();
    drop(sender);
    let steps: Vec<Progress> = std::iter::from_fn(|| events.try_recv().ok()).collect();
    assert!(steps.iter().any(|step| step.step.starts_with("Step 2/")), "{steps:?}");
    assert!(tokio().block_on(docker.image_exists(&tag)).unwrap());
    let image = tokio().block_on(docker.image(&tag)).unwrap();
    assert_eq!((&image.id, image.labels.get("runcell.derived").map(String::as_str)), (&id, Some("yes")));
    let mut run = script("");
    (run.image, run.command) = (tag.clone(), None);
    expect_stdout(&finish(run), "$(id) \"; rm http://p:1 http://q:2\nPEM\n");
    docker_out(&["rmi", "-f", &tag]);
    assert!(!tokio().block_on(docker.image_exists(&tag)).unwrap());
}

#[test]
fn a_build_that_fails_says_why() {
    let docker = the_engine!();
    let spec = BuildSpec {
        tag: "runcell-test/fails:v1".into(),
        dockerfile: format!("FROM {BUSYBOX}\nRUN echo the reason; exit 3\n"),
        ..BuildSpec::default()
    };
    let error = tokio().block_on(docker.build(spec, None)).expect_err("fails").to_string();
    assert!(error.contains("the reason") && error.contains('3'), "{error}");
    let spec = BuildSpec { tag: "runcell-test/fails:v1".into(), dockerfile: "NONSENSE".into(), ..BuildSpec::default() };
    let error = tokio().block_on(docker.build(spec, None)).expect_err("fails");
    assert!(error.to_string().to_lowercase().contains("nonsense"), "{error}");
}

#[test]
fn a_build_has_no_network_unless_asked() {
    let docker = the_engine!();
    for (network, expected) in [(false, "1"), (true, "2")] {
        let spec = BuildSpec {
            tag: "runcell-test/net:v1".into(),
            dockerfile: format!("FROM {BUSYBOX}\nRUN [ $(ls /sys/class/net | wc -l) = {expected} ]\n"),
            network,
            no_cache: true,
            ..BuildSpec::default()
        };
        tokio().block_on(docker.build(spec, None)).expect(expected);
    }
}

#[test]
fn a_dropped_build_ends() {
    let docker = the_engine!();
    let mark = format!("{}", 6_000_000 + std::process::id());
    let spec = BuildSpec {
        tag: "runcell-test/dropped:v1".into(),
        dockerfile: format!("FROM {BUSYBOX}\nRUN sleep {mark}\n"),
        no_cache: true,
        ..BuildSpec::default()
    };
    let runs =
        || !docker_out(&["ps", "--no-trunc", "--format", "{{.Command}}"]).lines().all(|line| !line.contains(&mark));
    let _tokio = tokio().enter();
    let build = tokio::spawn(async move { docker.build(spec, None).await });
    eventually("it builds", runs);
    build.abort();
    eventually("it builds no more", || !runs());
}

#[test]
fn a_pull_that_hangs_can_be_dropped_and_one_that_fails_says_why() {
    let docker = the_engine!();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let image = format!("127.0.0.1:{port}/team/image:v1");
    let pull = async { tokio::time::timeout(Duration::from_secs(2), docker.pull(&image, None)).await };
    tokio().block_on(pull).expect_err("it hangs, and is dropped");
    drop(listener);
    let error = tokio().block_on(docker.pull(&image, None)).expect_err("nobody listens");
    assert!(matches!(&error, DockerError::PullFailed { image: name, .. } if *name == image), "{error}");
    assert!(!tokio().block_on(docker.image_exists(&image)).unwrap());
}

#[test]
fn what_is_misspelt_is_refused_before_the_engine_is_asked() {
    let docker = the_engine!();
    let confinement = Confinement { network: Network::None, ..Confinement::default() };
    let labels = Labels::new("o", "run", "1");
    let mut bad = vec![spec("a/b", ""), spec("ok", ""), spec("ok", ""), spec("ok", "")];
    bad[1].ports = vec!["x".into()];
    bad[2].volumes = vec!["relative:/x".into()];
    bad[3].restart = "never".into();
    for spec in bad {
        let error = tokio().block_on(docker.run(&spec, &confinement, &labels)).expect_err("misspelt");
        assert!(matches!(error, DockerError::BadName { .. } | DockerError::BadField { .. }), "{error}");
    }
}
