//! Floods of files: number, size, depth and length of names are bounded, and the host's disk is never written.

use super::{expect_limit, limited, notes, run_alone, wasi};
use crate::harness::{WatRuntime, expect_stdout, report, request, run};
use runcell::limits::LimitKind;
use runcell::outcome::Ending;

#[test]
fn a_million_files_end_at_the_limit() {
    let programs = [
        ("python", "i = 0\nwhile True:\n    open(f'/tmp/{i}', 'w').close(); i += 1"),
        ("quickjs", "const fs = require('fs'); for (let i = 0; ; i++) fs.writeFileSync('/tmp/' + i, '')"),
        ("ruby", "i = 0; loop { File.write(\"/tmp/#{i += 1}\", '') }"),
        ("php", "<?php for ($i = 0; ; $i++) symlink('x', \"/tmp/$i\");"),
        (
            "clang",
            "#include <stdio.h>\n#include <sys/stat.h>\nint main(void) { char n[32]; for (int i = 0;; i++) sprintf(n, \"%d\", i), mkdir(n, 0700); }",
        ),
    ];
    for (runtime, code) in programs {
        let mut flood = request(runtime, code);
        flood.limits = limited(LimitKind::Files, 500);
        let outcome = run(flood);
        assert_eq!(expect_limit(&outcome, LimitKind::Files, 500), 501);
        assert!(outcome.usage.files <= 500, "{}", report(&outcome));
    }
}

#[test]
fn names_of_one_file_count_as_files() {
    let code = "import os\nopen('a', 'w').close()\nfor i in range(10000): os.link('a', f'l{i}')";
    let mut flood = request("python", code);
    flood.limits = limited(LimitKind::Files, 200);
    expect_limit(&run(flood), LimitKind::Files, 200);
}

#[test]
fn giants_with_holes_count_in_full() {
    let giants = [
        ("python", "f = open('a', 'wb'); f.seek(1 << 40); f.write(b'x'); f.flush()"),
        ("python", "import os; os.truncate(os.open('a', os.O_CREAT | os.O_RDWR), 1 << 62)"),
        ("quickjs", "const fs = require('fs'); fs.writeFileSync('a', ''); fs.truncateSync('a', 2 ** 40)"),
        ("ruby", "File.open('a', 'w') { |f| f.truncate(1 << 40) }"),
        ("php", "<?php $f = fopen('a', 'w'); ftruncate($f, 2000000000);"),
        (
            "clang",
            "#include <fcntl.h>\n#include <unistd.h>\nint main(void) { int f = open(\"a\", O_CREAT | O_RDWR, 0600); return pwrite(f, \"x\", 1, 1ll << 40); }",
        ),
    ];
    for (runtime, code) in giants {
        let mut giant = request(runtime, code);
        giant.limits = limited(LimitKind::FileBytes, 1 << 20);
        let outcome = run(giant);
        assert!(expect_limit(&outcome, LimitKind::FileBytes, 1 << 20) > 1 << 20);
        assert!(outcome.usage.file_bytes <= 1 << 20, "{}", report(&outcome));
    }
}

