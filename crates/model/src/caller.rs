//! Callers: tenant, user, role and face, and the table of the rights of each role.
//!
//! Owns the words and the one table of roles and operations. How a caller proves who it is belongs to the faces; that a
//! query finds only a tenant's own rows belongs to the store, which gets a [`Scope`] from here.

mod origin;

pub use origin::{Credential, Origin, network};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest name of a tenant or user, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The tenant of everything that is asked for on this machine itself: from the shell, or over MCP on standard streams.
pub const LOCAL_TENANT: &str = "local";

/// The owner of things, who pays for limits: 1 to 64 letters, digits, `-`, `_`, `.`, `@`, beginning with a letter or digit, so that
/// it can stand in a path, a label and a header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tenant(String);

/// A text that cannot name a tenant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} cannot name a tenant: 1 to {MAX_NAME_BYTES} letters, digits, `-`, `_`, `.` or `@` are expected, a letter or digit first"
)]
pub struct TenantError(String);

impl Tenant {
    /// The tenant of this machine itself.
    #[must_use]
    pub fn local() -> Self {
        Self(LOCAL_TENANT.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Tenant {
    type Error = TenantError;

    fn try_from(text: String) -> Result<Self, TenantError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if first && text.len() <= MAX_NAME_BYTES && text.bytes().all(allowed) {
            return Ok(Self(text));
        }
        Err(TenantError(text.chars().take(MAX_NAME_BYTES).collect()))
    }
}

impl std::str::FromStr for Tenant {
    type Err = TenantError;

    fn from_str(text: &str) -> Result<Self, TenantError> {
        text.to_owned().try_into()
    }
}

impl From<Tenant> for String {
    fn from(tenant: Tenant) -> Self {
        tenant.0
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The rights of a caller; each role has those of the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads its tenant's things.
    Viewer,
    /// Also runs code, submits jobs and uploads files.
    Runner,
    /// Also makes and changes instances.
    Deployer,
    /// Everything, and the things of all tenants where it asks for them.
    Admin,
}

impl Role {
    /// Every role, the one that may least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Runner, Self::Deployer, Self::Admin];

    /// Its name in JSON, configuration and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Runner => "runner",
            Self::Deployer => "deployer",
            Self::Admin => "admin",
        }
    }
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no role: viewer, runner, deployer and admin are")]
pub struct RoleError(String);

impl std::str::FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let named = Self::ALL.into_iter().find(|role| role.name() == text);
        named.ok_or_else(|| RoleError(text.chars().take(MAX_NAME_BYTES).collect()))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Through what a caller asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// A command on this machine.
    Shell,
    /// The Model Context Protocol.
    Mcp,
    /// The HTTP API.
    Http,
    /// A program that embeds the library.
    Library,
}

impl Face {
    /// Its name, as the audit has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Mcp => "mcp",
            Self::Http => "http",
            Self::Library => "library",
        }
    }
}

/// Declares [`Operation`] and its table: a variant, its name, the role that may do it, and a sentence about it.
macro_rules! operations {
    ($($variant:ident, $name:literal, $role:ident, $doc:literal;)*) => {
        /// Everything that a caller can ask the service for. This is the whole table of rights: HTTP routes, MCP tools and
        /// the doors of the service name an operation, and the operation names the least role that may do it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $(#[doc = $doc] $variant,)*
        }

        impl Operation {
            /// Every operation, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name, as messages and the audit have it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The least role that may do it.
            #[must_use]
            pub fn least_role(self) -> Role {
                match self { $(Self::$variant => Role::$role,)* }
            }
        }
    };
}

operations! {
    ReadRuntimes, "runtimes.read", Viewer, "List and describe runtimes and languages in containers.";
    PrepareRuntimes, "runtimes.prepare", Runner, "Prepare a runtime ahead of its first run.";
    CleanRuntimes, "runtimes.clean", Admin, "Remove prepared runtimes.";
    RunCode, "runs.start", Runner, "Run a snippet.";
    ReadTools, "tools.read", Viewer, "List and describe the tools in images.";
    ReadJobs, "jobs.read", Viewer, "List jobs, and read their records, logs and results.";
    SubmitJobs, "jobs.submit", Runner, "Submit a job.";
    CancelJobs, "jobs.cancel", Runner, "Cancel a job.";
    RemoveJobs, "jobs.remove", Runner, "Remove a job that has ended, with its files.";
    PruneJobs, "jobs.prune", Admin, "Remove the ended jobs that the rules of retention select.";
    ReadUploads, "uploads.read", Viewer, "List uploaded files and read them.";
    WriteUploads, "uploads.write", Runner, "Upload a file.";
    RemoveUploads, "uploads.remove", Runner, "Delete an uploaded file.";
    ReadImages, "images.read", Viewer, "List the images that were made here.";
    MakeImages, "images.make", Runner, "Make an image, or install packages into one.";
    PruneImages, "images.prune", Admin, "Remove images that were made here.";
    ReadSystem, "system.read", Viewer, "Read how the engine, the workers and the queue are.";
    ReadExecutions, "executions.read", Viewer, "List recorded runs and read their outcomes.";
    RemoveExecutions, "executions.remove", Runner, "Remove the record of a run.";
    ReadProfile, "profile.read", Viewer, "Read who one is.";
    ChangeProfile, "profile.change", Viewer, "Change one's own password.";
    ReadUsers, "users.read", Admin, "List users.";
    WriteUsers, "users.write", Admin, "Add and change users.";
    RemoveUsers, "users.remove", Admin, "Remove users.";
    ReadTokens, "tokens.read", Admin, "List tokens; their secrets are not kept.";
    MakeTokens, "tokens.make", Admin, "Make tokens.";
    RemoveTokens, "tokens.remove", Admin, "Remove tokens.";
    ReadAudit, "audit.read", Admin, "Read who did what.";
    ReadMetrics, "metrics.read", Admin, "Read the metrics of the server.";
    SeeAllTenants, "tenants.all", Admin, "See and change the things of every tenant.";
}

