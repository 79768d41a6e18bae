//! Out of the tree of files: traversal, links, races, devices, `/proc`, and writing where nothing may be written.

use super::{Canary, file, notes};
use crate::harness::{expect_stdout, request, run};

/// Programs that read every file that is named, and say what came of it; and their words for "there is none".
const READERS: [(&str, &str, &str); 6] = [
    (
        "python",
        "import sys\nfor p in sys.argv[1:]:\n    try: print('read', open(p).read())\n    except OSError as e: print(e.strerror)",
        "No such file or directory",
    ),
    (
        "quickjs",
        "for (const p of process.argv.slice(2)) {\n\
         try { console.log('read', require('fs').readFileSync(p, 'utf8')) } catch (e) { console.log(e.code) } }",
        "ENOENT",
    ),
    (
        "ruby",
        "ARGV.each { |p| begin; puts 'read ' + File.read(p); rescue SystemCallError => e; puts e.class; end }",
        "Errno::ENOENT",
    ),
    (
        "php",
        "<?php foreach (array_slice($argv, 1) as $p) { $t = @file_get_contents($p);\n\
         echo $t === false ? preg_replace('/.*: /', '', error_get_last()['message']) : \"read $t\", \"\\n\"; }",
        "No such file or directory",
    ),
    ("clang", READ_IN_C, "No such file or directory"),
    ("clangpp", READ_IN_C, "No such file or directory"),
];

const READ_IN_C: &str = r#"
#include <errno.h>
#include <stdio.h>
#include <string.h>
int main(int n, char **v) {
    for (int i = 1; i < n; i++) {
        char text[99] = "";
        FILE *f = fopen(v[i], "r");
        if (f && (fread(text, 1, 98, f), !ferror(f))) printf("read %s\n", text);
        else puts(strerror(errno));
    }
}"#;

#[test]
fn no_path_leads_to_a_file_of_the_host() {
    let canary = Canary::new();
    let path = canary.path();
    let paths = [
        path.clone(),
        format!("/{path}"),
        format!("{path}/"),
        format!("/work/../../..{path}"),
        format!("../../../../../../../..{path}"),
        format!("./.././/.././../.{path}"),
        format!("/proc/self/root{path}"),
        format!("/proc/self/cwd{path}"),
        "/proc/1/environ".into(),
        "/proc/self/maps".into(),
        "/proc/self/fd/3".into(),
        "/dev/mem".into(),
        "/dev/sda".into(),
        "/dev/shm".into(),
        "/dev/fd/3".into(),
        "/dev/tcp/127.0.0.1/80".into(),
        "/sys/class".into(),
        "/etc/passwd".into(),
        "/run/docker.sock".into(),
    ];
    for (runtime, code, none) in READERS {
        let mut reader = request(runtime, code);
        reader.files = vec![file("in.txt", b"hello")];
        // The first path shows that the program would have found something.
        reader.args = std::iter::once("/tmp/../work/in.txt".to_owned()).chain(paths.clone()).collect();
        let outcome = run(reader);
        let lines: Vec<String> =
            std::iter::once("read hello").chain(paths.iter().map(|_| none)).map(Into::into).collect();
        expect_stdout(&outcome, &format!("{}\n", lines.join("\n")));
        canary.expect_untouched(&outcome);
    }
}

#[test]
fn links_lead_nowhere_but_into_the_tree() {
    let canary = Canary::new();
    let python = "import os, sys
c = sys.argv[1]
def t(what, *a):
    try: print(what(*a))
    except OSError as e: print(e.errno, e.strerror)
read = lambda p: open(p).read()
os.symlink('in.txt', 'good'); t(read, 'good')
os.symlink(c, 'l'); t(read, 'l'); t(os.listdir, 'l')
os.symlink('../../../../../..' + c, 'm'); t(read, 'm')
os.symlink('/', 'root'); t(read, 'root' + c); t(read, 'root/work/in.txt')
os.symlink('b', 'a'); os.symlink('a', 'b'); t(read, 'a'); t(os.listdir, 'a/')
t(os.link, c, 'h')
t(os.rename, 'in.txt', c); t(os.rename, c, 'stolen')
t(os.rename, 'in.txt', '/usr/x'); t(os.link, 'in.txt', '/usr/x'); t(os.rename, '/usr', 'u')
t(open, c, 'w'); t(open, 'l', 'w'); t(os.mkdir, '/x'); t(open, '/x', 'w'); t(os.unlink, '/dev/null')
";
    let none = "44 No such file or directory";
    let read_only = "69 Read-only file system";
    let expected = [
        &["hello", none, none, none, none, "hello", "32 Symbolic link loop", "32 Symbolic link loop"][..],
        &[none, none, none, read_only, read_only, read_only],
        &[none, none, read_only, read_only, read_only],
    ];
    let mut linker = request("python", python);
    linker.args = vec![canary.path()];
    linker.files = vec![file("in.txt", b"hello")];
    let outcome = run(linker);
    expect_stdout(&outcome, &format!("{}\n", expected.concat().join("\n")));
    canary.expect_untouched(&outcome);
}

