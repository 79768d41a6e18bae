//! Attacks of a stranger: tokens of its own making, names of others, and too many guesses.

use super::{PASSWORD, add, admin, identify, nobody, origin, service, service_with};
use crate::store::place::{Place, both};
use runcell::caller::Role;
use runcell::config::AccountsConfig;
use runcell::service::{NewUser, Secret, ServiceError, Unauthenticated};

both!(a_token_that_was_not_signed_here_is_nobody_s, forged);

async fn forged(place: Place) {
    let service = service(&place);
    add(&service, "team", "ann", Role::Admin).await;
    let login = service.accounts().await.unwrap().login("ann", PASSWORD, &origin()).await.unwrap();
    let token = login.access_token.reveal();
    identify(&service, token).await.expect("the token itself is good");
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    // `{"alg":"none"}`, `{"typ":"JWT","alg":"none"}`, `{"alg":"HS512"}`.
    for other in ["eyJhbGciOiJub25lIn0", "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0", "eyJhbGciOiJIUzUxMiJ9"] {
        nobody(&service, &format!("{other}.{claims}.")).await;
        nobody(&service, &format!("{other}.{claims}.{signature}")).await;
    }
    // Another key: that of another installation.
    let elsewhere = Place::sqlite();
    let other = super::service(&elsewhere);
    add(&other, "team", "ann", Role::Admin).await;
    let theirs = other.accounts().await.unwrap().login("ann", PASSWORD, &origin()).await.unwrap();
    nobody(&service, theirs.access_token.reveal()).await;
    nobody(&other, token).await;
    let signature_of_theirs = theirs.access_token.reveal().rsplit_once('.').unwrap().1;
    nobody(&service, &format!("{header}.{claims}.{signature_of_theirs}")).await;
    let changed = format!("{}x.{claims}.{signature}", &header[..header.len() - 1]);
    for text in ["", " ", "null", "rc_", "rs_", "rr_", &changed, &format!("{token} "), &"x".repeat(1 << 20)] {
        nobody(&service, text).await;
    }
    // A refresh token is no bearer, and the other way round.
    nobody(&service, login.refresh_token.reveal()).await;
    let refreshed = service.accounts().await.unwrap().refresh(token, &origin()).await;
    assert!(matches!(refreshed, Err(ServiceError::Unauthenticated(_))), "{refreshed:?}");
    other.close().await;
    service.close().await;
}

both!(a_token_that_has_ended_is_nobody_s, ended);

async fn ended(place: Place) {
    // It ends in the second in which it is signed; a configuration that is read has a higher least.
    let service = service_with(&place, AccountsConfig { access_token_seconds: 0, ..AccountsConfig::default() });
    add(&service, "team", "ann", Role::Admin).await;
    let login = service.accounts().await.unwrap().login("ann", PASSWORD, &origin()).await.unwrap();
    nobody(&service, login.access_token.reveal()).await;
    service.close().await;
}

both!(whether_a_user_exists_is_not_said, enumeration);

async fn enumeration(place: Place) {
    let service = service(&place);
    add(&service, "team", "ann", Role::Viewer).await;
    let root = admin("team");
    let bot = NewUser { name: "bot".to_owned(), password: None, role: Role::Viewer, tenant: None };
    service.users(&root).await.unwrap().add(bot).await.unwrap();
    let accounts = service.accounts().await.unwrap();
    let long = "x".repeat(100_000);
    let attempts = [
        ("ann", "wrong password"),
        ("nobody", "wrong password"),
        ("bot", "wrong password"),
        ("a b", ""),
        ("ann", &*long),
    ];
    for (count, (name, password)) in (1..).zip(attempts) {
        let error = accounts.login(name, password, &origin()).await.expect_err(name);
        assert!(matches!(error, ServiceError::Unauthenticated(Unauthenticated::Password)), "{name}: {error}");
        assert_eq!(error.to_string(), "the name or the password is wrong, or the user is disabled");
        // The same work for each, so that the time says nothing either.
        assert_eq!(accounts.passwords_checked(), count, "{name} costs one hash");
    }
    service.close().await;
}

both!(guesses_are_throttled_whether_there_is_a_user_or_not, throttled);

async fn throttled(place: Place) {
    let accounts = AccountsConfig { attempts_per_account: 1, ..AccountsConfig::default() };
    let service = service_with(&place, accounts);
    add(&service, "team", "ann", Role::Viewer).await;
    let accounts = service.accounts().await.unwrap();
    for name in ["ann", "nobody"] {
        accounts.login(name, "wrong password", &origin()).await.expect_err("wrong");
        let checked = accounts.passwords_checked();
        let limited = accounts.login(name, PASSWORD, &origin()).await;
        let Err(ServiceError::Limited(limited)) = limited else { panic!("{limited:?}") };
        assert_eq!((limited.what, limited.allowed), ("attempts to log in to this account", 1));
        assert!(limited.retry_after_ms > 0);
        assert_eq!(accounts.passwords_checked(), checked, "no hash is computed");
    }
    service.close().await;
}

#[test]
fn nothing_prints_a_password() {
    let new =
        NewUser { name: "ann".to_owned(), password: Some(Secret::from(PASSWORD)), role: Role::Viewer, tenant: None };
    assert!(!format!("{new:?}").contains(PASSWORD));
}
