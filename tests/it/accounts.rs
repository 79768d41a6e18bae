//! Accounts, on both databases: who somebody is, what is kept of it, and what a stranger tries.

mod attack;
mod import;
mod login;
mod record;
mod token;
mod user;

use crate::harness::cache_dir;
use crate::store::place::Place;
use runcell::caller::{Caller, Face, Origin, Role};
use runcell::config::{AccountsConfig, Config, JobsConfig};
use runcell::service::{NewUser, Secret, Service, ServiceError};

/// A password that is long enough.
const PASSWORD: &str = "correct horse";

/// A service on a place of a test, which throttles nobody.
fn service(place: &Place) -> Service {
    let attempts =
        AccountsConfig { attempts_per_account: 10_000, attempts_per_address: 100_000, ..AccountsConfig::default() };
    service_with(place, attempts)
}

fn service_with(place: &Place, accounts: AccountsConfig) -> Service {
    let jobs = JobsConfig { database: place.url.clone(), ..JobsConfig::default() };
    let config = Config { data_dir: Some(place.data()), jobs, accounts, ..Config::default() };
    Service::start(config, cache_dir(), None).unwrap()
}

/// From where the tests ask.
fn origin() -> Origin {
    Origin::new("192.0.2.7".parse().ok(), Some("request-1"))
}

/// An admin, as a face would have identified it.
fn admin(tenant: &str) -> Caller {
    Caller::new(tenant.parse().unwrap(), "root", Role::Admin, Face::Http).at(origin())
}

/// Adds a user of a tenant with [`PASSWORD`]; answers its id.
async fn add(service: &Service, tenant: &str, name: &str, role: Role) -> String {
    let new = NewUser { name: name.to_owned(), password: Some(Secret::from(PASSWORD)), role, tenant: None };
    service.users(&admin(tenant)).await.unwrap().add(new).await.unwrap().id
}

/// Whose bearer it is.
async fn identify(service: &Service, bearer: &str) -> Result<Caller, ServiceError> {
    service.accounts().await.unwrap().identify(bearer, &origin(), Face::Http).await
}

/// Asserts that it is nobody's.
async fn nobody(service: &Service, bearer: &str) {
    let found = identify(service, bearer).await;
    assert!(matches!(found, Err(ServiceError::Unauthenticated(_))), "{found:?}");
}
