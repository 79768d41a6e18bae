//! Rights: every operation of the table, through the door that it belongs to, as every role.

use crate::harness::{cache_dir, request, tokio};
use runcell::account::AuditFilter;
use runcell::caller::{Caller, Face, Operation, Role, Tenant};
use runcell::config::Config;
use runcell::execution::{ExecutionFilter, ExecutionId};
use runcell::job::{JobFilter, JobId, RetentionRules};
use runcell::page::PageRequest;
use runcell::service::{ImagePruning, ImageRequest, JobSubmit, NewToken, Service, ServiceError, UserChange};

/// Does an operation in a way that changes nothing: on things that there are not.
async fn attempt(service: &Service, caller: &Caller, operation: Operation) -> Result<(), ServiceError> {
    let job = JobId::try_from(1 << 40).unwrap();
    let nothing = "00000000000000000000000000000000";
    match operation {
        Operation::ReadRuntimes => service.runtimes(caller).names().map(drop),
        Operation::PrepareRuntimes => service.runtimes(caller).prepare(&"no-such".parse().unwrap()).map(drop),
        Operation::CleanRuntimes => service.runtimes(caller).clean_unused().map(drop),
        Operation::RunCode => service.runs(caller).plan(request("no-such", "")).map(drop),
        Operation::ReadTools => service.tools(caller).await?.list(None).await.map(drop),
        Operation::ReadJobs => service.jobs(caller).await?.list(&JobFilter::default()).await.map(drop),
        Operation::SubmitJobs => service.jobs(caller).await?.submit(JobSubmit::new("no-such")).await.map(drop),
        Operation::CancelJobs => service.jobs(caller).await?.cancel(job).await.map(drop),
        Operation::RemoveJobs => service.jobs(caller).await?.remove(job).await,
        Operation::PruneJobs => service.jobs(caller).await?.expired(&RetentionRules::default()).await.map(drop),
        Operation::ReadUploads => service.uploads(caller).await?.list().await.map(drop),
        Operation::WriteUploads => service.uploads(caller).await?.add("a", "text/plain", b"a").await.map(drop),
        Operation::RemoveUploads => service.uploads(caller).await?.remove(nothing).await,
        Operation::ReadImages => service.images(caller).list().await.map(drop),
        Operation::MakeImages => service.images(caller).make(&ImageRequest::default()).await.map(drop),
        Operation::PruneImages => {
            let which = ImagePruning { dry_run: true, ..ImagePruning::default() };
            service.images(caller).prune(which).await.map(drop)
        }
        Operation::ReadSystem => service.system(caller).workers().map(drop),
        Operation::ReadMetrics => service.system(caller).metrics().await.map(drop),
        Operation::SeeAllTenants => Ok(caller.clone().of_all_tenants().map(drop)?),
        other => attempt_on_accounts(service, caller, other).await,
    }
}

/// The same for users, tokens and records.
async fn attempt_on_accounts(service: &Service, caller: &Caller, operation: Operation) -> Result<(), ServiceError> {
    let nothing = "00000000000000000000000000000000";
    match operation {
        Operation::ReadExecutions => {
            service.executions(caller).await?.list(&ExecutionFilter::default()).await.map(drop)
        }
        Operation::RemoveExecutions => {
            service.executions(caller).await?.remove(&ExecutionId::from_random([0; 16])).await
        }
        Operation::ReadProfile => service.profile(caller).await?.get().await.map(drop),
        Operation::ChangeProfile => service.profile(caller).await?.change_password("old", "new").await,
        Operation::ReadUsers => service.users(caller).await?.list(&PageRequest::default()).await.map(drop),
        Operation::WriteUsers => service.users(caller).await?.change(nothing, UserChange::default()).await.map(drop),
        Operation::RemoveUsers => service.users(caller).await?.remove(nothing).await,
        Operation::ReadTokens => service.tokens(caller).await?.list(&PageRequest::default()).await.map(drop),
        Operation::MakeTokens => {
            let (label, role) = (String::new(), Role::Viewer);
            let new = NewToken { label, role, user: None, tenant: None, expires_ms: None };
            service.tokens(caller).await?.make(new).await.map(drop)
        }
        Operation::RemoveTokens => service.tokens(caller).await?.remove(nothing).await,
        Operation::ReadAudit => service.audit(caller).await?.list(&AuditFilter::default()).await.map(drop),
        other => panic!("nobody attempts {other} here"),
    }
}

#[test]
fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: Some(folder.path().to_owned()), ..Config::default() };
    // An empty cache of its own, as one of the operations cleans it.
    let cache = tempfile::tempdir().unwrap();
    let service = Service::start(config, cache.path().join("cache"), None).unwrap();
    assert_ne!(cache.path(), cache_dir());
    tokio().block_on(async {
        // Opens the store, and with it the audit.
        service.accounts().await.map(|_| ()).unwrap();
        for &operation in Operation::ALL {
            for role in Role::ALL {
                let caller = Caller::new(Tenant::local(), "somebody", role, Face::Library);
                let forbidden = match attempt(&service, &caller, operation).await {
                    Err(ServiceError::Forbidden(forbidden)) => {
                        assert_eq!((forbidden.role, forbidden.operation), (role, operation));
                        true
                    }
                    // There is no such thing, or no engine: the right to ask was there.
                    Ok(()) | Err(_) => false,
                };
                assert_eq!(forbidden, role < operation.least_role(), "{role}: {operation}");
            }
            the_audit_has(&service, operation).await;
        }
        service.close().await;
    });
}

/// Every attempt of a changing operation has left one line, whatever came of it, and no other operation has left any.
async fn the_audit_has(service: &Service, operation: Operation) {
    let admin = Caller::operator(Face::Library);
    let filter = AuditFilter { operation: Some(operation.name().to_owned()), ..AuditFilter::default() };
    let lines = service.audit(&admin).await.unwrap().list(&filter).await.unwrap().items;
    let attempts = if operation.changes() { Role::ALL.len() } else { 0 };
    assert_eq!(lines.len(), attempts, "{operation}: {lines:#?}");
    for record in lines {
        let role: Role = record.line.role.parse().unwrap();
        assert_eq!(record.line.end == "refused", role < operation.least_role(), "{record:?}");
        assert_eq!((&*record.line.user, &*record.line.face), ("somebody", "library"));
    }
}
