//! The engine of components, started with the first of them: who runs none should not pay for it.
//!
//! Owns when it is started. What it is stands in the crate `cell`.

use runcell_component::ComponentHost;
use std::sync::OnceLock;

/// The engine of components, where there is one yet.
pub(crate) struct Components {
    stack_bytes: u64,
    host: OnceLock<ComponentHost>,
}

impl Components {
    /// An engine whose components will have `stack_bytes` of call stack.
    pub(crate) fn new(stack_bytes: u64) -> Self {
        Self { stack_bytes, host: OnceLock::new() }
    }

    /// The engine.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) fn host(&self) -> wasmtime::Result<&ComponentHost> {
        if let Some(host) = self.host.get() {
            return Ok(host);
        }
        let host = ComponentHost::new(self.stack_bytes)?;
        Ok(self.host.get_or_init(|| host))
    }
}
