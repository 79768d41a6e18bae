//! Worker processes: what happens to runs when a worker, its server or its cache is gone, and who shares one.

mod rogue;

use crate::harness::me;
use crate::harness::{
    add_runtime, binary, cache_dir, children, command_manifest, eventually, expect_stdout, report, request, start,
    stdout, tokio, worker_program,
};
use crate::mcp::connection::Mcp;
use runcell::caller::{Caller, Face, Role};
use runcell::config::{Config, Tenants, Workers};
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::{Ending, Outcome};
use runcell::run::RunEvent;
use runcell::service::{Run, RunRequest, Service, ServiceError, Stdin, WorkerInfo};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

/// Says that it runs, and then takes its time.
const LONG: &str = "print('begun', flush=True)\nimport time\ntime.sleep(60)";

fn workers(count: usize, tenants: Tenants) -> Service {
    let config = Config { workers: Workers { count, tenants }, ..Config::default() };
    let service = start(config, cache_dir(), None);
    tokio().block_on(service.ready()).expect("a worker comes up");
    service
}

fn run(service: &Service, request: RunRequest) -> Outcome {
    tokio().block_on(service.runs(me()).run(request)).expect("can be run")
}

/// Begins a run and waits until its guest has said something.
fn begin(service: &Service, request: RunRequest) -> Run {
    begin_for(service, me(), request)
}

fn begin_for(service: &Service, caller: &Caller, request: RunRequest) -> Run {
    tokio().block_on(async {
        let mut run = service.runs(caller).open(request).await.expect("can be run");
        let Some(RunEvent::Output { .. }) = run.next_event().await else { panic!("it says nothing") };
        run
    })
}

fn end(run: Run) -> Outcome {
    tokio().block_on(run.outcome()).expect("has an outcome")
}

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a process");
    kill_process(pid, signal).expect("it is there");
}

fn infos(service: &Service) -> Vec<WorkerInfo> {
    service.system(me()).workers().expect("the operator may see them")
}

fn busy(service: &Service) -> Vec<WorkerInfo> {
    infos(service).into_iter().filter(|worker| worker.runs > 0).collect()
}

#[test]
fn a_killed_worker_ends_only_its_own_runs_and_is_replaced() {
    let service = workers(2, Tenants::Shared);
    eventually("two workers and one to spare", || infos(&service).len() == 3);
    let first = begin(&service, request("python", LONG));
    let victim = busy(&service)[0].pid;
    let (go_on, pieces) = tokio::sync::mpsc::channel(1);
    let mut waiting = request("python", "print('begun', flush=True)\ninput()\nprint('end')");
    waiting.stdin = Stdin::Stream(pieces);
    let second = begin(&service, waiting);
    assert_eq!(busy(&service).len(), 2, "the second run has a worker of its own: {:?}", infos(&service));
    signal(victim, Signal::KILL);
    let lost = end(first);
    let Ending::Lost { message } = &lost.ending else { panic!("{}", report(&lost)) };
    assert!(message.contains("signal: 9"), "{message}");
    assert_eq!(stdout(&lost), "begun\n", "what it wrote before is kept");
    go_on.blocking_send(b"\n".to_vec()).expect("it waits for a line");
    expect_stdout(&end(second), "begun\nend\n");
    expect_stdout(&run(&service, request("python", "print('again')")), "again\n");
    eventually("it is replaced", || infos(&service).len() == 3);
    assert!(infos(&service).iter().all(|worker| worker.pid != victim));
}

#[test]
fn a_worker_that_ignores_a_deadline_or_a_cancel_is_killed() {
    let service = workers(1, Tenants::Shared);
    let mut limited = request("python", LONG);
    limited.limits = LimitsRequest::default().with(LimitKind::WallTime, 1000);
    let overdue = begin(&service, limited);
    let beside = begin(&service, request("python", LONG));
    let stuck = busy(&service)[0].pid;
    signal(stuck, Signal::STOP);
    let outcome = end(overdue);
    assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 1000 }, "{}", report(&outcome));
    let outcome = end(beside);
    let Ending::Lost { message } = &outcome.ending else { panic!("{}", report(&outcome)) };
    assert!(message.contains("did not stop when its time was over"), "{message}");

    let cancelled = begin(&service, request("python", LONG));
    signal(busy(&service)[0].pid, Signal::STOP);
    cancelled.canceller().cancel();
    assert_eq!(end(cancelled).ending, Ending::Cancelled);
    expect_stdout(&run(&service, request("python", "print('well')")), "well\n");
}

