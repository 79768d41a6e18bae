//! A mount whose folder is not what the configuration says.
//!
//! Owns the words. They hold no path of the host.

/// A fault of the folder of a mount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mount {name} cannot be used: {fault}; whoever runs this installation has to mend mounts.{name}")]
pub struct MountFault {
    name: String,
    fault: &'static str,
}

impl MountFault {
    pub(super) fn new(name: &str, fault: &'static str) -> Self {
        Self { name: name.to_owned(), fault }
    }
}
