//! Files in and out, and the names that untrusted callers give them.

use crate::harness::{expect_stdout, report, request, run, run_code, stdout, try_run};
use runcell::file::{GuestPath, InputFile};
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::Ending;
use runcell::service::ServiceError;

fn file(path: &str, bytes: &[u8]) -> InputFile {
    InputFile { path: GuestPath::new(path).unwrap(), bytes: bytes.to_vec() }
}

#[test]
fn files_go_in_and_come_out() {
    let mut request = request(
        "php",
        "<?php copy('in/a.bin', 'out.bin'); mkdir('d'); file_put_contents('d/x.txt', 'x'); unlink('in/a.bin');",
    );
    request.files = vec![file("in/a.bin", &[0, 255, 10])];
    request.outputs = vec!["out.bin".into(), "/work/d/*.txt".into(), "nothing-*".into(), "in/a.bin".into()];
    let outcome = run(request);
    let files: Vec<_> = outcome.files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())).collect();
    assert_eq!(files, [("d/x.txt", &b"x"[..]), ("out.bin", &[0, 255, 10])], "{}", report(&outcome));
    assert_eq!(outcome.missing_files, ["nothing-*", "in/a.bin"]);
}

#[test]
fn the_snippet_is_no_output_unless_it_is_named() {
    let run = |outputs: &[&str]| {
        let mut request =
            request("php", "<?php file_put_contents('new.txt', 'n'); file_put_contents('in.txt', 'changed');");
        request.files = vec![file("in.txt", b"given"), file("kept.txt", b"kept")];
        request.outputs = outputs.iter().map(|&name| name.to_owned()).collect();
        let outcome = run(request);
        let files: Vec<String> = outcome.files.iter().map(|file| file.path.clone()).collect();
        let left: Vec<String> = outcome.left_files.iter().map(|file| file.path.clone()).collect();
        (files, left)
    };
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(run(&[]), (names(&[]), names(&["in.txt", "new.txt"])));
    assert_eq!(run(&["*"]), (names(&["in.txt", "kept.txt", "new.txt"]), names(&[])));
    assert_eq!(run(&["main.php", "n*"]), (names(&["main.php", "new.txt"]), names(&["in.txt"])));
    assert_eq!(run(&["/work/main.php"]).0, ["main.php"]);
}

#[test]
fn names_that_clash_are_refused() {
    let cases = [
        vec![file("a", b""), file("a", b"")],
        vec![file("main.php", b"")],
        vec![file("a", b""), file("a/b", b"")],
        vec![file("main.php/x", b"")],
    ];
    for files in cases {
        let mut request = request("php", "1");
        request.files = files;
        let error = try_run(request).unwrap_err();
        assert!(matches!(error, ServiceError::Invalid(_)) && error.to_string().contains("clash"), "{error}");
    }
}

#[test]
fn output_names_that_leave_work_are_refused() {
    for name in ["../etc/passwd", "/etc/passwd", "a\0b", "[", ""] {
        let mut request = request("php", "1");
        request.outputs = vec![name.into()];
        assert!(matches!(try_run(request), Err(ServiceError::Invalid(_))), "{name:?}");
    }
}

#[test]
fn ten_thousand_files_are_a_matter_of_the_limit() {
    let mut many = request("php", "<?php echo count(scandir('/work/d'));");
    many.files = (0..10_000).map(|n| file(&format!("d/{n}"), b"x")).collect();
    let outcome = run(many);
    let stopped = Ending::Terminated { limit: LimitKind::Files, allowed: 1000, used: 1001 };
    assert_eq!(outcome.ending, stopped);
    let mut many = request("php", "<?php echo count(scandir('/work/d'));");
    many.files = (0..10_000).map(|n| file(&format!("d/{n}"), b"x")).collect();
    many.limits = LimitsRequest::default().with(LimitKind::Files, 20_000);
    expect_stdout(&run(many), "10002");
}

#[test]
fn nothing_of_the_host_is_there() {
    let outcome = run_code(
        "php",
        "<?php echo json_encode([scandir('/'), @file_get_contents('/etc/passwd'), @scandir('/proc'), @fopen('/../../../etc/passwd', 'r'), symlink('/etc/passwd', '/work/l'), @file_get_contents('/work/l'), scandir('/root'), scandir('/root/install/ssl')]);",
    );
    let root = r#"[".","..","dev","request","root","tmp","usr","work"]"#;
    // OpenSSL looks for its settings there.
    let settings = r#"[".","..","install"],[".","..","openssl.cnf"]"#;
    expect_stdout(&outcome, &format!("[{root},false,false,false,true,false,{settings}]"));
}

#[test]
fn runs_do_not_see_each_other() {
    let leave = run_code("php", "<?php file_put_contents('/tmp/secret', 'x'); file_put_contents('/work/secret', 'x');");
    assert!(leave.is_success());
    let look = run_code("php", "<?php var_dump(file_exists('/tmp/secret'), file_exists('/work/secret'));");
    assert_eq!(stdout(&look).matches("false").count(), 2, "{}", report(&look));
}

#[test]
fn bad_requests_say_what_is_allowed() {
    let mut wrong = request("clang", "int main(){}");
    wrong.options.insert("std".into(), "c24".into());
    let error = try_run(wrong).unwrap_err().to_string();
    assert!(error.contains("c24") && error.contains("gnu23"), "{error}");
    let mut wrong = request("php", "1");
    wrong.options.insert("std".into(), "x".into());
    assert!(try_run(wrong).unwrap_err().to_string().contains("no option"));
    let mut wrong = request("php", "1");
    wrong.limits = LimitsRequest::default().with(LimitKind::Memory, 1 << 20);
    assert!(try_run(wrong).unwrap_err().to_string().contains("at least"));
    let mut wrong = request("php", "1");
    wrong.args = vec!["a\0b".into()];
    assert!(try_run(wrong).unwrap_err().to_string().contains("NUL"));
    let error = try_run(request("perl", "1")).unwrap_err();
    assert!(matches!(error, ServiceError::NotFound(_)) && error.to_string().contains("python"), "{error}");
}
