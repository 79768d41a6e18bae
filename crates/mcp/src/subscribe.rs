//! Notifying a client that a job has changed.
//!
//! Owns the following of jobs, in the way of both generations of the protocol: by address, or with a request that stays
//! open. A subscription ends by itself after the end of its job was reported.

use crate::resource::error_data;
use crate::session::Session;
use crate::uri::Address;
use crate::watch::MAX_WATCHES;
use rmcp::model::{ResourceUpdatedNotificationParam, SubscriptionFilter};
use rmcp::service::{Peer, SubscriptionContext};
use rmcp::{ErrorData, RoleServer};
use runcell_model::job::JobRecord;
use runcell_service::{Jobs, ServiceError};
use std::future::Future;
use tokio_util::sync::CancellationToken;

impl Session {
    /// Tells a client from now on when the resource changes.
    pub(crate) async fn subscribe(&self, uri: String, peer: Peer<RoleServer>) -> Result<(), ErrorData> {
        let job = self.watched(&uri).await?;
        let jobs = self.jobs().await.map_err(|error| error_data(&error))?;
        let stop = CancellationToken::new();
        {
            let mut watches = self.watches.lock();
            if watches.len() >= MAX_WATCHES {
                let words = format!("{MAX_WATCHES} subscriptions are the most; end some of them first");
                return Err(ErrorData::invalid_params(words, None));
            }
            watches.insert(uri.clone(), stop.clone().drop_guard());
        }
        let watches = self.watches.clone();
        tokio::spawn(async move {
            let told = tell(&jobs, job, || {
                let (peer, param) = (peer.clone(), ResourceUpdatedNotificationParam::new(uri.clone()));
                async move { peer.notify_resource_updated(param).await.is_ok() }
            });
            if stop.run_until_cancelled(told).await.is_some() {
                watches.lock().remove(&uri);
            }
        });
        Ok(())
    }

    /// Ends a subscription; one that there is not is fine.
    pub(crate) fn unsubscribe(&self, uri: &str) {
        self.watches.lock().remove(uri);
    }

    /// The part of what a client wants to hear that we can tell.
    pub(crate) fn accepted(requested: &SubscriptionFilter) -> SubscriptionFilter {
        let mut accepted = SubscriptionFilter::new();
        let ours = |uri: &String| matches!(Address::parse(uri), Some(Address::Status(_) | Address::Results(_)));
        let uris = requested.resource_subscriptions.iter().flatten().filter(|uri| ours(uri)).take(MAX_WATCHES);
        accepted.resource_subscriptions = Some(uris.cloned().collect());
        accepted
    }

    /// Tells a client as long as its request is open.
    pub(crate) async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let jobs = self.jobs().await.map_err(|error| error_data(&error))?;
        let mut watching = tokio::task::JoinSet::new();
        for uri in context.accepted().resource_subscriptions.clone().unwrap_or_default() {
            // One that there is not never changes.
            let Ok(job) = self.watched(&uri).await else { continue };
            let (jobs, sink) = (jobs.clone(), context.sink().clone());
            watching.spawn(async move {
                tell(&jobs, job, || {
                    let (sink, uri) = (sink.clone(), uri.clone());
                    async move { sink.notify_resource_updated(uri).await.is_ok() }
                })
                .await;
            });
        }
        context.cancelled().await;
        Ok(())
    }

    async fn watched(&self, uri: &str) -> Result<JobRecord, ErrorData> {
        let Some(Address::Status(id) | Address::Results(id)) = Address::parse(uri) else {
            let words = format!("{uri:?} does not change: run://{{id}}/status and run://{{id}}/results-index do");
            return Err(ErrorData::invalid_params(words, None));
        };
        let found = async { self.jobs().await?.get(id).await };
        found.await.map_err(|error| error_data(&error))
    }
}

/// Sends every change of a job until the job has ended or was removed, or the client is gone.
async fn tell<F: Future<Output = bool>>(jobs: &Jobs, mut job: JobRecord, notify: impl Fn() -> F) {
    while !job.state.is_final() {
        job = match jobs.next_change(&job).await {
            Ok(job) => job,
            Err(ServiceError::NotFound(_)) => {
                notify().await;
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "a subscription ends early");
                return;
            }
        };
        if !notify().await {
            return;
        }
    }
}
