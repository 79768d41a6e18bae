//! Workers that say what a worker must not say: the server ends them and answers for their runs.

use super::run;
use crate::harness::{cache_dir, report, request, tokio};
use runcell::config::{Config, Tenants, Workers};
use runcell::limits::LimitKind;
use runcell::outcome::Ending;
use runcell::service::Service;

/// A rogue worker: it begins well and then says things that it should not, in the way that is asked for.
const ROGUE: &str = r#"
import socket, struct, sys
s = socket.socket(fileno=0)
def take():
    size = struct.unpack('<I', s.recv(4, socket.MSG_WAITALL))[0]
    return s.recv(size, socket.MSG_WAITALL)
def say(body):
    s.sendall(struct.pack('<I', len(body)) + body)
take()
how = sys.argv[1]
say(b'\x00\x01\x04hole' if how == 'hole' else b'\x00\x00')
order = take()
run = order[1]
if how == 'long':
    s.sendall(struct.pack('<I', 0xfffffff0))
elif how == 'nonsense':
    say(b'\xff' * 20)
elif how == 'twice':
    say(b'\x00\x00')
elif how == 'greedy':
    for _ in range(100):
        say(bytes([2, run]))
elif how == 'flood':
    for _ in range(64):
        say(bytes([1, run, 0]) + b'\x80\x80\x04' + b'x' * 65536)
    sys.exit(0)
elif how == 'others':
    for other in range(100):
        if other != run:
            say(bytes([4, other]))
    sys.exit(0)
# Not before it is ended: a socket that closes by itself would be another story.
while True:
    take()
"#;

fn rogue(how: &str, config: Config) -> Service {
    let found = std::process::Command::new("sh").args(["-c", "command -v python3"]).output().expect("sh is there");
    let program = String::from_utf8_lossy(&found.stdout).trim().into();
    let arguments = ["-c", ROGUE, how].map(Into::into).to_vec();
    let program = runcell::service::WorkerProgram { program, arguments };
    Service::start_with_workers(config, cache_dir(), None, program).expect("starts")
}

#[test]
fn a_worker_that_says_what_it_should_not_is_ended() {
    let one = || Config { workers: Workers { count: 1, tenants: Tenants::Shared }, ..Config::default() };
    let attacks = [
        ("long", "a message of 4294967280 bytes came"),
        ("nonsense", "something that is no message came"),
        ("twice", "it reported twice that it is ready"),
        ("greedy", "it sent a message at the wrong time"),
        ("flood", "it died"),
        ("others", "it died"),
    ];
    for (how, why) in attacks {
        let service = rogue(how, one());
        let outcome = run(&service, request("php", "echo 1;"));
        let Ending::Lost { message } = &outcome.ending else { panic!("{how}: {}", report(&outcome)) };
        assert!(message.contains(why), "{how}: {message}");
        // Whatever it says, the run's own limit of output holds in the server.
        let allowed = one().limits.default_of(LimitKind::Output);
        assert!(outcome.output.tty.len() as u64 <= allowed, "{how}: {} bytes", outcome.output.tty.len());
        assert_eq!(outcome.output.truncated, how == "flood", "{how}");
    }
}

#[test]
fn a_worker_that_lacks_a_wall_is_refused_where_walls_are_required() {
    let config = Config { walls: runcell::config::WallPolicy::Require, ..Config::default() };
    let error = tokio().block_on(rogue("hole", config).ready()).expect_err("a wall is missing").to_string();
    assert!(error.contains("hole, and the configuration requires it"), "{error}");
    tokio().block_on(rogue("hole", Config::default()).ready()).expect("only a warning");
}
