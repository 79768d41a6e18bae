//! The door of idempotency keys: the second request with a key gets the answer of the first.
//!
//! Owns which keys there may be, and that a key is free again where a request broke off. Jobs have keys of their own.

use crate::account::InvalidAccount;
use crate::error::ServiceError;
use crate::secret::hex;
use runcell_model::caller::{Caller, Tenant};
use runcell_model::config::KeysConfig;
use runcell_store::{AccountError, Answer, KeyTaken, Store, StoreError};
use sha2::{Digest, Sha256};

/// The longest key, in bytes.
const MAX_KEY: usize = 255;
/// The longest answer that is worth keeping, in bytes.
pub const LONGEST_KEPT: usize = 1 << 20;

/// Idempotency keys, for one caller. Another one may use the same keys, and so may the same one elsewhere.
pub struct Keys<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) config: KeysConfig,
}

/// Whether a request is the first one of its key.
#[derive(Debug)]
pub enum Taken {
    /// It is: do it, and keep its answer.
    Fresh(HeldKey),
    /// It was answered so.
    Answered(Answer),
}

/// A key that is held for a request. Dropped without an answer, it is free again.
#[derive(Debug)]
pub struct HeldKey {
    store: Store,
    tenant: Tenant,
    name: String,
    is_answered: bool,
}

impl Keys<'_> {
    /// Takes a key of a route for the request that has these parts. It is kept as long as `[keys]` says.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where another request had the key, or the same one goes on; or it is no key.
    pub async fn take(&self, key: &str, route: &str, request: &[&[u8]]) -> Result<Taken, ServiceError> {
        if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidAccount::Key(MAX_KEY).into());
        }
        let tenant = &self.caller.tenant;
        // Under the key itself, another user of the tenant or another route would find it.
        let name = digest(&[self.caller.user.as_bytes(), route.as_bytes(), key.as_bytes()]);
        match self.store.take_key(tenant, &name, &digest(request), self.config.keep_ms).await {
            Ok(KeyTaken::Answered(answer)) => Ok(Taken::Answered(answer)),
            Ok(KeyTaken::Fresh) => {
                let (store, tenant) = (self.store.clone(), tenant.clone());
                Ok(Taken::Fresh(HeldKey { store, tenant, name, is_answered: false }))
            }
            Err(StoreError::Account(AccountError::KeyReused(_))) => Err(AccountError::KeyReused(key.to_owned()).into()),
            Err(StoreError::Account(AccountError::KeyHeld(_))) => Err(AccountError::KeyHeld(key.to_owned()).into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A digest of parts, each apart from the next.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

impl HeldKey {
    /// Keeps the answer, so that the same request gets it again.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be used.
    pub async fn answer(mut self, answer: &Answer) -> Result<(), ServiceError> {
        self.store.answer_key(&self.tenant, &self.name, answer).await?;
        self.is_answered = true;
        Ok(())
    }
}

impl Drop for HeldKey {
    fn drop(&mut self) {
        let (false, Ok(runtime)) = (self.is_answered, tokio::runtime::Handle::try_current()) else { return };
        let (store, tenant, name) = (self.store.clone(), self.tenant.clone(), std::mem::take(&mut self.name));
        runtime.spawn(async move {
            if let Err(error) = store.free_key(&tenant, &name).await {
                tracing::warn!(%error, "an idempotency key could not be freed; it is free when it is over");
            }
        });
    }
}
