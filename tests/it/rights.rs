//! Who may do what: every operation of the table, through the door that it belongs to, as every role.

use crate::harness::{cache_dir, request, tokio};
use runcell::caller::{Caller, Face, Operation, Role, Tenant};
use runcell::config::Config;
use runcell::job::{JobFilter, JobId, RetentionRules};
use runcell::service::{ImagePruning, ImageRequest, JobSubmit, Service, ServiceError};

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
        Operation::SeeAllTenants => Ok(caller.clone().of_all_tenants().map(drop)?),
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
        }
        service.close().await;
    });
}
