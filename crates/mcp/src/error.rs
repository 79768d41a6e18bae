//! Why this face could not do its work.
//!
//! Owns the errors of a connection as a whole. What one call gets is `answer`'s.

use rmcp::service::ServerInitializeError;

/// This face could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The standard streams cannot be taken over.
    #[error("cannot take over the standard streams")]
    Stdio(#[source] std::io::Error),
    /// The client and we did not come together.
    #[error("the client could not be served: {0}")]
    Handshake(Box<ServerInitializeError>),
}
