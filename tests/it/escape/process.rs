//! Starting programs: no language can, each says so, and a file that the program would have made is not there.

use super::Canary;
use crate::harness::{expect_exit, expect_stdout, report, request, run, stderr, stdout};
use runcell::outcome::Outcome;

/// Runs a snippet with the path of a file that it would like to make.
#[track_caller]
fn attack(runtime: &str, code: &str) -> Outcome {
    let canary = Canary::new();
    let mut attacker = request(runtime, code);
    attacker.args = vec![canary.marker()];
    let outcome = run(attacker);
    canary.expect_untouched(&outcome);
    outcome
}

#[test]
fn the_marker_would_be_noticed() {
    let canary = Canary::new();
    assert!(std::process::Command::new("touch").arg(canary.marker()).status().unwrap().success());
    let outcome = Outcome::unstarted(runcell::outcome::Ending::Cancelled);
    assert!(std::panic::catch_unwind(|| canary.expect_untouched(&outcome)).is_err());
}

#[test]
fn python_starts_nothing() {
    let code = "import os, sys
m = sys.argv[1]
def t(name, f):
    try: print(name, 'ok', f())
    except BaseException as e: print(name, type(e).__name__, str(e).replace(m, 'MARKER'))
for n in ('fork', 'execv', 'execve', 'posix_spawn', 'kill', 'setuid', 'forkpty'): print(n, hasattr(os, n))
t('system', lambda: os.system('touch ' + m) >> 8)
t('popen', lambda: os.popen('touch ' + m).read())
def sub():
    import subprocess; subprocess.run(['touch', m])
t('subprocess', sub)
def multi():
    import multiprocessing; multiprocessing.Process(target=print).start()
t('multiprocessing', multi)
def thread():
    import threading; threading.Thread(target=print, args=('a call',)).start(); import time; time.sleep(0)
t('thread', thread)
def pool():
    from concurrent.futures import ThreadPoolExecutor; return ThreadPoolExecutor().submit(int).result()
t('pool', pool)
def foreign():
    import ctypes; ctypes.CDLL(None).system(b'touch')
t('ctypes', foreign)
";
    let outcome = attack("python", code);
    let expected = "fork False\nexecv False\nexecve False\nposix_spawn False\nkill True\nsetuid False\nforkpty False
system ok 127
popen FileNotFoundError [Errno 44] this sandbox cannot start processes: 'touch MARKER'
subprocess FileNotFoundError [Errno 44] this sandbox cannot start processes: 'touch'
multiprocessing OSError [Errno 58] this sandbox cannot start processes
a call
thread ok None
pool ok 0
ctypes ModuleNotFoundError No module named '_ctypes'
";
    expect_stdout(&outcome, expected);
    assert!(stderr(&outcome).contains("this sandbox cannot start processes"), "{}", report(&outcome));
}

#[test]
fn javascript_starts_nothing() {
    let code = "const m = process.argv[2];
const t = async (n, f) => { try { console.log(n, 'ok', String(await f())); } catch (e) { console.log(n, e.message); } };
await t('execSync', () => require('child_process').execSync('touch ' + m));
await t('spawnSync', () => require('child_process').spawnSync('touch', [m]));
await t('spawn', () => require('child_process').spawn('touch', [m]));
await t('Worker', () => new (require('worker_threads').Worker)('1', { eval: true }));
await t('fork', () => require('cluster').fork());
await t('kill', () => process.kill(1, 9));
console.log(typeof require('qjs:os').exec, typeof require('qjs:std').popen, typeof require('qjs:os').Worker, typeof process.dlopen);";
    let none = "a cell runs one program, it has no other processes";
    let expected = format!(
        "execSync child_process.execSync: {none}\nspawnSync child_process.spawnSync: {none}\nspawn child_process.spawn: {none}
Worker worker_threads.Worker: a cell has no threads\nfork cluster.fork: {none}
kill process.kill: a cell has no other processes\nundefined undefined undefined undefined\n"
    );
    expect_stdout(&attack("quickjs", code), &expected);
}

