//! Users that come from gorun: its database, and the passwords that they have there.

use super::{PASSWORD, add, origin, service};
use crate::harness::{binary, tokio};
use crate::store::place::{Place, both};
use runcell::caller::{Caller, Face, Role};
use runcell::service::{ImportInto, Imported, Service};
use runcell::store::{GorunUser, gorun_users};
use std::path::Path;
use std::process::Command;

/// The bcrypt hash of `abc123xyz`, written by another implementation.
const HASH: &str = "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";

/// A database as gorun makes it.
fn database(file: &Path, users: &[(&str, &str, bool)]) {
    let mut script =
        "CREATE TABLE users (id text PRIMARY KEY, email text NOT NULL UNIQUE, password_hash text NOT NULL, \
                      is_admin boolean NOT NULL DEFAULT FALSE, created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, \
                      last_login datetime);"
            .to_owned();
    for (email, hash, is_admin) in users {
        script += &format!(
            "INSERT INTO users (id, email, password_hash, is_admin) VALUES ('{email}', '{email}', '{hash}', {is_admin});"
        );
    }
    let make = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2]); d.close()";
    let made = Command::new("python3").args(["-c", make]).arg(file).arg(script).output().unwrap();
    assert!(made.status.success(), "{made:?}");
}

async fn import(service: &Service, email: &str, hash: &str, into: &ImportInto) -> Imported {
    let user =
        GorunUser { email: email.to_owned(), password_hash: hash.to_owned(), is_admin: email.starts_with("root") };
    service.users(&Caller::operator(Face::Shell)).await.unwrap().import(&user, into).await.unwrap()
}

both!(who_comes_from_gorun_logs_in_and_has_another_hash_then, comes);

async fn comes(place: Place) {
    let service = service(&place);
    let (accounts, into) = (service.accounts().await.unwrap(), ImportInto::Each);
    let tenant = |name: &str| name.parse().unwrap();
    let ann = import(&service, "Ann@example.org", HASH, &into).await;
    assert_eq!(ann, Imported::Added(Role::Runner, tenant("ann@example.org")));
    let root = import(&service, "root@example.org", HASH, &into).await;
    assert_eq!(root, Imported::Added(Role::Admin, tenant("local")));
    assert_eq!(import(&service, "ann@example.org", HASH, &into).await, Imported::Exists);
    for (email, hash) in [("a b", HASH), ("bob", ""), ("bob", &HASH.replace("$12$", "$31$"))] {
        let unfit = import(&service, email, hash, &into).await;
        assert!(matches!(unfit, Imported::Unfit(_)), "{unfit:?}");
    }
    let hash = async || {
        let hash = place.text("SELECT password_hash FROM users WHERE name = 'ann@example.org'").await;
        hash[..4].to_owned()
    };
    accounts.login("ann@example.org", "abc123xyy", &origin()).await.unwrap_err();
    assert_eq!(hash().await, "$2a$");
    for _ in 0..2 {
        let login = accounts.login("ann@example.org", "abc123xyz", &origin()).await.unwrap();
        assert_eq!((login.user.role, &*login.user.name), (Role::Runner, "ann@example.org"));
        assert_eq!(hash().await, "$arg");
    }
    accounts.login("ann@example.org", "abc123xyy", &origin()).await.unwrap_err();
    // Others log in beside those that came.
    add(&service, "local", "carl", Role::Viewer).await;
    accounts.login("carl", PASSWORD, &origin()).await.unwrap();
    accounts.login("nobody", PASSWORD, &origin()).await.unwrap_err();
    assert_eq!(accounts.passwords_checked(), 6, "a user that there is not costs what others cost");
    service.close().await;
}

#[test]
fn a_database_of_gorun_is_read_and_anything_else_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gorun.db");
    database(&file, &[("root@example.org", HASH, true), ("ann@example.org", HASH, false), ("odd one", HASH, false)]);
    let before = std::fs::read(&file).unwrap();
    let users = tokio().block_on(gorun_users(&file)).unwrap();
    assert_eq!(
        users.iter().map(|user| (&*user.email, user.is_admin)).collect::<Vec<_>>(),
        [("ann@example.org", false), ("odd one", false), ("root@example.org", true)]
    );
    assert!(!format!("{users:?}").contains("$2a$"));
    let run = |file: &Path| {
        let mut command = binary();
        command.args(["users", "import", "--gorun"]).arg(file).env("RUNCELL_DATA_DIR", folder.path().join("data"));
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let (code, words) = run(&file);
    assert!(code == Some(125) && words.contains("3 users, 1 of them not added"), "{words}");
    assert!(words.contains("added as admin of local") && words.contains("NOT ADDED"), "{words}");
    assert!(run(&file).1.contains("is here already"));
    assert_eq!(std::fs::read(&file).unwrap(), before, "nothing of it is changed");
    let other = folder.path().join("other.db");
    std::fs::write(&other, "no database").unwrap();
    for (file, expected) in
        [(other.as_path(), "is no database of gorun"), (Path::new("/none.db"), "there is no such file")]
    {
        let (code, words) = run(file);
        assert!(code == Some(2) && words.contains(expected), "{words}");
    }
}