#[test]
fn links_in_the_other_languages_lead_nowhere_either() {
    let canary = Canary::new();
    let programs = [
        (
            "quickjs",
            "const fs = require('fs'), c = process.argv[2]; const t = (f) => { try { console.log(f()) } catch (e) { console.log(e.code) } };\n\
             fs.symlinkSync(c, 'l'); t(() => fs.readFileSync('l', 'utf8')); fs.symlinkSync('b', 'a'); fs.symlinkSync('a', 'b');\n\
             t(() => fs.readFileSync('a')); t(() => fs.linkSync(c, 'h')); t(() => fs.writeFileSync(c, 'x'))",
            "ENOENT\nELOOP\nENOENT\nENOENT\n",
        ),
        (
            "ruby",
            "c = ARGV[0]; t = ->(&f) { begin; puts f.call; rescue SystemCallError => e; puts e.class; end }\n\
             File.symlink(c, 'l'); t.() { File.read('l') }; File.symlink('b', 'a'); File.symlink('a', 'b')\n\
             t.() { File.read('a') }; t.() { File.link(c, 'h') }; t.() { File.write(c, 'x') }",
            "Errno::ENOENT\nErrno::ELOOP\nErrno::ENOENT\nErrno::ENOENT\n",
        ),
        (
            "php",
            "<?php $c = $argv[1]; symlink($c, 'l'); symlink('b', 'a'); symlink('a', 'b');\n\
             foreach ([fn() => @file_get_contents('l'), fn() => @file_get_contents('a'), fn() => @link($c, 'h'),\n\
             fn() => @file_put_contents($c, 'x')] as $f) { var_dump($f()); echo error_get_last()['message'], \"\\n\"; }",
            "bool(false)\nfile_get_contents(l): Failed to open stream: No such file or directory\n\
             bool(false)\nfile_get_contents(a): Failed to open stream: Symbolic link loop\n\
             bool(false)\nlink(): Too many links\n\
             bool(false)\nfile_put_contents(CANARY): Failed to open stream: No such file or directory\n",
        ),
        (
            "clang",
            "#include <errno.h>\n#include <fcntl.h>\n#include <stdio.h>\n#include <unistd.h>\n\
             int main(int n, char **v) { symlink(v[1], \"l\"); symlink(\"b\", \"a\"); symlink(\"a\", \"b\");\n\
             printf(\"%d %d\\n\", open(\"l\", O_RDONLY), errno); printf(\"%d %d\\n\", open(\"a\", O_RDONLY), errno);\n\
             printf(\"%d %d\\n\", link(v[1], \"h\"), errno); printf(\"%d %d\\n\", open(v[1], O_CREAT | O_WRONLY, 0600), errno); }",
            "-1 44\n-1 32\n-1 44\n-1 44\n",
        ),
    ];
    for (runtime, code, expected) in programs {
        let mut linker = request(runtime, code);
        linker.args = vec![canary.path()];
        let outcome = run(linker);
        expect_stdout(&outcome, &expected.replace("CANARY", &canary.path()));
        canary.expect_untouched(&outcome);
    }
}

