//! Which runtimes there are: those that come with the program, and those in the user's folder.
//!
//! Owns finding a runtime by name or alias. A folder of the user with the name of a built-in runtime takes its place. Every run
//! asks here: manifests that come with the program are read once, those of the user each time, so that an edit counts at once.

mod builtin;

use super::manifest::{Manifest, ManifestError, Version};
use runcell_model::runtime::RuntimeRef;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A runtime's folder: its manifest and the files beside it.
#[derive(Debug)]
pub struct RuntimeFolder {
    /// The checked `runtime.toml`, with the lists that it shares with another runtime.
    pub manifest: Manifest,
    /// The manifests of the versions that have their own.
    versions: BTreeMap<String, Manifest>,
    files: Files,
}

#[derive(Debug)]
enum Files {
    Builtin(&'static [(&'static str, &'static [u8])]),
    Dir(PathBuf),
}

/// Why a runtime cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// No runtime has that name.
    #[error("there is no runtime {name:?}; there are: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// It has no such version.
    #[error("the runtime {name} has no version {version:?}; it has: {known}")]
    UnknownVersion {
        /// The runtime.
        name: String,
        /// The version.
        version: String,
        /// The versions there are.
        known: String,
    },
    /// Its manifest is wrong.
    #[error("{path} cannot be used: {source}", path = .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// The fault. Boxed, as it is large and rare.
        source: Box<ManifestError>,
    },
    /// Its folder has another name than the runtime, or the manifest of a version is not one of that version.
    #[error("{} names the runtime {name:?}: folder and runtime must have the same name", .path.display())]
    NameMismatch {
        /// The file.
        path: PathBuf,
        /// The name in it.
        name: String,
    },
    /// A file of it cannot be read.
    #[error("cannot read {}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl RuntimeFolder {
    /// The manifest of a version.
    pub fn manifest_of(&self, version: &str) -> &Manifest {
        self.versions.get(version).unwrap_or(&self.manifest)
    }

    /// Reads the manifests of the versions that have their own.
    fn with_versions(mut self, path: &Path) -> Result<Self, CatalogError> {
        let own = |version: &Version| Some((version.version.clone(), version.manifest.clone()?));
        for (version, file) in self.manifest.versions.iter().filter_map(own).collect::<Vec<_>>() {
            let path = path.with_file_name(&file);
            let manifest = parse(&path, &self.file(&file)?)?;
            if manifest.name != self.manifest.name || manifest.version(Some(&version)).is_none() {
                return Err(CatalogError::NameMismatch { path, name: format!("{}@{version}", manifest.name) });
            }
            self.versions.insert(version, manifest);
        }
        Ok(self)
    }

    /// A file of the folder.
    pub fn file(&self, name: &str) -> Result<Cow<'static, [u8]>, CatalogError> {
        let missing = |path| CatalogError::File { path, source: io::ErrorKind::NotFound.into() };
        match &self.files {
            Files::Builtin(files) => {
                let found = files.iter().find(|(file, _)| *file == name).map(|(_, bytes)| Cow::Borrowed(*bytes));
                found.ok_or_else(|| missing(Path::new(&self.manifest.name).join(name)))
            }
            Files::Dir(dir) => {
                // Only below the folder: the user owns it, but the manifest may come from elsewhere.
                if Path::new(name).components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
                    return Err(missing(dir.join(name)));
                }
                read(&dir.join(name)).map(Cow::Owned)
            }
        }
    }

    /// The folder of the user that it lies in; `None` for one that comes with the program.
    pub fn dir(&self) -> Option<&Path> {
        match &self.files {
            Files::Builtin(_) => None,
            Files::Dir(dir) => Some(dir),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CatalogError> {
    std::fs::read(path).map_err(|source| CatalogError::File { path: path.to_owned(), source })
}

/// All runtimes of an installation.
#[derive(Debug, Clone)]
pub struct Catalog {
    user_dir: Option<PathBuf>,
}

impl Catalog {
    /// The built-in runtimes and those in `user_dir`, which need not exist.
    pub fn new(user_dir: Option<PathBuf>) -> Self {
        Self { user_dir }
    }

    /// The names of all runtimes.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = builtin::RUNTIMES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let dirs = self.user_dir.iter().filter_map(|dir| std::fs::read_dir(dir).ok()).flatten().flatten();
        let added = dirs.filter(|entry| entry.path().join("runtime.toml").is_file());
        let mut added: Vec<String> = added.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        added.retain(|name| !names.contains(name));
        added.sort();
        names.extend(added);
        names
    }

    /// The folder of the user that has a runtime of that name.
    fn user_folder(&self, name: &str) -> Option<PathBuf> {
        let dir = self.user_dir.as_ref()?.join(name);
        dir.join("runtime.toml").is_file().then_some(dir)
    }

    /// The runtime of exactly that name.
    fn open(&self, name: &str) -> Option<Result<Arc<RuntimeFolder>, CatalogError>> {
        if let Some(dir) = self.user_folder(name) {
            return Some(open_dir(&dir, name).and_then(|folder| self.with_lists(folder)));
        }
        let folder = builtin_folder(name)?;
        let lists_are_the_user_s = |folder: &RuntimeFolder| {
            folder.manifest.lists_of.as_ref().is_some_and(|other| self.user_folder(other).is_some())
        };
        match &folder {
            Ok(known) if lists_are_the_user_s(known) => {
                Some(open_builtin(name)?.and_then(|folder| self.with_lists(folder)))
            }
            _ => Some(folder),
        }
    }

    fn with_lists(&self, mut folder: RuntimeFolder) -> Result<Arc<RuntimeFolder>, CatalogError> {
        share_lists(&mut folder.manifest, |name| self.open(name).unwrap_or_else(|| Err(self.unknown(name))))?;
        Ok(Arc::new(folder))
    }

    /// The runtime that a caller means, by name or alias.
    ///
    /// # Errors
    /// [`CatalogError`] lists what there is.
    pub fn find(&self, wanted: &RuntimeRef) -> Result<Arc<RuntimeFolder>, CatalogError> {
        let folder = match self.open(wanted.name()) {
            Some(folder) => folder?,
            None => self.by_alias(wanted.name())?,
        };
        if let Some(version) = wanted.version()
            && folder.manifest.version(Some(version)).is_none()
        {
            let known: Vec<&str> = folder.manifest.versions.iter().map(|version| version.version.as_str()).collect();
            let name = folder.manifest.name.clone();
            return Err(CatalogError::UnknownVersion { name, version: version.to_owned(), known: known.join(", ") });
        }
        Ok(folder)
    }

    fn by_alias(&self, alias: &str) -> Result<Arc<RuntimeFolder>, CatalogError> {
        for name in self.names() {
            if let Some(Ok(folder)) = self.open(&name)
                && folder.manifest.aliases.iter().any(|known| known == alias)
            {
                return Ok(folder);
            }
        }
        Err(self.unknown(alias))
    }

    fn unknown(&self, name: &str) -> CatalogError {
        CatalogError::Unknown { name: name.to_owned(), known: self.names().join(", ") }
    }
}

/// Adds the lists of the runtime that a manifest names as `lists_of`.
fn share_lists(
    manifest: &mut Manifest,
    open: impl FnOnce(&str) -> Result<Arc<RuntimeFolder>, CatalogError>,
) -> Result<(), CatalogError> {
    let Some(name) = &manifest.lists_of else { return Ok(()) };
    let other = open(name)?;
    for (name, list) in &other.manifest.lists {
        manifest.lists.entry(name.clone()).or_insert_with(|| list.clone());
    }
    Ok(())
}

/// A runtime that comes with the program. Its manifests are read once.
fn builtin_folder(name: &str) -> Option<Result<Arc<RuntimeFolder>, CatalogError>> {
    static KNOWN: Mutex<BTreeMap<String, Arc<RuntimeFolder>>> = Mutex::new(BTreeMap::new());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = known().get(name) {
        return Some(Ok(folder.clone()));
    }
    let opened = open_builtin(name)?.and_then(|folder| Catalog::new(None).with_lists(folder));
    if let Ok(folder) = &opened {
        known().insert(name.to_owned(), folder.clone());
    }
    Some(opened)
}

fn open_builtin(name: &str) -> Option<Result<RuntimeFolder, CatalogError>> {
    let (_, files) = builtin::RUNTIMES.iter().find(|(builtin, _)| *builtin == name)?;
    let path = Path::new("runtimes").join(name).join("runtime.toml");
    let text = files.iter().find(|(file, _)| *file == "runtime.toml").map(|(_, bytes)| *bytes).unwrap_or_default();
    let read = parse(&path, text).and_then(|manifest| {
        RuntimeFolder { manifest, versions: BTreeMap::new(), files: Files::Builtin(files) }.with_versions(&path)
    });
    Some(read)
}

fn open_dir(dir: &Path, name: &str) -> Result<RuntimeFolder, CatalogError> {
    let path = dir.join("runtime.toml");
    let manifest = parse(&path, &read(&path)?)?;
    if manifest.name != name {
        return Err(CatalogError::NameMismatch { path, name: manifest.name });
    }
    RuntimeFolder { manifest, versions: BTreeMap::new(), files: Files::Dir(dir.to_owned()) }.with_versions(&path)
}

fn parse(path: &Path, text: &[u8]) -> Result<Manifest, CatalogError> {
    let text = String::from_utf8_lossy(text);
    let bad = |source| CatalogError::Manifest { path: path.to_owned(), source: Box::new(source) };
    Manifest::parse(&text).map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_runtimes_are_sound_and_found_by_alias() {
        let catalog = Catalog::new(None);
        for name in catalog.names() {
            let folder = catalog.find(&name.parse().expect("a name")).expect("sound");
            assert_eq!(folder.manifest.name, name);
        }
        let php = catalog.find(&"php-cgi".parse().expect("a name")).expect("an alias");
        assert_eq!(php.manifest.name, "php");
        let again = catalog.find(&"php".parse().expect("a name")).expect("found");
        assert!(Arc::ptr_eq(&php, &again), "every run asks, and nothing is read again");
        let list = |name: &str| catalog.find(&name.parse().expect("a name")).expect("found").manifest.lists.len();
        assert!(list("clangpp") >= list("clang"), "its lists are shared");
        let error = catalog.find(&"perl".parse().expect("a name")).expect_err("not there").to_string();
        assert!(error.contains("perl") && error.contains("python"), "{error}");
        catalog.find(&"php@1".parse().expect("a name")).expect_err("no such version");
    }

    #[test]
    fn a_folder_of_the_user_adds_a_runtime() {
        let dir = tempfile::tempdir().expect("a folder");
        let lua = dir.path().join("lua");
        std::fs::create_dir(&lua).expect("creates");
        let text = "name = \"lua\"\ntitle = \"Lua\"\nsummary = \"\"\nmain_file = \"main.lua\"\ndefault_version = \"5\"\n\
                    versions = [{ version = \"5\" }]\nmodules.lua.file = \"lua.wasm\"\nrun = { module = \"lua\" }\n";
        std::fs::write(lua.join("runtime.toml"), text).expect("writes");
        let catalog = Catalog::new(Some(dir.path().to_owned()));
        let folder = catalog.find(&"lua".parse().expect("a name")).expect("found");
        assert!(folder.file("../lua/runtime.toml").is_err() && folder.file("runtime.toml").is_ok());
        std::fs::write(lua.join("runtime.toml"), text.replace("\"lua\"\ntitle", "\"moon\"\ntitle")).expect("writes");
        let error = catalog.find(&"lua".parse().expect("a name")).expect_err("another name");
        assert!(matches!(error, CatalogError::NameMismatch { .. }));
    }
}
