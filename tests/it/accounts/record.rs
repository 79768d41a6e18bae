//! Records: the audit, recorded runs, and the answers of idempotency keys.

use super::{add, admin, origin, service};
use crate::store::place::{Place, both};
use runcell::account::AuditFilter;
use runcell::caller::{Caller, Face, Role};
use runcell::execution::{ExecutionEnd, ExecutionFilter, ExecutionId, ExecutionState, FinishedExecution};
use runcell::page::PageRequest;
use runcell::service::{InvalidRequest, KeptAnswer, ServiceError, Taken};
use serde_json::json;
use sqlx::Connection as _;

both!(the_audit_says_who_did_what_from_where, audit);

async fn audit(place: Place) {
    let (service, root) = (service(&place), admin("team"));
    add(&service, "team", "ann", Role::Viewer).await;
    let accounts = service.accounts().await.unwrap();
    accounts.login("ann", "wrong password", &origin()).await.expect_err("wrong");
    accounts.login("my password by mistake", "x", &origin()).await.expect_err("nobody");
    let lines = service.audit(&root).await.unwrap().list(&AuditFilter::default()).await.unwrap().items;
    let shown: Vec<_> = lines.iter().map(|one| (&*one.line.user, &*one.line.operation, &*one.line.end)).collect();
    assert_eq!(shown, [("ann", "auth.login", "refused"), ("root", "users.write", "done")]);
    let line = &lines[1].line;
    assert_eq!((line.address.as_deref(), line.request_id.as_deref()), (Some("192.0.2.7"), Some("request-1")));
    assert_eq!((&*line.object, &*line.face, &*line.role, &*line.tenant), ("ann", "http", "admin", "team"));
    let everything = admin("local").of_all_tenants().unwrap();
    let all = service.audit(&everything).await.unwrap();
    let unknown =
        all.list(&AuditFilter { user: Some("(unknown)".to_owned()), ..AuditFilter::default() }).await.unwrap();
    assert_eq!(unknown.items.len(), 1);
    assert!(!format!("{:?}", all.list(&AuditFilter::default()).await.unwrap()).contains("mistake"));
    let other = admin("other");
    let theirs = service.audit(&other).await.unwrap().list(&AuditFilter::default()).await.unwrap();
    assert_eq!(theirs.items, [], "another tenant");
    let page = |cursor| AuditFilter { page: PageRequest { limit: 1, cursor }, ..AuditFilter::default() };
    let first = service.audit(&root).await.unwrap().list(&page(None)).await.unwrap();
    let second = service.audit(&root).await.unwrap().list(&page(first.next.clone())).await.unwrap();
    assert_eq!((&first.items[0], &second.items[0], second.next), (&lines[0], &lines[1], None));
    service.audit(&root).await.unwrap().list(&page(Some("1 OR 1=1".to_owned()))).await.expect_err("no cursor");
    service.close().await;
}

both!(a_line_of_the_audit_is_never_changed, appended);

async fn appended(place: Place) {
    let service = service(&place);
    add(&service, "team", "ann", Role::Viewer).await;
    service.close().await;
    sqlx::any::install_default_drivers();
    let file = format!("sqlite://{}", place.data().join("runcell.db").display());
    let mut database = sqlx::AnyConnection::connect(place.url.as_ref().unwrap_or(&file)).await.unwrap();
    let change = sqlx::query("UPDATE audit SET user_name = 'bob'").execute(&mut database).await;
    assert!(change.expect_err("refused").to_string().contains("never changed"));
}

both!(a_recorded_run_is_its_tenant_s_and_ends_once, recorded);

