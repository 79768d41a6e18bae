//! Users: added, listed, changed and removed within a tenant; and one admin is always left.

use super::{PASSWORD, add, admin, identify, nobody, origin, service};
use crate::store::place::{Place, both};
use runcell::caller::{Caller, Face, Role};
use runcell::page::PageRequest;
use runcell::service::{
    InvalidAccount, InvalidRequest, NewToken, NewUser, NotFound, Secret, Service, ServiceError, UserChange,
};

fn conflict<T: std::fmt::Debug>(result: Result<T, ServiceError>) {
    let Err(ServiceError::Invalid(InvalidRequest::Account(invalid))) = &result else { panic!("{result:?}") };
    assert!(invalid.is_conflict(), "{invalid:?}");
}

both!(the_first_admin_is_made_once, first);

async fn first(place: Place) {
    let service = service(&place);
    let accounts = service.accounts().await.unwrap();
    assert!(accounts.is_empty().await.unwrap());
    accounts.first_admin(Some("short".into())).await.expect_err("too short a password");
    let first = accounts.first_admin(None).await.unwrap().expect("there was none");
    let password = first.generated.expect("one is made");
    assert!(!accounts.is_empty().await.unwrap());
    assert!(accounts.first_admin(Some(PASSWORD.into())).await.unwrap().is_none(), "there is one");
    let login = accounts.login("admin", password.reveal(), &origin()).await.unwrap();
    assert_eq!((login.user.role, login.user.tenant.as_str(), &*first.name), (Role::Admin, "local", "admin"));
    service.close().await;
}

both!(the_last_admin_cannot_go, last);

async fn last(place: Place) {
    let service = service(&place);
    let (ann, root) = (add(&service, "team", "ann", Role::Admin).await, admin("team"));
    let users = service.users(&root).await.unwrap();
    conflict(users.remove(&ann).await);
    conflict(users.change(&ann, UserChange { role: Some(Role::Deployer), ..UserChange::default() }).await);
    conflict(users.change(&ann, UserChange { disabled: Some(true), ..UserChange::default() }).await);
    let bob = add(&service, "team", "bob", Role::Admin).await;
    // Both at the same time: one of them stays.
    let (one, other) = tokio::join!(users.remove(&ann), users.remove(&bob));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
    assert_eq!(users.list(&PageRequest::default()).await.unwrap().items.len(), 1);
    service.close().await;
}

both!(users_are_of_a_tenant, apart);

async fn apart(place: Place) {
    let service = service(&place);
    let ann = add(&service, "team", "ann", Role::Admin).await;
    add(&service, "other", "zoe", Role::Admin).await;
    let other = admin("other");
    let theirs = service.users(&other).await.unwrap();
    for id in [&*ann, "ann", "ANN"] {
        assert!(matches!(theirs.get(id).await, Err(ServiceError::NotFound(NotFound::User(_)))));
        let change = UserChange { disabled: Some(true), ..UserChange::default() };
        assert!(matches!(theirs.change(id, change).await, Err(ServiceError::NotFound(NotFound::User(_)))));
        assert!(matches!(theirs.remove(id).await, Err(ServiceError::NotFound(NotFound::User(_)))));
    }
    conflict(theirs.add(new("Ann", "another password")).await);
    let names = |items: Vec<runcell::account::UserRecord>| items.into_iter().map(|user| user.name).collect::<Vec<_>>();
    assert_eq!(names(theirs.list(&PageRequest::default()).await.unwrap().items), ["zoe"]);
    let all = other.clone().of_all_tenants().unwrap();
    let everyone = service.users(&all).await.unwrap();
    let first = everyone.list(&PageRequest { limit: 1, cursor: None }).await.unwrap();
    let second = everyone.list(&PageRequest { limit: 1, cursor: first.next.clone() }).await.unwrap();
    assert_eq!((names(first.items), names(second.items), second.next), (vec!["ann".into()], vec!["zoe".into()], None));
    service.close().await;
}

fn new(name: &str, password: &str) -> NewUser {
    NewUser { name: name.to_owned(), password: Some(Secret::from(password)), role: Role::Viewer, tenant: None }
}

both!(a_change_names_the_version_it_changes, version);

async fn version(place: Place) {
    let service = service(&place);
    add(&service, "team", "root", Role::Admin).await;
    let (root, ann) = (admin("team"), add(&service, "team", "ann", Role::Viewer).await);
    let users = service.users(&root).await.unwrap();
    let known = users.get(&ann).await.unwrap();
    let to = |role, if_changed_ms| UserChange { role: Some(role), if_changed_ms, ..UserChange::default() };
    let changed = users.change(&ann, to(Role::Runner, Some(known.changed_ms))).await.unwrap();
    assert!(changed.changed_ms > known.changed_ms);
    conflict(users.change(&ann, to(Role::Admin, Some(known.changed_ms))).await);
    assert_eq!(users.get("ann").await.unwrap().role, Role::Runner);
    for (name, password) in [("a b", PASSWORD), ("<script>", PASSWORD), ("bob", "short"), ("correctbob", "correctbob")]
    {
        let error = users.add(new(name, password)).await.expect_err(name);
        assert!(matches!(error, ServiceError::Invalid(_)) && !error.chain().contains(PASSWORD), "{error}");
    }
    service.close().await;
}

both!(who_goes_takes_its_tokens_along, gone);

async fn gone(place: Place) {
    let service = service(&place);
    add(&service, "team", "root", Role::Admin).await;
    let (root, ann) = (admin("team"), add(&service, "team", "ann", Role::Runner).await);
    let token = make(&service, &root, Some("ann")).await;
    let caller = identify(&service, &token).await.unwrap();
    assert_eq!((&*caller.user, caller.role), ("ann", Role::Runner));
    let users = service.users(&root).await.unwrap();
    users.change(&ann, UserChange { role: Some(Role::Viewer), ..UserChange::default() }).await.unwrap();
    assert_eq!(identify(&service, &token).await.unwrap().role, Role::Viewer, "never more than its user");
    users.remove(&ann).await.unwrap();
    nobody(&service, &token).await;
    let error = make_for(&service, &root, Some("ann")).await.expect_err("there is no ann");
    assert!(matches!(error, ServiceError::NotFound(NotFound::User(_))), "{error}");
    let member = Caller::new("team".parse().unwrap(), "bob", Role::Deployer, Face::Http);
    assert!(matches!(service.users(&member).await.unwrap().get("root").await, Err(ServiceError::Forbidden(_))));
    service.close().await;
}

async fn make(service: &Service, caller: &Caller, user: Option<&str>) -> String {
    make_for(service, caller, user).await.unwrap()
}

async fn make_for(service: &Service, caller: &Caller, user: Option<&str>) -> Result<String, ServiceError> {
    let (label, role, user) = ("ci".to_owned(), Role::Runner, user.map(str::to_owned));
    let new = NewToken { label, role, user, tenant: None, expires_ms: None };
    Ok(service.tokens(caller).await?.make(new).await?.secret.reveal().to_owned())
}

#[test]
fn a_token_never_has_more_than_its_user() {
    let invalid = InvalidAccount::AboveUser { role: Role::Admin, user: "ann".parse().unwrap(), has: Role::Viewer };
    assert!(!invalid.is_conflict() && invalid.to_string().contains("ann has the role viewer"));
}
