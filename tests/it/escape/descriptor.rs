//! Guessing descriptors: a number that the guest was not given means nothing, whatever is open in the host.

use super::{Canary, notes};
use crate::harness::{expect_stdout, request, run};
use std::fs::File;

#[test]
fn numbers_that_were_not_given_are_bad() {
    // Open files of this process, whose numbers a guest will try.
    let canary = Canary::new();
    let _open: Vec<File> = (0..50).map(|_| File::open(canary.path()).unwrap()).collect();
    let each = |call: &str| {
        format!(
            "(local.set $i (i32.const 4)) (local.set $n (i32.const 0))
             (loop $l
                (if (i32.ne (call {call}) (i32.const 8)) (then (local.set $n (i32.add (local.get $n) (i32.const 1)))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (if (i32.eq (local.get $i) (i32.const 1100)) (then (local.set $i (i32.const -1100))))
                (br_if $l (local.get $i)))
             (call $note (local.get $n))"
        )
    };
    let calls = [
        "$fd_read (local.get $i) (i32.const 0) (i32.const 1) (i32.const 8)",
        "$fd_write (local.get $i) (i32.const 0) (i32.const 1) (i32.const 8)",
        "$fd_pread (local.get $i) (i32.const 0) (i32.const 1) (i64.const 0) (i32.const 8)",
        "$fd_filestat_get (local.get $i) (i32.const 64)",
        "$fd_prestat_get (local.get $i) (i32.const 64)",
        "$fd_close (local.get $i)",
        "$fd_renumber (local.get $i) (i32.const 1)",
        "$fd_renumber (i32.const 1) (local.get $i)",
        "$sock_recv (local.get $i) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 8) (i32.const 12)",
    ];
    let mut body: String = calls.iter().map(|call| each(call)).collect();
    // The root is given: it is a folder, which is not read like a file but can be asked for its name.
    body.push_str(
        "(call $note (call $fd_read (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 8)))
         (call $note (call $fd_prestat_get (i32.const 3) (i32.const 64)))",
    );
    let expected: Vec<u16> = calls.iter().map(|_| 0).chain([31, 0]).collect();
    assert_eq!(notes("", &body), expected);
}

#[test]
fn descriptors_of_the_host_cannot_be_used_from_c() {
    let canary = Canary::new();
    let _open: Vec<File> = (0..50).map(|_| File::open(canary.path()).unwrap()).collect();
    let code = r#"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(int n, char **v) {
    char c;
    int bad = 0, good = 0;
    for (int fd = 4; fd < 1000; fd++) {
        if (read(fd, &c, 1) < 0 && errno == EBADF) bad++; else good++;
        if (write(fd, "x", 1) < 0 && errno == EBADF) bad++; else good++;
        if (openat(fd, v[1] + 1, O_RDONLY) < 0 && (errno == EBADF || errno == ENOTDIR)) bad++; else good++;
        if (lseek(fd, 0, SEEK_SET) < 0 && errno == EBADF) bad++; else good++;
    }
    printf("%d %d\n", bad, good);
}"#;
    let mut guesser = request("clang", code);
    guesser.args = vec![canary.path()];
    let outcome = run(guesser);
    expect_stdout(&outcome, "3984 0\n");
    canary.expect_untouched(&outcome);
}

#[test]
fn descriptors_of_the_host_cannot_be_used_from_scripts() {
    let programs = [
        (
            "python",
            "import os\nn = 0\nfor fd in range(4, 1000):\n    try: os.read(fd, 1); n += 1\n    except OSError as e: assert e.errno == 8, e\nprint(n)",
        ),
        (
            "ruby",
            "n = 0\n(4..200).each { |fd| begin; IO.for_fd(fd, autoclose: false).read(1); n += 1; rescue Errno::EBADF, Errno::EISDIR; end }\nputs n",
        ),
        (
            "php",
            "<?php $n = 0; for ($i = 4; $i < 1000; $i++) if (($f = @fopen(\"php://fd/$i\", 'r')) && (fstat($f)['mode'] & 0170000) != 0020000 && @fread($f, 1) != '') $n++; echo $n, \"\\n\";",
        ),
    ];
    for (runtime, code) in programs {
        expect_stdout(&run(request(runtime, code)), "0\n");
    }
}

/// The most descriptors are counted, and closing or renaming standard streams loses nothing of what they are.
#[test]
fn descriptors_run_out_in_the_guest_alone() {
    let open = "(call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 0) (i64.const 2) \
                (i64.const 0) (i32.const 0) (i32.const 64))";
    let body = format!(
        "(loop $l (local.set $n {open}) (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $l (i32.and (i32.eqz (local.get $n)) (i32.lt_u (local.get $i) (i32.const 5000)))))
         (call $note (local.get $n)) (call $note (local.get $i))
         (call $note (call $fd_close (i32.const 4))) (call $note {open})
         (call $note (call $fd_close (i32.const 1))) (call $note (call $fd_close (i32.const 0)))"
    );
    // EMFILE after 1024 descriptors, of which four were there; one that is closed can be had again.
    assert_eq!(notes("(data (i32.const 0) \"dev/null\")", &body), [33, 1021, 0, 0, 0, 0]);
}