/// An assertion of an interpreter, a wild access, endless recursion: whatever breaks a guest ends its run and nothing else.
#[test]
fn a_guest_that_breaks_ends_only_its_own_run() {
    let ways = [
        ("aborts", "unreachable"),
        ("divides", "(drop (i32.div_u (i32.const 1) (i32.const 0)))"),
        ("reads", "(drop (i32.load (i32.const -4)))"),
        ("calls", "(call_indirect (type $nothing) (i32.const 7))"),
        ("recurses", "(call $start)"),
    ];
    let runtimes = tempfile::tempdir().expect("a folder");
    for (name, body) in ways {
        let wat = format!(
            "(module (type $nothing (func)) (table 1 funcref) (memory (export \"memory\") 1)
             (func $start (export \"_start\") {body}))"
        );
        add_runtime(runtimes.path(), name, &wat, &command_manifest(name));
    }
    let config = Config { workers: Workers { count: 1, tenants: Tenants::Shared }, ..Config::default() };
    let service = start(config, cache_dir(), Some(runtimes.path().to_owned()));
    let beside =
        begin(&service, request("python", "print('begun', flush=True)\nimport time\ntime.sleep(3)\nprint('done')"));
    let worker = busy(&service)[0].pid;
    for (name, _) in ways.iter().chain(&ways) {
        let outcome = run(&service, request(name, "-"));
        let broken = matches!(outcome.ending, Ending::Crashed { .. } | Ending::Terminated { .. });
        assert!(broken, "{name}: {}", report(&outcome));
    }
    assert!(infos(&service).iter().any(|info| info.pid == worker), "its worker is gone: {:?}", infos(&service));
    expect_stdout(&end(beside), "begun\ndone\n");
    expect_stdout(&run(&service, request("python", "print('well')")), "well\n");
}

/// Translating a program to machine code cannot be interrupted: where its run has ended, its worker is let go.
#[test]
fn a_compilation_does_not_go_on_for_ever() {
    let service = workers(1, Tenants::Shared);
    let function = |number: u32| {
        format!(
            "__attribute__((noinline)) int f{number}(int a) {{ __asm__ volatile(\".rept 40000\\n local.get 0\\n i32.const 3\\n\
             i32.add\\n local.set 0\\n .endr\\n\"); return a; }}\n"
        )
    };
    let functions: String = (0..3).map(function).collect();
    let sum: String = (0..3).map(|number| format!(" + f{number}({number})")).collect();
    let code = format!("#include <stdio.h>\n{functions}int main(void) {{ printf(\"%d\\n\", 0{sum}); }}\n");
    let compiled = || {
        let limits = LimitsRequest::default().with(LimitKind::WallTime, 120_000).with(LimitKind::Fuel, 1 << 40);
        RunRequest { limits, ..request("clang", &code) }
    };
    expect_stdout(&run(&workers(1, Tenants::Shared), compiled()), "3\n");

    let running = tokio().block_on(service.runs(me()).open(compiled())).expect("can be run");
    eventually("a worker has the run", || !busy(&service).is_empty());
    let worker = busy(&service)[0].pid;
    // A worker has one thread, and starts others for nothing but machine code.
    let threads = || fs::read_dir(format!("/proc/{worker}/task")).expect("it lives").count();
    eventually("it translates", || threads() > 1);
    running.canceller().cancel();
    let outcome = end(running);
    assert_eq!(outcome.ending, Ending::Cancelled, "{}", report(&outcome));
    expect_stdout(&run(&service, request("python", "print('well')")), "well\n");
    assert!(infos(&service).iter().all(|other| other.pid != worker), "it stayed: {:?}", infos(&service));
}

#[test]
fn tenants_that_are_apart_never_meet() {
    let service = workers(2, Tenants::Apart);
    let caller = |name: &str| Caller::new(name.parse().unwrap(), name, Role::Runner, Face::Library);
    let run_as = |name: &str, code: &str| tokio().block_on(service.runs(&caller(name)).run(request("python", code)));
    let begin_as = |name: &str| begin_for(&service, &caller(name), request("python", LONG));
    let owner = |tenant: &str| {
        let found = service
            .system(me())
            .workers()
            .unwrap()
            .into_iter()
            .filter(|worker| worker.tenant.as_deref() == Some(tenant));
        found.map(|worker| worker.pid).collect::<Vec<_>>()
    };
    for tenant in ["a", "b", "a"] {
        expect_stdout(&run_as(tenant, "print(1)").expect("can be run"), "1\n");
    }
    let (a, b) = (owner("a"), owner("b"));
    assert!(a.len() == 1 && b.len() == 1 && a != b, "{a:?} {b:?}");
    // A third one takes the place of the one that was idle the longest, in a process that nobody used before.
    expect_stdout(&run_as("c", "print(1)").expect("can be run"), "1\n");
    assert_eq!((owner("a").len(), owner("b").len()), (1, 0), "{:?}", infos(&service));
    assert!(!a.contains(&owner("c")[0]) && !b.contains(&owner("c")[0]));
    // Where all are busy, a fourth one is told when to come back.
    let running = [begin_as("a"), begin_as("c")];
    match run_as("d", "print(1)") {
        Err(ServiceError::Busy { retry_after_ms, .. }) => assert!(retry_after_ms > 0),
        other => panic!("expected Busy, not {other:?}"),
    }
    for run in running {
        run.canceller().cancel();
        assert_eq!(end(run).ending, Ending::Cancelled);
    }
}

#[test]
fn everything_travels() {
    let service = workers(1, Tenants::Shared);
    let mut everything = request(
        "python",
        "import sys\ndata = open('in.bin', 'rb').read()\nprint(sys.argv[1:], len(data), input(), input())\n\
         open('out.bin', 'wb').write(data[::-1])\nsys.stderr.write('e' * 3_000_000)\nsys.exit(7)",
    );
    let bytes: Vec<u8> = (0..=255).cycle().take(5_000_000).collect();
    everything.files = vec![runcell::file::InputFile {
        path: runcell::file::GuestPath::new("in.bin").expect("a name"),
        bytes: bytes.clone(),
    }];
    everything.args = vec!["a b".to_owned(), "ü".to_owned()];
    everything.outputs = vec!["*.bin".to_owned(), "none.*".to_owned()];
    everything.limits = LimitsRequest::default().with(LimitKind::Output, 4_000_000);
    let (feed, pieces) = tokio::sync::mpsc::channel(1);
    let (asked, ask) = std::sync::mpsc::channel();
    everything.stdin = Stdin::OnDemand(Box::new(move || {
        asked.send(()).expect("somebody waits");
        pieces
    }));
    let typing = std::thread::spawn(move || {
        ask.recv().expect("it asks");
        for piece in ["first\nsec", "ond\n"] {
            tokio().block_on(feed.send(piece.as_bytes().to_vec())).expect("it reads");
        }
    });
    let outcome = run(&service, everything);
    typing.join().expect("typed");
    assert_eq!(outcome.ending, Ending::Completed { exit_code: 7 }, "{}", report(&outcome));
    assert_eq!(stdout(&outcome), "['a b', 'ü'] 5000000 first second\n");
    assert_eq!(outcome.output.stderr.len(), 3_000_000);
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    let out = outcome.files.iter().find(|file| file.path == "out.bin").expect("it is there");
    assert!(out.bytes == reversed && outcome.files.len() == 2);
    assert_eq!(outcome.missing_files, ["none.*"]);
    assert!(outcome.usage.fuel > 0 && outcome.usage.wall_us > 0);
}

#[test]
fn a_worker_has_nothing_that_it_does_not_need() {
    let service = workers(1, Tenants::Shared);
    let running = begin(&service, request("python", LONG));
    let pid = busy(&service)[0].pid;
    let read = |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}")).expect("can be read");
    let status = read("status");
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2"] {
        assert!(status.contains(line), "{line} is missing in {status}");
    }
    assert_eq!(read("environ"), "");
    assert_eq!(fs::read_link(format!("/proc/{pid}/cwd")).expect("a link"), std::path::Path::new("/"));
    let open = fs::read_dir(format!("/proc/{pid}/fd")).expect("can be listed");
    let open: BTreeSet<String> = open
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .map(|to| to.display().to_string())
        .collect();
    assert!(open.iter().any(|file| file.ends_with("/pagemap")), "without it, no memory is used again: {open:?}");
    let cache = cache_dir().display().to_string();
    let foreign: Vec<_> = open
        .iter()
        .filter(|file| file.starts_with('/') && !file.starts_with(&cache) && !file.starts_with("/memfd:"))
        .filter(|file| !["/dev/null", "/proc/self/pagemap"].contains(&file.as_str()) && !file.ends_with("/pagemap"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    running.canceller().cancel();
    assert_eq!(end(running).ending, Ending::Cancelled);
}

/// The part of a stream that was read so far.
type Read = Arc<Mutex<String>>;

/// Reads a stream to its end, in a thread that then gives up its share.
fn reader(mut stream: impl std::io::Read + Send + 'static) -> Read {
    let read = Read::default();
    let ours = read.clone();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            ours.lock().expect("unpoisoned").push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
    read
}

/// A server that may open only so many files, answering or saying why it cannot.
#[test]
fn a_server_that_runs_out_of_descriptors_says_so() {
    let mut served = 0;
    for most in [12, 24, 48, 96] {
        let mut command = std::process::Command::new("sh");
        let server = binary();
        command
            .args(["-c", &format!("ulimit -n {most}; exec \"$0\" mcp --prepare-wait 390s")])
            .arg(server.get_program());
        command.env("RUNCELL_CACHE_DIR", cache_dir());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut server = command.spawn().expect("starts");
        let mut stdin = server.stdin.take().expect("piped");
        let client = json!({ "name": "it", "version": "1" });
        let hello = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
        let call = json!({ "name": "run_code", "arguments": { "runtime": "php", "code": "echo 'served';" } });
        let messages = [
            json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello }),
            json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
            json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call }),
        ];
        // One that could not start does not read.
        let _ = messages.iter().try_for_each(|message| writeln!(stdin, "{message}"));
        let (out, log) = (reader(server.stdout.take().expect("piped")), reader(server.stderr.take().expect("piped")));
        let has =
            |read: &Read, words: &[&str]| words.iter().any(|word| read.lock().expect("unpoisoned").contains(word));
        let complains = || has(&log, &["Too many open files", "os error 24"]) || has(&out, &["\"isError\":true"]);
        let answered = || has(&out, &["served"]);
        eventually(&format!("it answers, complains or ends with {most} descriptors"), || {
            let ended = server.try_wait().expect("it is our child");
            ended.is_some() || answered() || complains()
        });
        drop(stdin);
        let status = server.wait().expect("it ends");
        eventually("what it wrote is read", || Arc::strong_count(&out) + Arc::strong_count(&log) == 2);
        assert!(answered() || complains(), "with {most} descriptors: {status}\n{out:?}\n{log:?}");
        let answered = answered();
        served += usize::from(answered);
    }
    assert!(served > 0, "96 descriptors are plenty");
}

