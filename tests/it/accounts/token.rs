//! Tokens: shown once, good until they end or are taken back; those of the environment come first.

use super::{admin, identify, nobody, service};
use crate::store::place::{Place, both};
use runcell::account::TokenSource;
use runcell::caller::{Caller, Credential, Role};
use runcell::page::PageRequest;
use runcell::service::{EnvironmentTokens, InvalidRequest, MadeToken, NewToken, Service, ServiceError};

async fn make(service: &Service, caller: &Caller, role: Role, expires_ms: Option<i64>) -> MadeToken {
    let (label, user, tenant) = ("ci".to_owned(), None, None);
    service.tokens(caller).await.unwrap().make(NewToken { label, role, user, tenant, expires_ms }).await.unwrap()
}

both!(a_token_is_shown_once_and_then_only_its_beginning, shown);

async fn shown(place: Place) {
    let (service, root) = (service(&place), admin("team"));
    let made = make(&service, &root, Role::Runner, None).await;
    let secret = made.secret.reveal().to_owned();
    assert!(secret.starts_with(&made.record.prefix) && secret.len() == 67 && made.record.prefix.len() == 11);
    let caller = identify(&service, &secret).await.unwrap();
    assert_eq!((caller.tenant.as_str(), &*caller.user, caller.role), ("team", "token:ci", Role::Runner));
    assert_eq!(caller.credential(), &Credential::Token(made.record.id.clone()));
    let listed = service.tokens(&root).await.unwrap().list(&PageRequest::default()).await.unwrap().items;
    assert!(listed[0].last_used_ms.is_some() && !format!("{listed:?}").contains(&secret[12..]));
    assert!(!format!("{made:?}").contains(&secret[12..]), "nothing prints it");
    service.close().await;
    let file = std::fs::read(place.data().join("runcell.db")).unwrap_or_default();
    let kept = file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
    assert!(!kept, "the database has a hash of it");
}

both!(the_last_admin_s_token_cannot_go, last);

async fn last(place: Place) {
    let (service, root) = (service(&place), admin("team"));
    let tokens = service.tokens(&root).await.unwrap();
    let one = make(&service, &root, Role::Admin, None).await;
    let plain = make(&service, &root, Role::Deployer, None).await;
    let now =
        service.users(&root).await.unwrap().list(&PageRequest::default()).await.map(|_| one.record.created_ms).unwrap();
    let other = admin("other");
    let theirs = service.tokens(&other).await.unwrap().remove(&plain.record.id).await;
    assert!(matches!(theirs, Err(ServiceError::NotFound(_))), "of another tenant: {theirs:?}");
    let kept = tokens.remove(&one.record.id).await;
    assert!(matches!(&kept, Err(ServiceError::Invalid(InvalidRequest::Account(it))) if it.is_conflict()), "{kept:?}");
    tokens.remove(&plain.record.id).await.unwrap();
    nobody(&service, plain.secret.reveal()).await;
    let two = make(&service, &root, Role::Admin, Some(now + 86_400_000)).await;
    let (first, second) = tokio::join!(tokens.remove(&one.record.id), tokens.remove(&two.record.id));
    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1, "{first:?} {second:?}");
    service.close().await;
}

both!(what_is_no_token_is_not_made, refused);

async fn refused(place: Place) {
    let (service, root) = (service(&place), admin("team"));
    let tokens = service.tokens(&root).await.unwrap();
    let made = make(&service, &root, Role::Viewer, None).await;
    let long = "x".repeat(101);
    for (label, expires_ms) in
        [("", None), (" \t", None), ("a\nb", None), (&*long, None), ("ci", Some(made.record.created_ms))]
    {
        let new = NewToken { label: label.to_owned(), role: Role::Viewer, user: None, tenant: None, expires_ms };
        let error = tokens.make(new).await.expect_err(label);
        assert!(matches!(error, ServiceError::Invalid(_)), "{error}");
    }
    assert_eq!(
        tokens.list(&PageRequest::default()).await.unwrap().items,
        [runcell::account::TokenRecord { last_used_ms: None, ..made.record }]
    );
    service.close().await;
}

both!(a_token_of_the_environment_needs_no_database, environment);

async fn environment(place: Place) {
    let (given, legacy) = ("environment-token-1", "legacy-token-of-before");
    let first = service(&place);
    let accounts = first.accounts().await.unwrap();
    let list = format!("runner:team:{given}");
    accounts.use_environment(EnvironmentTokens::parse(&list, Some(legacy)).unwrap()).await.unwrap();
    let caller = identify(&first, given).await.unwrap();
    assert_eq!((caller.tenant.as_str(), caller.role), ("team", Role::Runner));
    assert!(caller.user.starts_with("environment:") && !caller.user.contains("token"), "{}", caller.user);
    let old = identify(&first, legacy).await.unwrap();
    assert_eq!((old.role, &*old.user), (Role::Admin, "token:legacy"));
    let root = admin("local");
    let listed = first.tokens(&root).await.unwrap().list(&PageRequest::default()).await.unwrap().items;
    assert_eq!((listed.len(), listed[0].source), (1, TokenSource::Legacy));
    make(&first, &root, Role::Admin, None).await;
    first.tokens(&root).await.unwrap().remove(&listed[0].id).await.unwrap();
    first.close().await;
    // Taken over once: taken back, it stays so. What the environment no longer gives is nobody's.
    let second = service(&place);
    let accounts = second.accounts().await.unwrap();
    accounts.use_environment(EnvironmentTokens::parse("", Some(legacy)).unwrap()).await.unwrap();
    nobody(&second, legacy).await;
    nobody(&second, given).await;
    second.close().await;
}
