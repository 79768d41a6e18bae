//! Connections that older clients begin with `initialize`, which the protocol calls sessions.
//!
//! Owns whose they are, how many there may be, and when one that nobody uses ends. Whoever asks for another one's connection is
//! told that there is none. What goes over them is the library's.

use crate::client::Owner;
use futures_util::Stream;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_server::session::local::{
    LocalSessionManager, LocalSessionManagerError, SessionConfig,
};
use rmcp::transport::streamable_http_server::session::{ServerSseMessage, SessionId, SessionManager};
use runcell_telemetry::metric;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

tokio::task_local! {
    /// Whose request this task answers.
    static ASKING: Owner;
}

/// How many there may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) of_one: usize,
    pub(super) of_all: usize,
    /// How long one that nobody uses is kept.
    pub(super) idle: Duration,
}

/// Every connection.
#[derive(Debug)]
pub(super) struct Connections {
    library: LocalSessionManager,
    bounds: Bounds,
    /// Cancelled when the server ends.
    ending: CancellationToken,
    known: Arc<Mutex<HashMap<SessionId, Connection>>>,
}

#[derive(Debug)]
struct Connection {
    owner: Owner,
    used: Instant,
    /// Requests and streams that are open.
    uses: usize,
    /// Cancelled when the connection ends, and with it what it runs.
    ending: CancellationToken,
}

/// There are as many connections as there may be, and all are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "there are {0} sessions in use, and no more are allowed; end one of them first, or use revision 2026-07-28, which has none"
)]
pub(super) struct TooMany(usize);

/// That a connection is in use.
pub(super) struct Use {
    known: Arc<Mutex<HashMap<SessionId, Connection>>>,
    id: SessionId,
    /// Cancelled when the connection ends.
    pub(super) ending: CancellationToken,
}

impl Drop for Use {
    fn drop(&mut self) {
        if let Some(connection) = lock(&self.known).get_mut(&self.id) {
            connection.uses -= 1;
            connection.used = Instant::now();
        }
    }
}

fn lock(known: &Mutex<HashMap<SessionId, Connection>>) -> MutexGuard<'_, HashMap<SessionId, Connection>> {
    known.lock().expect("no holder of this lock panics")
}

impl Connections {
    /// None yet.
    pub(super) fn new(bounds: Bounds, ending: CancellationToken) -> Self {
        let mut config = SessionConfig::default();
        // The library's clock also runs while a call is under way.
        config.keep_alive = None;
        let mut library = LocalSessionManager::default();
        library.session_config = config;
        Self { library, bounds, ending, known: Arc::default() }
    }

    /// Does something as an owner: it finds only this one's connections.
    pub(super) async fn asked_by<T>(owner: Owner, doing: impl Future<Output = T>) -> T {
        ASKING.scope(owner, doing).await
    }

    /// Uses an owner's connection, if it has this one.
    pub(super) fn enter(&self, id: &str, owner: &Owner) -> Option<Use> {
        let mut known = lock(&self.known);
        let (id, connection) = known.get_key_value(id).filter(|(_, connection)| connection.owner == *owner)?;
        let (id, ending) = (id.clone(), connection.ending.clone());
        known.get_mut(&id)?.uses += 1;
        Some(Use { known: self.known.clone(), id, ending })
    }

    /// Makes room for another connection of an owner: the ones that it has not used for longest go.
    ///
    /// # Errors
    /// [`TooMany`] where all are in use.
    pub(super) async fn make_room(&self, owner: &Owner) -> Result<(), TooMany> {
        loop {
            let oldest = {
                let known = lock(&self.known);
                let own = known.values().filter(|connection| connection.owner == *owner).count();
                let (full, most) = match (own >= self.bounds.of_one, known.len() >= self.bounds.of_all) {
                    (false, false) => return Ok(()),
                    (true, _) => (true, self.bounds.of_one),
                    (false, true) => (false, self.bounds.of_all),
                };
                // Nobody else has to go because one has too many.
                let idle = known.iter().filter(|(_, one)| one.uses == 0 && (!full || one.owner == *owner));
                let oldest = idle.min_by_key(|(_, one)| one.used).map(|(id, _)| id.clone());
                oldest.ok_or(TooMany(most))?
            };
            self.end(&oldest).await;
        }
    }

    /// Ends those that nobody has used for too long.
    pub(super) async fn end_idle(&self) {
        let idle: Vec<_> = {
            let known = lock(&self.known);
            let idle = known.iter().filter(|(_, one)| one.uses == 0 && one.used.elapsed() >= self.bounds.idle);
            idle.map(|(id, _)| id.clone()).collect()
        };
        for id in idle {
            self.end(&id).await;
        }
    }

    async fn end(&self, id: &SessionId) {
        let connection = {
            let mut known = lock(&self.known);
            let connection = known.remove(id);
            metric::mcp_sessions(known.len());
            connection
        };
        if let Some(connection) = connection {
            connection.ending.cancel();
        }
        if let Err(error) = self.library.close_session(id).await {
            tracing::debug!(%error, "a session had ended already");
        }
    }

