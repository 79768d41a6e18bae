//! Logging in, staying so, and logging out.

use super::{PASSWORD, add, admin, identify, nobody, origin, service, service_with};
use crate::store::place::{Place, both};
use runcell::caller::{Credential, Role};
use runcell::config::AccountsConfig;
use runcell::service::{Secret, ServiceError, Unauthenticated, UserChange};

both!(a_login_is_good_until_it_ends, ends);

async fn ends(place: Place) {
    let service = service(&place);
    let id = add(&service, "team", "Ann@Example.org", Role::Runner).await;
    let accounts = service.accounts().await.unwrap();
    let login = accounts.login("ANN@example.org", PASSWORD, &origin()).await.unwrap();
    let caller = identify(&service, login.access_token.reveal()).await.unwrap();
    assert_eq!((caller.tenant.as_str(), &*caller.user, caller.role), ("team", "ann@example.org", Role::Runner));
    assert_eq!((caller.credential(), caller.origin()), (&Credential::Login(id), &origin()));
    assert!(login.refresh_expires_ms > login.access_expires_ms + 29 * 86_400_000);

    let page = accounts.login_page("ann@example.org", PASSWORD, &origin()).await.unwrap();
    assert_eq!(identify(&service, page.secret.reveal()).await.unwrap().user, "ann@example.org");
    accounts.logout(login.access_token.reveal(), false, &origin()).await.unwrap();
    nobody(&service, login.access_token.reveal()).await;
    accounts.refresh(login.refresh_token.reveal(), &origin()).await.expect_err("its login has ended");
    identify(&service, page.secret.reveal()).await.expect("another login goes on");
    accounts.logout(page.secret.reveal(), true, &origin()).await.unwrap();
    nobody(&service, page.secret.reveal()).await;
    service.close().await;
}

both!(a_refresh_token_is_good_once, once);

async fn once(place: Place) {
    let service = service(&place);
    add(&service, "team", "ann", Role::Runner).await;
    let accounts = service.accounts().await.unwrap();
    let first = accounts.login("ann", PASSWORD, &origin()).await.unwrap();
    let other = accounts.login("ann", PASSWORD, &origin()).await.unwrap();
    let second = accounts.refresh(first.refresh_token.reveal(), &origin()).await.unwrap();
    identify(&service, second.access_token.reveal()).await.unwrap();
    let reused = accounts.refresh(first.refresh_token.reveal(), &origin()).await;
    assert!(matches!(reused, Err(ServiceError::Unauthenticated(Unauthenticated::Reused))), "{reused:?}");
    for token in [&first.refresh_token, &second.refresh_token] {
        let refused = accounts.refresh(token.reveal(), &origin()).await;
        assert!(matches!(refused, Err(ServiceError::Unauthenticated(Unauthenticated::Refresh))), "{refused:?}");
    }
    nobody(&service, second.access_token.reveal()).await;
    identify(&service, other.access_token.reveal()).await.expect("another login of the user goes on");
    service.close().await;
}

both!(of_two_that_refresh_at_once_one_is_the_first, at_once);

async fn at_once(place: Place) {
    let service = service(&place);
    add(&service, "team", "ann", Role::Runner).await;
    let accounts = service.accounts().await.unwrap();
    let login = accounts.login("ann", PASSWORD, &origin()).await.unwrap();
    let origin = origin();
    let refresh = || accounts.refresh(login.refresh_token.reveal(), &origin);
    let (one, other) = tokio::join!(refresh(), refresh());
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
    service.close().await;
}

both!(a_key_outlives_the_process_and_logins_with_it, outlives);

async fn outlives(place: Place) {
    let first = service(&place);
    add(&first, "team", "ann", Role::Runner).await;
    let login = first.accounts().await.unwrap().login("ann", PASSWORD, &origin()).await.unwrap();
    first.close().await;
    let second = service(&place);
    assert_eq!(identify(&second, login.access_token.reveal()).await.unwrap().user, "ann");
    second.close().await;
}

both!(what_changes_of_a_user_counts_at_once, at_once_changed);

async fn at_once_changed(place: Place) {
    let service = service(&place);
    let id = add(&service, "team", "ann", Role::Runner).await;
    let (accounts, root) = (service.accounts().await.unwrap(), admin("team"));
    let users = service.users(&root).await.unwrap();
    let login = accounts.login("ann", PASSWORD, &origin()).await.unwrap();
    identify(&service, login.access_token.reveal()).await.unwrap();
    users.change(&id, UserChange { role: Some(Role::Viewer), ..UserChange::default() }).await.unwrap();
    assert_eq!(identify(&service, login.access_token.reveal()).await.unwrap().role, Role::Viewer);
    users.change(&id, UserChange { disabled: Some(true), ..UserChange::default() }).await.unwrap();
    nobody(&service, login.access_token.reveal()).await;
    accounts.login("ann", PASSWORD, &origin()).await.expect_err("disabled");
    let password = Some(Secret::from("another password"));
    let change = UserChange { disabled: Some(false), password, ..UserChange::default() };
    users.change(&id, change).await.unwrap();
    accounts.login("ann", PASSWORD, &origin()).await.expect_err("the old password");
    let login = accounts.login("ann", "another password", &origin()).await.unwrap();
    let ann = identify(&service, login.access_token.reveal()).await.unwrap();
    let profile = service.profile(&ann).await.unwrap();
    profile.change_password("wrong password", PASSWORD).await.expect_err("not the old one");
    profile.change_password("another password", PASSWORD).await.unwrap();
    nobody(&service, login.access_token.reveal()).await;
    accounts.login("ann", PASSWORD, &origin()).await.expect("its own new password");
    service.close().await;
}

both!(a_user_has_so_many_logins_and_no_more, most);

async fn most(place: Place) {
    let service = service_with(&place, AccountsConfig { logins_per_user: 2, ..AccountsConfig::default() });
    add(&service, "team", "ann", Role::Runner).await;
    let accounts = service.accounts().await.unwrap();
    let mut pages = Vec::new();
    for _ in 0..3 {
        pages.push(accounts.login_page("ann", PASSWORD, &origin()).await.unwrap().secret);
    }
    let good: Vec<bool> = {
        let mut good = Vec::new();
        for page in &pages {
            good.push(identify(&service, page.reveal()).await.is_ok());
        }
        good
    };
    assert_eq!((good.iter().filter(|good| **good).count(), good[2]), (2, true), "{good:?}");
    service.close().await;
}