#[test]
fn ruby_starts_nothing() {
    let code = "m = ARGV[0]
def t(n); begin; puts \"#{n} ok #{yield}\"; rescue Exception => e; puts \"#{n} #{e.class}\"; end; end
t('backticks') { `touch #{m}` }
t('system') { system('touch', m) }
t('spawn') { spawn('touch', m) }
t('exec') { exec('touch', m) }
t('fork') { fork { } }
t('popen') { IO.popen(['touch', m]).read }
t('open') { open(\"| touch #{m}\").read }
t('daemon') { Process.daemon }
t('thread') { Thread.new { 1 }.value }
t('ractor') { Ractor.new { 1 }.take }
t('syscall') { syscall(57) }
t('kill') { Process.kill(9, Process.ppid) }
t('fiddle') { require 'fiddle' }";
    let said = |names: &[&str], error| names.iter().map(|name| format!("{name} {error}\n")).collect::<String>();
    let expected = said(&["backticks"], "Errno::ENOENT")
        + "system ok \n"
        + &said(&["spawn", "exec"], "Errno::ENOENT")
        + "fork NotImplementedError\n"
        + &said(&["popen", "open"], "Errno::ENOENT")
        + &said(&["daemon", "thread", "ractor", "syscall"], "NotImplementedError")
        + "kill Errno::ENOTSUP\nfiddle LoadError\n";
    expect_stdout(&attack("ruby", code), &expected);
}

#[test]
fn php_starts_nothing() {
    let code = "<?php $m = $argv[1];
foreach (['exec', 'shell_exec', 'system', 'passthru'] as $f) echo $f, ' ', var_export(@$f(\"touch $m\"), true), \"\\n\";
echo 'popen ', var_export(@popen(\"touch $m\", 'r'), true), \"\\n\", 'proc_open ', var_export(@proc_open(\"touch $m\", [], $p), true), \"\\n\";
echo 'backticks ', var_export(@`touch $m`, true), \"\\n\";
foreach (['pcntl_fork', 'pcntl_exec', 'dl'] as $f) echo $f, ' ', var_export(function_exists($f), true), \"\\n\";
echo 'FFI ', var_export(class_exists('FFI'), true), \"\\n\";";
    let names = [
        "exec",
        "shell_exec",
        "system",
        "passthru",
        "popen",
        "proc_open",
        "backticks",
        "pcntl_fork",
        "pcntl_exec",
        "dl",
        "FFI",
    ];
    let lines: String = names.iter().map(|name| format!("{name} false\n")).collect();
    expect_stdout(&attack("php", code), &lines);
}

#[test]
fn c_starts_nothing() {
    let code = "#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int n, char **v) {
    char *arguments[] = {(char *)\"touch\", v[1], NULL}, command[200]; pid_t child; struct stat status; int ends[2];
    snprintf(command, sizeof command, \"touch %s\", v[1]);
    printf(\"system %d\\n\", system(command));
    int fork_answer = fork(); printf(\"fork %d %d\\n\", fork_answer, errno == ENOSYS);
    int exec_answer = execv(\"/bin/touch\", arguments); printf(\"execv %d %d\\n\", exec_answer, errno == ENOSYS);
    FILE *pipe_answer = popen(command, \"r\"); printf(\"popen %d %d\\n\", pipe_answer == NULL, errno == ENOSYS);
    printf(\"spawn %d\\n\", posix_spawn(&child, \"/bin/touch\", NULL, NULL, arguments, NULL) == ENOSYS);
    int pipe_made = pipe(ends); printf(\"pipe %d %d\\n\", pipe_made, errno == ENOSYS);
    int killed = kill(getppid(), 9); printf(\"kill %d %d\\n\", killed, errno == ESRCH);
    printf(\"touched %d\\n\", stat(v[1], &status) == 0);
}";
    let expected = "system 32512\nfork -1 1\nexecv -1 1\npopen 1 1\nspawn 1\npipe -1 1\nkill -1 1\ntouched 0\n";
    for runtime in ["clang", "clangpp"] {
        expect_stdout(&attack(runtime, code), expected);
    }
    let thread = "#include <cstdio>\n#include <system_error>\n#include <thread>\nint main() { try { std::thread([] {}).join(); }\n\
                  catch (const std::system_error &e) { puts(e.what()); } }";
    expect_stdout(&attack("clangpp", thread), "thread constructor failed: Not supported\n");
    let pthread = "#include <pthread.h>\n#include <stdio.h>\n#include <string.h>\nvoid *f(void *p) { return p; }\n\
                   int main(void) { pthread_t t; puts(strerror(pthread_create(&t, 0, f, 0))); }";
    expect_stdout(&attack("clang", pthread), "Not supported\n");
    // Instructions of other threads' worlds are refused before anything runs.
    let atomic = "static int x;\n__attribute__((target(\"atomics\"))) int main(void) { return __builtin_wasm_memory_atomic_wait32(&x, 0, -1); }";
    let outcome = attack("clang", atomic);
    expect_exit(&outcome, 1);
    assert!(
        stdout(&outcome).is_empty() && stderr(&outcome).contains("threads support is not enabled"),
        "{}",
        report(&outcome)
    );
}
