//! When the issuer is asked for its keys, and which of them a token means.
//!
//! Owns how long keys count, and that nobody outside decides how often the issuer is asked: an unknown key is a reason to ask
//! twice a minute at most.

use crate::error::{Refused, SetupError, TokenError, Unreachable};
use crate::fetch::Fetch;
use crate::key::{Algorithm, Key, KeySet};
use hyper::Uri;
use runcell_model::config::OidcConfig;
use serde::Deserialize;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// The least time between two questions.
const PAUSE: Duration = Duration::from_secs(30);
/// How long keys count at most while the issuer does not answer.
const STALE: Duration = Duration::from_secs(24 * 3600);
/// The most keys that are kept.
const MOST: usize = 100;

/// The keys of the issuer.
pub(crate) struct Keys {
    fetch: Fetch,
    issuer: String,
    discovery: Uri,
    /// Where the configuration says that they are.
    named: Option<Uri>,
    lasts: Duration,
    known: RwLock<Option<Known>>,
    /// Held by whoever asks: when that was last.
    asking: Mutex<Option<(Instant, Option<Unreachable>)>>,
}

#[derive(Clone)]
struct Known {
    keys: Arc<[Key]>,
    since: Instant,
}

/// The part of the issuer's description that is read.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl Keys {
    pub(crate) fn new(config: &OidcConfig, issuer: &str) -> Result<Self, SetupError> {
        let parse = |text: &str| text.parse::<Uri>().map_err(|_| SetupError::Url(text.to_owned()));
        Ok(Self {
            fetch: Fetch::new(config.ca_bundle.as_deref())?,
            issuer: issuer.to_owned(),
            discovery: parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/')))?,
            named: config.keys_url.as_deref().map(parse).transpose()?,
            lasts: Duration::from_secs(config.keys_seconds),
            known: RwLock::new(None),
            asking: Mutex::new(None),
        })
    }

    /// The key that a token names by its id, or the only one of its algorithm where it names none.
    pub(crate) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Key, TokenError> {
        let before = self.known();
        let found = before.as_ref().and_then(|known| pick(&known.keys, id, algorithm));
        let is_fresh = before.as_ref().is_some_and(|known| known.since.elapsed() < self.lasts);
        if let Some(key) = found.clone().filter(|_| is_fresh) {
            return Ok(key);
        }
        match self.ask(before.map(|known| known.since)).await {
            Ok(()) => {}
            // An issuer that is away for a while has not taken its keys back.
            Err(_) if found.is_some() => {}
            Err(error) => return Err(error.into()),
        }
        let known = self.known().filter(|known| known.since.elapsed() < STALE);
        Ok(known.and_then(|known| pick(&known.keys, id, algorithm)).ok_or(Refused::Key)?)
    }

    /// Asks the issuer, unless somebody did since `before` or a moment ago.
    pub(crate) async fn ask(&self, before: Option<Instant>) -> Result<(), Unreachable> {
        let mut asking = self.asking.lock().await;
        let since = self.known().map(|known| known.since);
        if since.is_some() && since != before {
            return Ok(());
        }
        if let Some((_, failed)) = asking.as_ref().filter(|(last, _)| last.elapsed() < PAUSE) {
            return failed.clone().map_or(Ok(()), Err);
        }
        let asked = self.fetch_keys().await;
        // The first answer is no reason to wait: a key that is new since then is found at once.
        if since.is_some() || asked.is_err() {
            *asking = Some((Instant::now(), asked.as_ref().err().cloned()));
        }
        let keys = asked.inspect_err(|error| tracing::warn!("{error}"))?;
        tracing::info!(keys = keys.len(), issuer = self.issuer, "the issuer told its keys");
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Known { keys, since: Instant::now() });
        Ok(())
    }

    async fn fetch_keys(&self) -> Result<Arc<[Key]>, Unreachable> {
        let url = match &self.named {
            Some(url) => url.clone(),
            None => self.discover().await?,
        };
        let keys = self.fetch.json::<KeySet>(&url).await?.useful(MOST);
        if keys.is_empty() {
            return Err(Unreachable { url: url.to_string(), reason: "no key of it is for RS256 or ES256".to_owned() });
        }
        Ok(keys.into())
    }

    /// Where the issuer says that its keys are: on its own host, as any other is the configuration's to name.
    async fn discover(&self) -> Result<Uri, Unreachable> {
        let failed = |reason: String| Unreachable { url: self.discovery.to_string(), reason };
        let told = self.fetch.json::<Discovery>(&self.discovery).await?;
        if told.issuer != self.issuer {
            return Err(failed(format!("it calls itself {:?}, and not {:?}", told.issuer, self.issuer)));
        }
        let url: Uri = told.jwks_uri.parse().map_err(|_| failed("its jwks_uri is no address".to_owned()))?;
        if (url.scheme(), url.authority()) != (self.discovery.scheme(), self.discovery.authority()) {
            let words =
                format!("its keys are elsewhere: name {:?} in accounts.oidc.keys_url if that is right", told.jwks_uri);
            return Err(failed(words));
        }
        Ok(url)
    }

    fn known(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn pick(keys: &[Key], id: Option<&str>, algorithm: Algorithm) -> Option<Key> {
    let mut fitting =
        keys.iter().filter(|key| key.algorithm() == algorithm && (id.is_none() || key.id.as_deref() == id));
    let (first, second) = (fitting.next(), fitting.next());
    first.filter(|_| second.is_none()).cloned()
}
