//! Host folders that jobs and runs in containers ask for by name (`[mounts]` of the configuration).
//!
//! Owns who may ask for which, and the look at the folder each time that one is mounted. No caller names a path of the host, and none
//! is told to a caller: it is in the log.

mod fault;

pub use fault::MountFault;

use crate::error::{NotFound, ServiceError, Unavailable};
use crate::request::InvalidRequest;
use runcell_docker::Mount;
use runcell_model::caller::Caller;
use runcell_model::config::MountConfig;
use runcell_model::mount::MountRequest;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The host folders of the site. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mounts(Arc<BTreeMap<String, MountConfig>>);

impl Mounts {
    pub(crate) fn new(mounts: BTreeMap<String, MountConfig>) -> Self {
        Self(Arc::new(mounts))
    }

    /// The mounts that a caller asks for. One that its role may not have is as one that there is not.
    pub(crate) fn requested(&self, caller: &Caller, texts: &[String]) -> Result<Vec<MountRequest>, ServiceError> {
        let requests = MountRequest::parse_all(texts).map_err(InvalidRequest::Mount)?;
        let mine = || self.0.iter().filter(|(_, mount)| mount.allows(caller.role)).map(|(name, _)| name.as_str());
        for request in &requests {
            if !mine().any(|name| name == request.name()) {
                let known = mine().collect::<Vec<_>>().join(", ");
                let known = if known.is_empty() { "none".to_owned() } else { known };
                return Err(NotFound::Mount { name: request.name().to_owned(), role: caller.role, known }.into());
            }
        }
        Ok(requests)
    }

    /// The folders of requests that were granted, looked at now. Blocks.
    pub(crate) fn folders(&self, requests: &[MountRequest]) -> Result<Vec<Mount>, Unavailable> {
        requests.iter().map(|request| self.folder(request)).collect()
    }

    fn folder(&self, request: &MountRequest) -> Result<Mount, Unavailable> {
        let name = request.name();
        let bad = |fault| Unavailable::Mount(MountFault::new(name, fault));
        let mount = self.0.get(name).ok_or_else(|| bad("it is no longer in the configuration"))?;
        look_at(&mount.path).map_err(|fault| {
            tracing::warn!(mount = name, path = %mount.path.display(), fault, "a mount cannot be used");
            bad(fault)
        })?;
        let (source, target) = (mount.path.clone(), request.target().to_owned());
        Ok(Mount { source, target, read_only: !mount.write })
    }
}

/// Refuses a folder that is not what the configuration says. The engine would follow a link, wherever it leads.
fn look_at(path: &Path) -> Result<(), &'static str> {
    let Ok(real) = path.canonicalize() else {
        let dangling = path.symlink_metadata().is_ok();
        return Err(if dangling { "its path is a link that leads nowhere" } else { "its folder is not there" });
    };
    if real != path {
        return Err("its path leads over a link: name the folder itself");
    }
    if real.is_dir() { Ok(()) } else { Err("its path is no folder") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::caller::{Face, Role, Tenant};
    use runcell_model::config::Config;

    fn mounts(folder: &Path, more: &str) -> Mounts {
        let text = format!(
            "[mounts.data]\npath = {:?}\nroles = [\"runner\"]\n[mounts.vault]\npath = \"/vault\"\n{more}",
            folder.display()
        );
        Mounts::new(Config::parse(&text).expect("parses").mounts)
    }

    fn caller(role: Role) -> Caller {
        Caller::new(Tenant::local(), "somebody", role, Face::Library)
    }

    #[test]
    fn a_role_finds_its_own_mounts() {
        let mounts = mounts(Path::new("/srv"), "");
        let ask = |role, name: &str| mounts.requested(&caller(role), &[name.to_owned()]).map_err(|e| e.to_string());
        assert_eq!(ask(Role::Runner, "data:/here").expect("may")[0].target(), "/here");
        ask(Role::Admin, "vault").expect("may");
        let refused = ask(Role::Deployer, "vault").expect_err("may not");
        assert_eq!(refused, "there is no mount \"vault\" for the role deployer; there are: data");
        assert!(ask(Role::Viewer, "nothing").expect_err("may not").ends_with("there are: none"));
        assert!(ask(Role::Admin, "/etc").expect_err("a path").contains("names no mount"));
    }

    #[test]
    fn a_folder_is_looked_at_each_time() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().canonicalize().expect("there").join("data");
        let mounts = mounts(&path, "");
        let look = || {
            let request = ["data".parse().expect("a name")];
            mounts.folders(&request).map(|found| found[0].clone()).map_err(|error| error.to_string())
        };
        assert!(look().expect_err("absent").contains("its folder is not there"));
        std::fs::create_dir(&path).expect("made");
        assert_eq!(look(), Ok(Mount::read_only(&path, "/mnt/data")));
        std::fs::remove_dir(&path).expect("removed");
        std::os::unix::fs::symlink("/etc", &path).expect("linked");
        let linked = look().expect_err("a link");
        assert!(linked.contains("leads over a link") && !linked.contains(&path.display().to_string()), "{linked}");
        std::fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink("/nowhere/at/all", &path).expect("linked");
        assert!(look().expect_err("a link").contains("leads nowhere"));
        std::fs::remove_file(&path).expect("removed");
        std::fs::write(&path, "").expect("written");
        assert!(look().expect_err("a file").contains("is no folder"));
    }
}