    /// Whether the one who asks has this connection. What the server does by itself asks for nobody.
    fn has(&self, id: &SessionId) -> bool {
        let known = lock(&self.known);
        let Some(connection) = known.get(id) else { return false };
        ASKING.try_with(|owner| *owner == connection.owner).unwrap_or(true)
    }

    fn check(&self, id: &SessionId) -> Result<(), LocalSessionManagerError> {
        if self.has(id) { Ok(()) } else { Err(LocalSessionManagerError::SessionNotFound(id.clone())) }
    }
}

impl SessionManager for Connections {
    type Error = LocalSessionManagerError;
    type Transport = <LocalSessionManager as SessionManager>::Transport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Self::Error> {
        let (id, transport) = self.library.create_session().await?;
        if let Ok(owner) = ASKING.try_with(Owner::clone) {
            let ending = self.ending.child_token();
            let connection = Connection { owner, used: Instant::now(), uses: 0, ending };
            let mut known = lock(&self.known);
            known.insert(id.clone(), connection);
            metric::mcp_sessions(known.len());
        }
        Ok((id, transport))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Self::Error> {
        self.check(id)?;
        self.library.initialize_session(id, message).await
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Self::Error> {
        Ok(self.has(id) && self.library.has_session(id).await?)
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Self::Error> {
        if self.has(id) {
            self.end(id).await;
        }
        Ok(())
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        self.check(id)?;
        self.library.create_stream(id, message).await
    }

    async fn accept_message(&self, id: &SessionId, message: ClientJsonRpcMessage) -> Result<(), Self::Error> {
        self.check(id)?;
        self.library.accept_message(id, message).await
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        self.check(id)?;
        self.library.create_standalone_stream(id).await
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        self.check(id)?;
        self.library.resume(id, last_event_id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::caller::{Caller, Face, Role, Tenant};

    fn owner(name: &str) -> Owner {
        Owner::of(&Caller::new(Tenant::local(), name, Role::Runner, Face::Mcp))
    }

    fn connections(of_one: usize, of_all: usize, idle: Duration) -> Connections {
        Connections::new(Bounds { of_one, of_all, idle }, CancellationToken::new())
    }

    async fn open(connections: &Connections, owner: &Owner) -> SessionId {
        connections.make_room(owner).await.expect("there is room");
        Connections::asked_by(owner.clone(), connections.create_session()).await.expect("is made").0
    }

    #[tokio::test]
    async fn nobody_finds_what_is_another_s() {
        let (all, ann, bob) = (connections(9, 9, Duration::MAX), owner("ann"), owner("bob"));
        let id = open(&all, &ann).await;
        assert!(all.enter(&id, &ann).is_some() && all.enter(&id, &bob).is_none());
        assert!(!Connections::asked_by(bob.clone(), all.has_session(&id)).await.expect("asks"));
        Connections::asked_by(bob.clone(), all.close_session(&id)).await.expect("nothing happens");
        let refused = Connections::asked_by(bob, all.create_standalone_stream(&id)).await.map(drop);
        assert!(matches!(refused, Err(LocalSessionManagerError::SessionNotFound(_))));
        assert!(Connections::asked_by(ann.clone(), all.has_session(&id)).await.expect("asks"));
        Connections::asked_by(ann.clone(), all.close_session(&id)).await.expect("ends");
        assert!(all.enter(&id, &ann).is_none());
    }

    #[tokio::test]
    async fn the_oldest_idle_one_of_the_same_owner_makes_room() {
        let (all, ann, bob) = (connections(2, 3, Duration::MAX), owner("ann"), owner("bob"));
        let (first, second, other) = (open(&all, &ann).await, open(&all, &ann).await, open(&all, &bob).await);
        let used = all.enter(&first, &ann).expect("is there");
        let third = open(&all, &ann).await;
        assert!(all.enter(&second, &ann).is_none() && all.enter(&other, &bob).is_some());
        let also_used = all.enter(&third, &ann).expect("is there");
        assert_eq!(all.make_room(&ann).await, Err(TooMany(2)));
        drop((used, also_used));
        all.make_room(&ann).await.expect("the first goes");
        assert!(all.enter(&first, &ann).is_none());
    }

    #[tokio::test]
    async fn an_idle_one_ends_and_what_it_runs_with_it() {
        let (all, ann) = (connections(9, 9, Duration::ZERO), owner("ann"));
        let id = open(&all, &ann).await;
        let used = all.enter(&id, &ann).expect("is there");
        let ending = used.ending.clone();
        all.end_idle().await;
        assert!(!ending.is_cancelled(), "it is in use");
        drop(used);
        all.end_idle().await;
        assert!(ending.is_cancelled() && all.enter(&id, &ann).is_none());
    }
}
