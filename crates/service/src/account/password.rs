//! Passwords: hashing and checking them, a few at a time.
//!
//! Owns the cost of a guess. Argon2id takes 19 MiB and two passes, on a thread of its own; two go on at once and a bounded number
//! waits, so that guesses take neither the memory nor the processors of runs. The password of a user that there is not is
//! checked against a hash of nobody's password: the answer takes as long.

use super::bcrypt;
use super::error::{InvalidAccount, Limited};
use crate::error::ServiceError;
use crate::secret::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// How many hashes are computed at the same time.
const AT_ONCE: usize = 2;
/// How many wait for that.
const MOST_WAITING: usize = 64;
/// The longest password, in bytes.
pub(super) const MAX_BYTES: usize = 1024;
/// The salt of the hash that is nobody's. Not secret: its password is random.
const NOBODYS_SALT: [u8; 16] = *b"nobody's salt 16";

/// The computing of hashes.
#[derive(Debug)]
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// A hash that no password has, made when it is first needed.
    nobodys: Arc<OnceLock<String>>,
    computed: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        Self { places, waiting: AtomicUsize::default(), nobodys: Arc::default(), computed: Arc::default() }
    }
}

impl Passwords {
    /// The hash of a password in PHC form.
    ///
    /// # Errors
    /// [`ServiceError::Limited`] where too many wait.
    pub(crate) async fn hash(&self, password: Secret, salt: [u8; 16]) -> Result<String, ServiceError> {
        self.compute(move || hash(password.reveal(), &salt)).await?
    }

    /// Whether a password has this hash. Without a hash it has not, which takes as long to find out. With `foreign`, some hashes are
    /// of another kind, and both kinds are computed for everybody.
    ///
    /// # Errors
    /// [`ServiceError::Limited`] where too many wait.
    pub(crate) async fn check(
        &self,
        password: Secret,
        known: Option<String>,
        random: [u8; 16],
        foreign: bool,
    ) -> Result<bool, ServiceError> {
        let (nobodys, computed) = (self.nobodys.clone(), self.computed.clone());
        self.compute(move || {
            let is_known = known.is_some();
            let made = || hash(&crate::secret::hex(&random), &NOBODYS_SALT).unwrap_or_default();
            let of_other = known.clone().filter(|known| bcrypt::is_one(known));
            let known = known.filter(|known| !bcrypt::is_one(known));
            let expected = known.unwrap_or_else(|| nobodys.get_or_init(made).clone());
            // Too long a password is nobody's, and takes no longer than others.
            let text = password.reveal();
            let (text, fits) = if text.len() > MAX_BYTES { ("", false) } else { (text, true) };
            computed.fetch_add(1, Ordering::Relaxed);
            let parsed = PasswordHash::new(&expected).map_err(|error| ServiceError::Internal(error.to_string()))?;
            let is_right = Argon2::default().verify_password(text.as_bytes(), &parsed).is_ok();
            if foreign || of_other.is_some() {
                let is_right_there = bcrypt::verify(text, of_other.as_deref().unwrap_or_default());
                return Ok((is_right || is_right_there) && is_known && fits);
            }
            Ok(is_right && is_known && fits)
        })
        .await?
    }

    /// How many passwords were compared with a hash.
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ServiceError> {
        let _waiting = Waiting::begin(&self.waiting)?;
        let closed = |_| ServiceError::Internal("the places of passwords were closed".to_owned());
        let place = self.places.clone().acquire_owned().await.map_err(closed)?;
        let computing = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(place);
            result
        });
        computing.await.map_err(|_| ServiceError::Internal("the hash of a password was lost".to_owned()))
    }
}

/// Somebody who waits for a hash.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Result<Self, Limited> {
        let (waiting, before) = (Self(count), count.fetch_add(1, Ordering::Relaxed));
        if before < MOST_WAITING {
            return Ok(waiting);
        }
        let (used, allowed) = (before as u64, MOST_WAITING as u64);
        Err(Limited { what: "logins at the same time", used, allowed, retry_after_ms: 1000 })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(password: &str, salt: &[u8; 16]) -> Result<String, ServiceError> {
    let hash: Result<PasswordHash, _> = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|error| ServiceError::Internal(error.to_string()))
}

/// Refuses a password that is too short, too long or the user's name.
pub(crate) fn check_new(password: &Secret, name: &str, least: usize) -> Result<(), InvalidAccount> {
    let text = password.reveal();
    if text.len() > MAX_BYTES {
        return Err(InvalidAccount::LongPassword(MAX_BYTES));
    }
    if text.chars().count() < least {
        return Err(InvalidAccount::ShortPassword(least));
    }
    if text.eq_ignore_ascii_case(name) {
        return Err(InvalidAccount::PasswordIsName);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_user_that_is_not_there_costs_a_hash_too() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into(), [1; 16]).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let check = async |text: &str, known: Option<&String>| {
            passwords.check(text.into(), known.cloned(), [2; 16], false).await.expect("checks")
        };
        assert!(check("correct horse", Some(&hash)).await);
        assert!(!check("correct horsf", Some(&hash)).await);
        assert_eq!(passwords.computed(), 2);
        assert!(!check("correct horse", None).await);
        assert!(!check(&crate::secret::hex(&[2; 16]), None).await, "also where it is nobody's");
        assert!(!check(&"x".repeat(MAX_BYTES + 1), Some(&hash)).await);
        assert_eq!(passwords.computed(), 5, "every check computes one hash");
    }

    #[test]
    fn passwords_have_bounds() {
        let check = |text: &str| check_new(&text.into(), "ann@example.org", 10);
        assert_eq!(check("123456789"), Err(InvalidAccount::ShortPassword(10)));
        assert_eq!(check(&"x".repeat(1025)), Err(InvalidAccount::LongPassword(MAX_BYTES)));
        assert_eq!(check("Ann@Example.org"), Err(InvalidAccount::PasswordIsName));
        check("pässwörter").expect("ten characters");
    }
}
