//! The parts that tests of jobs share: a data folder of their own, an image with tools, the program in three lines.
//!
//! Owns no test. The tool `shell` runs the script that it is given as a dataset, so that a test says what its tool does.

use crate::docker::harness::{build, docker_out, eventually, find_engine};
use crate::harness::me;
use crate::harness::{binary, cache_dir, tokio};
use runcell::config::Config;
use runcell::service::{Dataset, JobSubmit, Jobs, LocalFile, Service};
use serde_json::Value;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

const TOOL_YML: &str = "tools:
  shell:
    title: Shell
    parameters:
      count: {type: integer, min: 0, max: 9, optional: true}
      text: {type: string, optional: true}
      mode: {type: enum, values: [a, b], default: a}
    data:
      script: {extension: sh}
      left: {extension: csv, optional: true}
      right: {extension: csv, optional: true}
  second: {title: Second}
  field:
    title: Field
    parameters:
      mode: {type: string, enum: [x]}
      options: {type: struct}
      when: {type: datetime, default: 1980-01-01T12:00:00}
      none: {type: integer, min: 0}
    data:
      - first
      - second:
  broken: {title: Broken, parameters: {x: {type: nonsense}}}
";

/// The command of the image.
const RUN: &str =
    "#!/bin/sh\nif [ -e /in/script.sh ]; then exec sh /in/script.sh; fi\necho $TOOL_RUN; cat /in/inputs.json\n";

/// The image with tools.
pub fn image() -> &'static str {
    static TAG: OnceLock<String> = OnceLock::new();
    TAG.get_or_init(|| {
        let files = [("tool.yml", TOOL_YML, 0o644), ("run.sh", RUN, 0o755)];
        build("job", "COPY tool.yml run.sh /src/\nCMD [\"/src/run.sh\"]", &files)
    })
}

/// The same with a `gotap` that does what the standard's helper does.
pub fn gotap_image() -> &'static str {
    static TAG: OnceLock<String> = OnceLock::new();
    const GOTAP: &str = "#!/bin/sh\nsh /in/script.sh > /out/STDOUT 2> /out/STDERR\n\
        echo \"{\\\"exit_code\\\": $?, \\\"read_bytes_sum\\\": 11}\" > /out/_metadata.json\n";
    TAG.get_or_init(|| {
        crate::docker::harness::build_on(image(), "job-gotap", "COPY gotap /bin/gotap", &[("gotap", GOTAP, 0o755)])
    })
}

/// A data folder. What is left of its containers goes with it.
pub struct Place {
    pub dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        if find_engine().is_ok() {
            // Made here: a test that waits for something cannot make it.
            image();
        }
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    /// A file of the test.
    pub fn file(&self, name: &str, text: &str) -> String {
        std::fs::create_dir_all(self.dir.path().join("files")).unwrap();
        let path = self.path(&format!("files/{name}"));
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program with this data folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = binary();
        command.env("RUNCELL_DATA_DIR", self.path("data")).args(args).stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Demands an exit code; stdout and stderr.
    #[track_caller]
    pub fn expect(&self, args: &[&str], code: i32) -> (String, String) {
        let output = self.run(args);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{args:?}\n--- stdout\n{out}\n--- stderr\n{err}");
        (out, err)
    }

    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.expect(args, 0).0).unwrap()
    }

    /// `job submit` of the tool `shell` with a script and further arguments.
    #[track_caller]
    pub fn shell(&self, script: &str, args: &[&str], code: i32) -> (String, String) {
        let data = format!("script={}", self.file("script.sh", script));
        self.expect(&[&["job", "submit", "shell", "--image", image(), "--data", &data], args].concat(), code)
    }

    pub fn show(&self, id: &str) -> Value {
        self.json(&["job", "show", id, "--json"])
    }

    /// Waits until a job is in a state.
    #[track_caller]
    pub fn until(&self, id: &str, state: &str) -> Value {
        eventually(&format!("job {id} is {state}"), || {
            let job = self.show(id);
            let found = job["status"].as_str().unwrap().to_owned();
            let ended = !["pending", "running"].contains(&found.as_str());
            assert!(found == state || !ended, "{job:#}");
            found == state
        });
        self.show(id)
    }

    /// A service on this data folder. Nothing is run before it is asked for.
    pub fn service(&self, change: impl FnOnce(&mut Config)) -> Service {
        let mut config = Config { data_dir: Some(self.dir.path().join("data")), ..Config::default() };
        change(&mut config);
        Service::start(config, cache_dir(), None).unwrap()
    }

    /// A request for the tool `shell` with a script.
    pub fn request(&self, script: &str) -> JobSubmit {
        let file = std::fs::File::open(self.file("script.sh", script)).unwrap();
        let script = Dataset::File(LocalFile { name: "script.sh".into(), file });
        JobSubmit {
            image: Some(image().into()),
            data: [("script".to_owned(), script)].into(),
            ..JobSubmit::new("shell")
        }
    }

    /// Puts a job into the queue that nobody runs; its number.
    pub fn enqueue(&self, script: &str) -> String {
        let service = self.service(|_| ());
        tokio().block_on(async {
            let jobs = service.jobs(me()).await.unwrap();
            let id = jobs.submit(self.request(script)).await.unwrap().job.id;
            service.close().await;
            id.to_string()
        })
    }

    /// Starts the process that runs jobs.
    pub fn runner(&self) -> Child {
        self.command(&["job-runner"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The containers of this data folder.
    pub fn containers(&self) -> String {
        let owner = std::fs::read_to_string(self.dir.path().join("data/installation")).unwrap_or_default();
        docker_out(&["ps", "-aq", "--filter", &format!("label=runcell.owner={owner}")])
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A test of what is said without an engine runs without one as well.
        let begun = self.dir.path().join("data/installation").is_file();
        if !std::thread::panicking() && begun && find_engine().is_ok() {
            eventually("no container is left", || self.containers().is_empty());
        }
    }
}

/// Does something with the jobs of a service while it runs them.
pub fn running<T>(service: &Service, work: impl AsyncFnOnce(&Jobs) -> T) -> T {
    tokio().block_on(async {
        let jobs = service.jobs(me()).await.unwrap();
        service.run_jobs().await.unwrap();
        let done = work(&jobs).await;
        service.close().await;
        done
    })
}