impl Operation {
    /// Whether it changes something: then the audit has a line of every attempt.
    #[must_use]
    pub fn changes(self) -> bool {
        self != Self::SeeAllTenants && !self.name().ends_with(".read")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A role that may not do what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the role {role} may not do {operation}: it takes the role {} or a higher one", .operation.least_role())]
pub struct Forbidden {
    /// The caller's role.
    pub role: Role,
    /// The operation that it asked for.
    pub operation: Operation,
}

/// Which rows a query of the store may find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those of one tenant.
    Tenant(Tenant),
    /// Those of all tenants: for the server's own work, and for an admin who asked for it.
    All,
}

impl Scope {
    /// The tenant whose rows are meant; `None` for all.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Self::Tenant(tenant) => Some(tenant.as_str()),
            Self::All => None,
        }
    }
}

/// The one who asks the service for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The owner of new things, who pays for limits.
    pub tenant: Tenant,
    /// The user's name, for records and the audit.
    pub user: String,
    /// Its rights.
    pub role: Role,
    /// Through what it asks.
    pub face: Face,
    scope: Scope,
    credential: Credential,
    origin: Origin,
}

impl Caller {
    /// A caller who sees the things of its own tenant.
    #[must_use]
    pub fn new(tenant: Tenant, user: &str, role: Role, face: Face) -> Self {
        let (scope, user) = (Scope::Tenant(tenant.clone()), user.to_owned());
        Self { tenant, user, role, face, scope, credential: Credential::Machine, origin: Origin::default() }
    }

    /// The same caller, who proved who it is by this.
    #[must_use]
    pub fn with(self, credential: Credential) -> Self {
        Self { credential, ..self }
    }

    /// The same caller, asking from there.
    #[must_use]
    pub fn at(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The person at this machine, who may do everything: the caller of the shell and of MCP on standard streams.
    #[must_use]
    pub fn operator(face: Face) -> Self {
        Self::new(Tenant::local(), "operator", Role::Admin, face)
    }

    /// Checks the table of rights.
    ///
    /// # Errors
    /// [`Forbidden`] where the role may not do it.
    pub fn may(&self, operation: Operation) -> Result<(), Forbidden> {
        if self.role >= operation.least_role() { Ok(()) } else { Err(Forbidden { role: self.role, operation }) }
    }

    /// The same caller, looking at the things of all tenants.
    ///
    /// # Errors
    /// [`Forbidden`] where the role may not see them.
    pub fn of_all_tenants(self) -> Result<Self, Forbidden> {
        self.may(Operation::SeeAllTenants)?;
        Ok(Self { scope: Scope::All, ..self })
    }

    /// By what it proved who it is.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// From where it asks.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The rows that this caller's queries may find.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_design_s() {
        for &operation in Operation::ALL {
            for role in Role::ALL {
                let caller = Caller::new(Tenant::local(), "a", role, Face::Http);
                let allowed = match operation.name().split_once('.') {
                    Some(("users" | "tokens" | "audit" | "metrics", _)) => role == Role::Admin,
                    Some(("profile", _) | (_, "read")) => true,
                    Some(("runs" | "uploads", _) | (_, "submit" | "cancel" | "remove" | "make" | "prepare")) => {
                        role >= Role::Runner
                    }
                    _ => role == Role::Admin,
                };
                assert_eq!(caller.may(operation).is_ok(), allowed, "{role} {operation}");
            }
        }
        let error = Caller::new(Tenant::local(), "a", Role::Viewer, Face::Mcp).may(Operation::RunCode).expect_err("no");
        assert_eq!(
            error.to_string(),
            "the role viewer may not do runs.start: it takes the role runner or a higher one"
        );
    }

    #[test]
    fn only_an_admin_sees_all_tenants_and_only_where_it_asks() {
        for role in Role::ALL {
            let caller = Caller::new("team".parse().expect("a name"), "a", role, Face::Http);
            assert_eq!(caller.scope().tenant(), Some("team"));
            let all = caller.of_all_tenants();
            assert_eq!(all.is_ok(), role == Role::Admin);
            assert!(all.map_or(true, |caller| caller.scope() == &Scope::All && caller.tenant.as_str() == "team"));
        }
    }

    #[test]
    fn names_of_tenants_can_stand_in_paths_and_headers() {
        for name in ["local", "a", "Team-1", "me@example.org", "x_y.z"] {
            assert_eq!(name.parse::<Tenant>().expect(name).to_string(), name);
        }
        for name in ["", ".", "..", "-a", "a/b", "a b", "a\nb", "ü", &"a".repeat(65)] {
            name.parse::<Tenant>().expect_err(name);
        }
    }
}