#[test]
fn workers_end_with_their_server() {
    let mut server = Mcp::start(&[]);
    server.run("php", "");
    let calls = (0..4).map(|_| server.begin("run_code", json!({ "runtime": "php", "code": "while (true);" })));
    assert_eq!(calls.count(), 4);
    eventually("it has workers", || children(server.pid()).len() > 1);
    let workers = children(server.pid());
    signal(server.pid(), Signal::KILL);
    // A process that has ended and that nobody waited for has no command line.
    let gone = |pid: &u32| fs::read(format!("/proc/{pid}/cmdline")).map_or(true, |line| line.is_empty());
    eventually("its workers are gone", || workers.iter().all(gone));
}

#[test]
fn a_program_that_is_no_worker_is_an_error_that_says_so() {
    let program = runcell::service::WorkerProgram { program: "/bin/false".into(), arguments: Vec::new() };
    let service = Service::start_with_workers(Config::default(), cache_dir(), None, program).expect("starts");
    let error = tokio().block_on(service.ready()).expect_err("there can be no worker").to_string();
    assert!(error.contains("a worker process did not come up"), "{error}");
    let missing = runcell::service::WorkerProgram { program: "/no/such/program".into(), ..worker_program() };
    let service = Service::start_with_workers(Config::default(), cache_dir(), None, missing).expect("starts");
    let error = tokio().block_on(service.ready()).expect_err("there can be no worker").to_string();
    assert!(error.contains("cannot be started"), "{error}");
}

