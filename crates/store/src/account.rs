//! Accounts: users, their logins, tokens, and the secrets of the server.
//!
//! Owns that the last admin and the last admin's token stay, whatever happens at the same time, and that of every secret only a
//! hash is here. Hashing, and who may do what, is the service's.

mod error;
mod gorun;
mod login;
mod row;
mod secret;
mod token;
mod user;

pub use error::AccountError;
pub use gorun::{GorunError, GorunUser, gorun_users};
pub use login::{NewLogin, Refreshed};
pub use token::{KnownToken, TokenRow};
pub use user::{KnownUser, UserRowChange};
