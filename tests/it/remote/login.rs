//! Logging in and out, and what is kept of it.

use super::harness::*;
use crate::http::server::TOKEN;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;

const PASSWORD: &str = "correct horse battery";

/// A pair whose admin has a known password.
fn pair() -> Pair {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = crate::http::server::Server::start("", |command| {
        command.env("RUNCELL_DATA_DIR", data).env("RUNCELL_ADMIN_PASSWORD", PASSWORD);
    });
    Pair { server, folder }
}

fn kept(pair: &Pair) -> String {
    std::fs::read_to_string(pair.path("home/runcell/credentials.json")).unwrap()
}

fn login(pair: &Pair) -> End {
    let url = pair.url();
    end(&given(&mut pair.here(&["login", &url, "--name", "admin"]), PASSWORD.as_bytes()))
}

/// Makes the access token that is kept look as if its time were over.
fn expire(pair: &Pair) {
    let old = regex_lite::Regex::new("\"expires_at\": \"[^\"]*\"").unwrap();
    let text = old.replace(&kept(pair), "\"expires_at\": \"2000-01-01T00:00:00.000Z\"").into_owned();
    let path = pair.path("home/runcell/credentials.json");
    std::fs::write(&path, text).unwrap();
}

#[test]
fn a_login_is_kept_for_the_user_alone_and_every_verb_uses_it() {
    let pair = pair();
    let (code, out, err) = end(&pair.as_user(&["files", "list"]).output().unwrap());
    assert!(code == Some(125) && out.is_empty() && err.contains("nobody is logged in at"), "{err}");
    let (code, out, err) = login(&pair);
    assert_eq!((code, &*out), (Some(0), &*format!("logged in at {} as admin (admin)\n", pair.url())), "{err}");
    assert!(!out.contains(PASSWORD) && !err.contains(PASSWORD) && !kept(&pair).contains(PASSWORD));
    let mode = |path| std::fs::metadata(pair.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("home/runcell"), mode("home/runcell/credentials.json")), (0o700, 0o600));
    assert_eq!(end(&pair.as_user(&["files", "list"]).output().unwrap()).1, "no file was uploaded yet\n");
    let (code, out, err) = end(&pair.as_user(&["logout"]).output().unwrap());
    assert_eq!((code, &*out), (Some(0), &*format!("logged out of {}\n", pair.url())), "{err}");
    assert!(!kept(&pair).contains("token"), "nothing is left");
    assert_eq!(pair.as_user(&["files", "list"]).output().unwrap().status.code(), Some(125));
}

#[test]
fn an_access_token_is_renewed_once_by_however_many_programs() {
    let pair = pair();
    login(&pair);
    let before = kept(&pair);
    expire(&pair);
    let running: Vec<_> = (0..4)
        .map(|_| pair.as_user(&["files", "list"]).stdout(std::process::Stdio::piped()).spawn().unwrap())
        .collect();
    for child in running {
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    }
    assert_ne!(kept(&pair), before, "both tokens are new");
    // A refresh token that is used twice would have ended the login.
    assert_eq!(pair.as_user(&["files", "list"]).output().unwrap().status.code(), Some(0));
}

#[test]
fn a_login_that_the_server_has_ended_says_so() {
    let pair = pair();
    login(&pair);
    let other = pair.path("other");
    let mut elsewhere = client(&other, &["login", &pair.url(), "--name", "admin"]);
    assert_eq!(given(&mut elsewhere, PASSWORD.as_bytes()).status.code(), Some(0));
    let mut everywhere = client(&other, &["logout", &pair.url(), "--everywhere"]);
    assert_eq!(everywhere.output().unwrap().status.code(), Some(0));
    let (code, _, err) = end(&pair.as_user(&["files", "list"]).output().unwrap());
    assert!(code == Some(125) && err.contains("is over: `runcell login"), "{err}");
}

