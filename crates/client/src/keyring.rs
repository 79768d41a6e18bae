//! Logins and tokens of a user, in a file that nobody else can read.
//!
//! Owns the file: its form, its mode, and that it is whole at any moment. Programs that change it take turns, since a refresh token
//! is good once.

use crate::address::Address;
use crate::error::ClientError;
use runcell_wire::LoginJson;
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;

/// The most bytes of the file.
const MOST: u64 = 1 << 20;
const FILE: &str = "credentials.json";
const LOCK: &str = "credentials.lock";

/// The credentials of a user, by server.
#[derive(Debug, Clone)]
pub struct Keyring {
    folder: PathBuf,
}

/// The login that is kept for one server. Has no `Debug`, since it holds secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// A token, which is used as it is.
    Token {
        /// The secret.
        token: String,
    },
    /// A login.
    Login {
        /// The token of requests.
        access_token: String,
        /// When that ends.
        expires_at: String,
        /// The token for the next login, good once.
        refresh_token: String,
    },
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Kept {
    servers: BTreeMap<String, Entry>,
}

impl From<&LoginJson> for Entry {
    fn from(login: &LoginJson) -> Self {
        Self::Login {
            access_token: login.access_token.clone(),
            expires_at: login.expires_at.clone(),
            refresh_token: login.refresh_token.clone(),
        }
    }
}

impl Keyring {
    /// The keyring in a folder of the user's configuration.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The login that is kept for a server.
    ///
    /// # Errors
    /// [`ClientError::Keyring`] where the file cannot be read, or others can read it too.
    pub fn get(&self, address: &Address) -> Result<Option<Entry>, ClientError> {
        Ok(self.read()?.servers.remove(&address.to_string()))
    }

    /// Keeps something for a server.
    ///
    /// # Errors
    /// [`ClientError::Keyring`] where it cannot be written.
    pub fn put(&self, address: &Address, entry: Entry) -> Result<(), ClientError> {
        let _turn = self.turn()?;
        self.replace(address, Some(entry))
    }

    /// Forgets what is kept for a server.
    ///
    /// # Errors
    /// [`ClientError::Keyring`] where it cannot be written.
    pub fn remove(&self, address: &Address) -> Result<(), ClientError> {
        let _turn = self.turn()?;
        self.replace(address, None)
    }

    /// Waits until no other program changes the file; it is one's own turn as long as what is returned is kept.
    pub(crate) fn turn(&self) -> Result<File, ClientError> {
        let lock = self.prepare().and_then(|()| {
            let lock = self.private().create(true).truncate(false).open(self.folder.join(LOCK))?;
            flock(&lock, FlockOperation::LockExclusive)?;
            Ok(lock)
        });
        lock.map_err(|error| self.wrong(&error))
    }

    /// Writes the file anew. Only in one's own turn.
    pub(crate) fn replace(&self, address: &Address, entry: Option<Entry>) -> Result<(), ClientError> {
        let mut kept = self.read()?;
        match entry {
            Some(entry) => drop(kept.servers.insert(address.to_string(), entry)),
            None if kept.servers.remove(&address.to_string()).is_none() => return Ok(()),
            None => {}
        }
        let json = serde_json::to_vec_pretty(&kept).unwrap_or_default();
        self.write(&json).map_err(|error| self.wrong(&error))
    }

    fn write(&self, json: &[u8]) -> io::Result<()> {
        // A temporary file has the mode 600 from its beginning.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(json)?;
        file.as_file().sync_all()?;
        file.persist(self.folder.join(FILE))?;
        Ok(())
    }

    fn prepare(&self) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)
    }

    fn private(&self) -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        options
    }

    fn read(&self) -> Result<Kept, ClientError> {
        let file = match File::open(self.folder.join(FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
            Err(error) => return Err(self.wrong(&error)),
        };
        let mode = file.metadata().map_err(|error| self.wrong(&error))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(self.wrong(&format!("others can read it (mode {mode:o}): chmod 600 it, and log in again")));
        }
        let mut text = String::new();
        file.take(MOST).read_to_string(&mut text).map_err(|error| self.wrong(&error))?;
        // An error of the parser could show what it has read.
        let wrong = |_| self.wrong(&"it is not what `runcell login` writes: remove it, and log in again");
        serde_json::from_str(&text).map_err(wrong)
    }

    fn wrong(&self, why: &dyn std::fmt::Display) -> ClientError {
        ClientError::Keyring { path: self.folder.join(FILE).display().to_string(), why: why.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Entry {
        Entry::Token { token: text.to_owned() }
    }

    #[test]
    fn only_the_user_can_read_what_is_kept_and_servers_are_apart() {
        let dir = tempfile::tempdir().expect("a folder");
        let ring = Keyring::new(dir.path().join("deep/er"));
        let (one, other): (Address, Address) =
            ("https://one".parse().expect("one"), "https://one:444".parse().expect("another"));
        assert!(ring.get(&one).expect("reads").is_none());
        ring.put(&one, token("a")).expect("writes");
        ring.put(&other, token("b")).expect("writes");
        ring.put(&one, token("c")).expect("writes");
        assert!(
            ring.get(&one).expect("reads") == Some(token("c")) && ring.get(&other).expect("reads") == Some(token("b"))
        );
        let mode = |path: &str| fs::metadata(dir.path().join(path)).expect("is there").permissions().mode() & 0o777;
        assert_eq!((mode("deep/er"), mode("deep/er/credentials.json")), (0o700, 0o600));
        ring.remove(&one).expect("writes");
        assert!(ring.get(&one).expect("reads").is_none() && ring.get(&other).expect("reads").is_some());
    }

    #[test]
    fn a_file_that_others_can_read_or_that_is_none_is_refused_without_its_secrets() {
        let dir = tempfile::tempdir().expect("a folder");
        let (ring, address) = (Keyring::new(dir.path().to_owned()), "https://one".parse().expect("one"));
        ring.put(&address, token("secret")).expect("writes");
        let path = dir.path().join(FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changes");
        let words = |result: Result<Option<Entry>, ClientError>| result.err().expect("is refused").to_string();
        assert!(words(ring.get(&address)).contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changes");
        fs::write(&path, r#"{"servers": {"https://one": "secret"}}"#).expect("writes");
        let said = words(ring.get(&address));
        assert!(said.contains("log in again") && !said.contains("secret"), "{said}");
    }
}