/// A link that is exchanged between every two looks at it: whatever it points to, what is opened lies in the tree.
#[test]
fn a_race_between_check_and_use_has_nothing_to_win() {
    let canary = Canary::new();
    let code = r#"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int n, char **v) {
    int inside = 0, absent = 0, other = 0;
    symlink(v[1], "evil");
    for (int i = 0; i < 2000; i++) {
        char text[32] = "";
        struct stat s;
        unlink("l");
        symlink("in.txt", "l");
        if (stat("l", &s)) return 9;
        if (i % 2) rename("evil", "l"), symlink(v[1], "evil");
        int f = open("l", O_RDONLY);
        if (f >= 0 && read(f, text, 31) == 5 && text[0] == 'h') inside++;
        else if (f < 0 && errno == ENOENT) absent++;
        else other++;
        if (f >= 0) close(f);
    }
    printf("%d %d %d\n", inside, absent, other);
}"#;
    let mut racer = request("clang", code);
    racer.args = vec![canary.path()];
    racer.files = vec![file("in.txt", b"hello")];
    let outcome = run(racer);
    expect_stdout(&outcome, "1000 1000 0\n");
    canary.expect_untouched(&outcome);
}

/// `path_open` and its like, relative to the preopened root and to folders in it, with every way to say "up".
#[test]
fn the_preopened_root_is_the_top() {
    let canary = Canary::new();
    let path = canary.path();
    let data =
        [format!("../../../..{path}"), path.clone(), "../../etc/passwd".into(), "work/../../../etc/passwd/".into()];
    let mut fields = String::new();
    for (index, text) in data.iter().enumerate() {
        fields.push_str(&format!("(data (i32.const {}) \"{text}\")", 1024 * (index + 1)));
    }
    fields.push_str("(data (i32.const 100) \"tmp\") (data (i32.const 200) \"..\")");
    let mut body = String::new();
    for (index, text) in data.iter().enumerate() {
        let (at, len) = (1024 * (index + 1), text.len());
        let path = format!("(i32.const 3) (i32.const {at}) (i32.const {len})");
        let two = format!("(i32.const 3) (i32.const 0) (i32.const {at}) (i32.const {len})");
        // Read, create, make a folder, remove, rename from and to, link from, symlink at.
        body.push_str(&format!(
            "(call $note (call $path_open {two} (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)))
             (call $note (call $path_open {two} (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0)))
             (call $note (call $path_create_directory {path})) (call $note (call $path_unlink_file {path}))
             (call $note (call $path_rename {path} (i32.const 3) (i32.const 100) (i32.const 3)))
             (call $note (call $path_rename (i32.const 3) (i32.const 100) (i32.const 3) {path}))
             (call $note (call $path_link {two} (i32.const 3) (i32.const 100) (i32.const 3)))
             (call $note (call $path_symlink (i32.const 100) (i32.const 3) {path}))"
        ));
    }
    // The counter-check: `tmp/..` is there, and going up from the root ends at the root.
    body.push_str(
        "(call $note (call $path_open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const 2) (i32.const 0) (i64.const 2)
            (i64.const 0) (i32.const 0) (i32.const 0))) (call $note (i32.load (i32.const 0)))",
    );
    let found = notes(&fields, &body);
    assert_eq!(found.len(), data.len() * 8 + 2);
    assert_eq!(found[data.len() * 8..], [0, 4]);
    // ENOENT, or EROFS where the folder above is the root, which takes no names.
    assert!(found[..data.len() * 8].iter().all(|errno| [44, 69].contains(errno)), "{found:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), super::SECRET);
}

/// A folder that is removed while it is open has no way up to anything but the tree.
#[test]
fn a_removed_folder_is_no_way_out() {
    let code = r#"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    mkdir("d", 0700), mkdir("d/e", 0700);
    int e = open("d/e", O_RDONLY | O_DIRECTORY);
    printf("%d ", openat(e, "../../in.txt", O_RDONLY) > 2);
    rmdir("d/e"), rmdir("d");
    printf("%d %d ", openat(e, "../../../etc/passwd", O_RDONLY), errno);
    printf("%d %d ", openat(e, "new", O_CREAT | O_WRONLY, 0600), errno);
    printf("%d %d\n", mkdirat(e, "../../../escaped", 0700), errno);
}"#;
    let mut climber = request("clang", code);
    climber.files = vec![file("in.txt", b"hello")];
    let outcome = run(climber);
    // The removed folder has nothing above it (ENOTDIR), and takes nothing (ENOENT).
    expect_stdout(&outcome, "1 -1 54 -1 44 -1 54\n");
}
