//! The wall around files: Landlock.
//!
//! Owns the ruleset. What is open stays open; what is not open cannot be opened, but for results below folders that are
//! kept. Later versions of Landlock also close TCP, signals to others and their abstract sockets.

use super::wall::{Kept, LockdownError};
use landlock::{
    ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus,
    Scope,
};

/// The newest version that is asked for; an older kernel gives what it has.
const NEWEST: ABI = ABI::V6;

/// Restricts the calling thread; tells whether the kernel has Landlock.
pub(super) fn restrict(kept: &Kept) -> Result<bool, LockdownError> {
    let failed = |error: &dyn std::fmt::Display| LockdownError::Filesystem(error.to_string());
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create);
    let mut rules = rules.map_err(|error| failed(&error))?;
    for dir in &kept.readable {
        let dir = PathFd::new(dir).map_err(|error| failed(&error))?;
        let access = AccessFs::ReadFile | AccessFs::ReadDir;
        rules = rules.add_rule(PathBeneath::new(dir, access)).map_err(|error| failed(&error))?;
    }
    for dir in &kept.writable {
        let dir = PathFd::new(dir).map_err(|error| failed(&error))?;
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let access = read | AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::MakeDir;
        rules = rules.add_rule(PathBeneath::new(dir, access)).map_err(|error| failed(&error))?;
    }
    let status = rules.restrict_self().map_err(|error| failed(&error))?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