#[test]
fn what_is_wrong_is_refused_and_nothing_is_kept() {
    let pair = pair();
    let url = pair.url();
    for (args, stdin, words) in [
        (&["login", &url, "--name", "admin"][..], "wrong password here\n", "runcell: "),
        (&["login", &url, "--name", "nobody"], PASSWORD, "runcell: "),
        (&["login", &url, "--token"], "rc_0000000000000000000000000000000000", "runcell: "),
        (&["login", &url, "--token"], "a\u{7f}b", "no token has"),
        (&["login", &url], PASSWORD, "name the user with --name"),
        (&["login", &url, "--name", "admin"], "", "nothing was given"),
        (&["login"], "", "no server is named"),
        (&["login", "localhost:8080", "--name", "a"], "typed in vain", "is no address of a server"),
        (&["login", "http://user:hunter2@h", "--name", "a"], "typed in vain", "passwords do not belong"),
        (&["login", "http://192.0.2.1", "--name", "a"], "typed in vain", "plain HTTP to another machine"),
        (&["logout", &url], "", "nobody is logged in"),
    ] {
        let (code, out, err) = end(&given(&mut pair.here(args), stdin.as_bytes()));
        assert!(code != Some(0) && out.is_empty() && err.contains(words), "{args:?} {code:?} {err}");
        assert!(!err.contains("hunter2") && (stdin.is_empty() || !err.contains(stdin.trim())), "{err}");
    }
    assert!(!std::path::Path::new(&pair.path("home/runcell/credentials.json")).exists());
    let (code, _, err) =
        end(&pair.as_user(&["files", "list"]).env("RUNCELL_TOKEN", "rc_00000000000000000000").output().unwrap());
    assert!(code == Some(125) && err.contains("`runcell login` does that") && !err.contains("rc_0000"), "{err}");
}

#[test]
fn a_token_is_kept_and_forgotten_but_stays_good() {
    let pair = pair();
    let url = pair.url();
    let (code, out, _) = end(&given(&mut pair.here(&["login", "--token", &url]), format!(" {TOKEN} \n").as_bytes()));
    assert!(code == Some(0) && out.contains("(admin)") && !out.contains(TOKEN), "{out}");
    assert_eq!(pair.as_user(&["files", "list"]).output().unwrap().status.code(), Some(0));
    let (code, _, err) = end(&pair.here(&["logout", &url]).output().unwrap());
    assert!(code == Some(0) && err.contains("the token is good still"), "{err}");
    assert!(!kept(&pair).contains(TOKEN));
}

#[test]
fn credentials_that_others_can_read_are_not_used() {
    let pair = pair();
    login(&pair);
    let path = pair.path("home/runcell/credentials.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let (code, _, err) = end(&pair.as_user(&["files", "list"]).output().unwrap());
    assert!(code == Some(125) && err.contains("chmod 600"), "{err}");
}

#[test]
fn a_password_that_is_typed_is_not_shown() {
    let pair = pair();
    let program = pair.here(&[]).get_program().to_string_lossy().into_owned();
    let mut terminal = std::process::Command::new("script");
    let typed = format!("{program} login {}", pair.url());
    terminal.args(["-qec", &typed, "/dev/null"]).env("XDG_CONFIG_HOME", pair.path("home"));
    terminal.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = terminal.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut shown = String::new();
    // Text that is typed before the question is seen: the terminal shows it then.
    for (question, answer) in [("Name: ", "admin\n"), ("Password: ", "correct horse battery\n")] {
        while !shown.ends_with(question) {
            let mut byte = [0];
            assert_eq!(child.stdout.as_mut().unwrap().read(&mut byte).unwrap(), 1, "{shown}");
            shown.push(char::from(byte[0]));
        }
        stdin.write_all(answer.as_bytes()).unwrap();
    }
    child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    assert!(child.wait().unwrap().success() && shown.contains("logged in at"), "{shown}");
    assert!(shown.contains("admin") && !shown.contains("horse"), "{shown}");
}