/// Offsets at the end of what a number can say.
#[test]
fn offsets_at_the_end_of_all_numbers_are_refused_or_stopped() {
    let open =
        "(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 8) (i32.const 6) (i32.const 1) (i64.const 66)
        (i64.const 0) (i32.const 0) (i32.const 64)))";
    let name = "(data (i32.const 8) \"work/x\") (data (i32.const 32) \"\\00\\00\\00\\00\\01\\00\\00\\00\")";
    let stopped = [
        "(call $fd_allocate (i32.const 4) (i64.const 0) (i64.const 0x7fffffffffffffff))",
        "(call $fd_filestat_set_size (i32.const 4) (i64.const -1))",
        "(call $fd_pwrite (i32.const 4) (i32.const 32) (i32.const 1) (i64.const 0x7ffffffffffffff0) (i32.const 64))",
    ];
    for call in stopped {
        let outcome = WatRuntime::new(&wasi(name, &format!("{open} (call $note {call})"))).run(|_| ());
        let told = matches!(outcome.ending, Ending::Terminated { limit: LimitKind::FileBytes, .. });
        assert!(told || super::notes_of(&outcome)[0] != 0, "{call}: {}", report(&outcome));
    }
    let body = format!(
        "{open} (call $note (call $fd_seek (i32.const 4) (i64.const -1) (i32.const 0) (i32.const 64)))
         (call $note (call $fd_seek (i32.const 4) (i64.const 0x7fffffffffffffff) (i32.const 0) (i32.const 64)))
         (call $note (call $fd_seek (i32.const 4) (i64.const 1) (i32.const 1) (i32.const 64)))
         (call $note (call $fd_read (i32.const 4) (i32.const 32) (i32.const 1) (i32.const 64)))
         (call $note (i32.load (i32.const 64)))
         (call $note (call $fd_pread (i32.const 4) (i32.const 32) (i32.const 1) (i64.const -1) (i32.const 64)))
         (call $note (call $fd_allocate (i32.const 4) (i64.const -1) (i64.const -1)))"
    );
    let found = notes(name, &body);
    assert_eq!(found[..5], [28, 0, 28, 0, 0], "{found:?}");
    assert_eq!(found[6], 28, "{found:?}");
}

/// Folders in folders, as deep as the number of files allows: made, listed, and thrown away by a host that does not recurse.
#[test]
fn folders_as_deep_as_can_be() {
    let code = "import os\nn = 0\ntry:\n    while True: os.mkdir('d'); os.chdir('d'); n += 1\nexcept OSError as e: print(e.strerror)\nprint(n > 1000)";
    let mut deep = request("python", code);
    deep.limits = limited(LimitKind::Files, 100_000);
    deep.outputs = vec!["**/*".into()];
    expect_stdout(&run(deep), "Filename too long\nTrue\n");
    // By descriptors there is no path that could be too long.
    let body = "(local.set $i (i32.const 3))
        (loop $l
            (local.set $n (call $path_create_directory (local.get $i) (i32.const 8) (i32.const 4)))
            (drop (call $path_open (local.get $i) (i32.const 0) (i32.const 8) (i32.const 4) (i32.const 2) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64)))
            (if (i32.ne (local.get $i) (i32.const 3)) (then (drop (call $fd_close (local.get $i)))))
            (local.set $i (i32.load (i32.const 64)))
            (i32.store (i32.const 8) (i32.const 0x64646464))
            (br_if $l (i32.eqz (local.get $n))))";
    let name = "(data (i32.const 8) \"work\")";
    let outcome =
        WatRuntime::new(&wasi(name, &body.replace("(br_if $l (i32.eqz (local.get $n)))", "(br $l)"))).run(|request| {
            request.limits = limited(LimitKind::Files, 100_000);
            request.outputs = vec!["**/*.txt".into()];
        });
    expect_limit(&outcome, LimitKind::Files, 100_000);
}

#[test]
fn long_names_and_long_paths_are_refused() {
    let code = "import os
def t(f, *a):
    try: f(*a); print('ok')
    except OSError as e: print(e.strerror)
t(open, 'a' * 255, 'w'); t(open, 'a' * 256, 'w'); t(open, './' * 2000 + 'b', 'w'); t(open, './' * 2100 + 'b', 'w')
t(os.symlink, 'x' * 4000, 'l'); t(os.symlink, 'x' * 5000, 'm')
";
    let long = "Filename too long";
    expect_stdout(&run(request("python", code)), &format!("ok\n{long}\nok\n{long}\nok\n{long}\n"));
}

/// Files of a run lie in memory, which is bounded, and not on the disk.
#[test]
fn files_lie_in_memory_and_are_bounded() {
    let code = "<?php for ($i = 0; ; $i++) file_put_contents(\"/tmp/$i\", str_repeat('x', 1 << 20));";
    let (small, least) = run_alone("php", "echo 1;", &[], &[]);
    let (output, peak) = run_alone("php", code, &[], &[]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(small.status.success() && output.status.code() == Some(137) && text.contains("limit file_bytes"), "{text}");
    assert!(peak < least + (192 << 20), "{peak} bytes instead of {least} and 64 MiB");
}