#[test]
fn a_worker_that_people_start_says_what_it_is_for() {
    let output = binary().arg("worker").stdin(Stdio::null()).output().expect("starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("a worker is started by a server"), "{said}");
}

#[test]
fn a_cache_that_is_deleted_under_a_server_is_made_again() {
    let (cache, runtimes) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let wat = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    add_runtime(runtimes.path(), "tiny", wat, &command_manifest("tiny"));
    let config = Config { workers: Workers { count: 1, tenants: Tenants::Shared }, ..Config::default() };
    let service = start(config, cache.path().to_owned(), Some(runtimes.path().to_owned()));
    let tiny = || request("tiny", "-");
    assert!(run(&service, tiny()).is_success());
    fs::remove_dir_all(cache.path()).expect("removes");
    assert!(run(&service, tiny()).is_success(), "a worker keeps what it has loaded");
    // New workers find nothing: the run says so, and the next one makes it again.
    eventually("all workers are new", || {
        let old = infos(&service);
        old.iter().for_each(|worker| signal(worker.pid, Signal::KILL));
        eventually("they are replaced", || {
            let now = infos(&service);
            now.len() == 2 && now.iter().all(|worker| old.iter().all(|before| before.pid != worker.pid))
        });
        true
    });
    let error = tokio().block_on(service.runs(me()).run(tiny())).expect_err("nothing is there").to_string();
    assert!(error.contains("its files are gone from the cache"), "{error}");
    assert!(run(&service, tiny()).is_success());
}