async fn recorded(place: Place) {
    let first = service(&place);
    let ann = Caller::new("team".parse().unwrap(), "ann", Role::Runner, Face::Http);
    let runs = first.executions(&ann).await.unwrap();
    let (going, ended) = (runs.begin("python").await.unwrap(), runs.begin("ruby").await.unwrap());
    let end = |state, outcome| ExecutionEnd { state, outcome };
    runs.end(&ended, end(ExecutionState::Completed, Some(json!({"stdout": "1\n"})))).await.unwrap();
    runs.end(&ended, end(ExecutionState::Failed, None)).await.unwrap();
    let found = runs.get(&ended).await.unwrap();
    assert_eq!((found.state, found.outcome), (ExecutionState::Completed, Some(json!({"stdout": "1\n"}))));
    let long = Some(json!("x".repeat(300 << 10)));
    let later = FinishedExecution {
        id: runs.new_id().unwrap(),
        runtime: "php".to_owned(),
        took_ms: 5,
        end: end(ExecutionState::TimedOut, long),
    };
    runs.record(later.clone()).unwrap();
    let listed = runs.list(&ExecutionFilter::default()).await.unwrap().items;
    let shown: Vec<_> = listed.iter().map(|run| (&*run.runtime, run.state)).collect();
    let expected =
        [("php", ExecutionState::TimedOut), ("ruby", ExecutionState::Completed), ("python", ExecutionState::Running)];
    assert_eq!(shown, expected);
    assert_eq!(runs.get(&later.id).await.unwrap().outcome, None, "too long to keep");
    runs.remove(&going).await.expect_err("it goes on");
    let other = Caller::new("other".parse().unwrap(), "ann", Role::Runner, Face::Http);
    let theirs = first.executions(&other).await.unwrap();
    theirs.get(&ended).await.expect_err("of another tenant");
    theirs.remove(&ended).await.expect_err("of another tenant");
    theirs.end(&going, end(ExecutionState::Failed, None)).await.unwrap();
    assert_eq!(runs.get(&going).await.unwrap().state, ExecutionState::Running, "of another tenant");
    runs.remove(&ended).await.unwrap();
    first.close().await;
    drop(first);
    the_rest_is_lost_and_forgotten(&place, &ann, &going).await;
}

/// The server is gone, and with it what it ran.
async fn the_rest_is_lost_and_forgotten(place: &Place, ann: &Caller, going: &ExecutionId) {
    let store = place.open().await;
    let lost = store.view(ann.scope()).execution(going).await.unwrap();
    assert_eq!(lost.state, ExecutionState::Lost);
    assert_eq!(store.forget_executions(1, u64::MAX).await.unwrap(), 1);
    assert_eq!(store.execution_count().await.unwrap(), 1);
    store.close().await;
}

both!(the_second_request_with_a_key_gets_the_first_one_s_answer, keys);

async fn keys(place: Place) {
    let service = service(&place);
    let ann = Caller::new("team".parse().unwrap(), "ann", Role::Runner, Face::Http);
    let keys = service.keys(&ann).await.unwrap();
    let take = async |name: &str, body: &'static [u8]| keys.take(name, "/api/users", &[b"POST", body]).await;
    let answer = KeptAnswer {
        status: 201,
        media_type: "application/json".to_owned(),
        location: Some("/api/users/1".to_owned()),
        body: "{}".to_owned(),
    };
    let Taken::Fresh(held) = take("k", b"1").await.unwrap() else { panic!("it is the first") };
    let conflict = |result: Result<Taken, ServiceError>| {
        let Err(ServiceError::Invalid(InvalidRequest::Account(invalid))) = result else { panic!("{result:?}") };
        assert!(invalid.is_conflict());
    };
    conflict(take("k", b"1").await);
    held.answer(&answer).await.unwrap();
    let again = take("k", b"1").await.unwrap();
    assert!(matches!(&again, Taken::Answered(kept) if *kept == answer), "{again:?}");
    conflict(take("k", b"2").await);
    let other = Caller::new("other".parse().unwrap(), "ann", Role::Runner, Face::Http);
    let bob = Caller::new("team".parse().unwrap(), "bob", Role::Runner, Face::Http);
    for caller in [other, bob] {
        let theirs = service.keys(&caller).await.unwrap().take("k", "/api/users", &[b"2"]).await.unwrap();
        assert!(matches!(theirs, Taken::Fresh(_)), "keys are a tenant's and a user's own");
    }
    assert!(matches!(keys.take("k", "/api/tokens", &[b"2"]).await.unwrap(), Taken::Fresh(_)), "and a route's");
    for key in ["", "a b", "ü", &"x".repeat(256)] {
        take(key, b"1").await.expect_err(key);
    }
    service.close().await;
}
