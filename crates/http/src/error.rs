//! Why this face could not do its work.
//!
//! Owns the errors of the server as a whole. What one request gets is [`crate::problem`]'s.

use crate::address::Address;

/// This face could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: Address,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
