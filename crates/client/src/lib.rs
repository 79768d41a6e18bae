//! A runcell server from afar, over its HTTP API.
//!
//! Owns the way there and back: where a server is ([`Address`]), the connection (`connect`, over `crates/tls`), who asks ([`Credential`],
//! `keyring`), requests ([`Ask`], [`Client`], `body`), answers (`answer`) and events (`event`, `follow`). Knows the API by the shapes of
//! `crates/wire`. Prints nothing and decides nothing.
//!
//! **Invariant:** a token goes to the server that it is of and to nobody else: redirects are not followed, and no token is in an
//! address, an error or a log.
//!
//! **Invariant:** a server may send anything: answers, problems and events are bounded in bytes, and in the time between two pieces.

mod address;
mod answer;
mod ask;
mod body;
mod client;
mod connect;
mod credential;
mod error;
mod event;
mod follow;
mod keyring;
mod path;

pub use address::{Address, AddressError};
pub use answer::{Answer, Seen};
pub use ask::Ask;
pub use body::Upload;
pub use client::{Client, Settings};
pub use credential::{Credential, Token};
pub use error::ClientError;
pub use event::{Event, Events};
pub use follow::Follow;
pub use keyring::{Entry, Keyring};
pub use path::{path, query};
