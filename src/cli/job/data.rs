//! Datasets and parameters as the user of a shell names them.
//!
//! Owns opening files and folders, each through its own folder, so that the service gets what is open and never a path.

use super::CliError;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use runcell_folder::Folder;
use runcell_model::file::Pattern;
use runcell_service::{Dataset, LocalFile};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The most bytes of a file of parameters.
const MAX_PARAMS_BYTES: u64 = 16 << 20;

fn failed(action: &'static str, path: &str) -> impl FnOnce(io::Error) -> CliError {
    let path = path.to_owned();
    move |source| CliError::File { action, path, source }
}

/// The datasets that `name=path` texts mean: a file, a folder, or several files, by a pattern or by the same name again.
pub(super) fn datasets(texts: &[String]) -> Result<BTreeMap<String, Dataset>, CliError> {
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in texts {
        let pair = text.split_once('=').filter(|(name, path)| !name.is_empty() && !path.is_empty());
        let (name, path) = pair.ok_or_else(|| CliError::Usage(format!("--data {text:?} is not NAME=FILE")))?;
        paths.entry(name.to_owned()).or_default().extend(expand(path)?);
    }
    paths.into_iter().map(|(name, paths)| Ok((name, dataset(&paths)?))).collect()
}

fn dataset(paths: &[String]) -> Result<Dataset, CliError> {
    match paths {
        [path] if Path::new(path).is_dir() => {
            let folder = Path::new(path).canonicalize().and_then(|path| Folder::open(&path));
            let folder = folder.map_err(failed("open", path))?;
            let name = Path::new(path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into());
            Ok(Dataset::Folder(name, folder))
        }
        [path] => Ok(Dataset::File(open(path)?)),
        paths => Ok(Dataset::Files(paths.iter().map(|path| open(path)).collect::<Result<_, _>>()?)),
    }
}

fn open(path: &str) -> Result<LocalFile, CliError> {
    let full = Path::new(path).canonicalize().map_err(failed("read", path))?;
    let (Some(folder), Some(name)) = (full.parent(), full.file_name()) else {
        return Err(CliError::Usage(format!("{path:?} is no file")));
    };
    let folder = Dir::open_ambient_dir(folder, ambient_authority()).map_err(failed("open", path))?;
    if !folder.metadata(name).map_err(failed("read", path))?.is_file() {
        return Err(CliError::Usage(format!("{path:?} is no plain file: only files and folders can be given")));
    }
    let file = folder.open(name).map_err(failed("read", path))?.into_std();
    let name = Path::new(path).file_name().unwrap_or(name).to_string_lossy().into_owned();
    Ok(LocalFile { name, file })
}

/// The paths that a path with a pattern in its last part means, by name; itself where it is a plain one.
fn expand(path: &str) -> Result<Vec<String>, CliError> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(_, name)| (&path[..path.len() - name.len()], name));
    if !name.contains(['*', '?', '[']) || Path::new(path).exists() {
        return Ok(vec![path.to_owned()]);
    }
    let pattern = Pattern::new(name).map_err(|error| CliError::Usage(error.to_string()))?;
    let listed = if folder.is_empty() { "." } else { folder };
    let dir = Dir::open_ambient_dir(listed, ambient_authority()).map_err(failed("open", listed))?;
    let mut found = Vec::new();
    for entry in dir.entries().map_err(failed("list", listed))? {
        let entry = entry.map_err(failed("list", listed))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if pattern.matches(&name) && dir.is_file(&name) {
            found.push(format!("{folder}{name}"));
        }
    }
    found.sort();
    if found.is_empty() { Err(CliError::Usage(format!("no file matches {path}"))) } else { Ok(found) }
}

/// The parameters of `name=value` texts.
pub(super) fn texts(texts: &[String]) -> Result<BTreeMap<String, String>, CliError> {
    let mut found = BTreeMap::new();
    for text in texts {
        let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = pair.ok_or_else(|| CliError::Usage(format!("-p {text:?} is not NAME=VALUE")))?;
        if found.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(CliError::Usage(format!("-p {name} is given twice: a list is one value, such as 1,2,3")));
        }
    }
    Ok(found)
}

/// The parameters in a JSON file.
pub(super) fn params_file(path: Option<&Path>) -> Result<Map<String, Value>, CliError> {
    let Some(path) = path else { return Ok(Map::new()) };
    let shown = path.display().to_string();
    let LocalFile { file, .. } = open(&shown)?;
    let mut text = String::new();
    io::Read::read_to_string(&mut io::Read::take(file, MAX_PARAMS_BYTES), &mut text).map_err(failed("read", &shown))?;
    serde_json::from_str(&text)
        .map_err(|error| CliError::Usage(format!("{shown} is not a JSON object of parameters: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_patterns_and_folders() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["b.csv", "a.csv", "c.txt"] {
            std::fs::write(dir.path().join(name), name).expect("writes");
        }
        let at = |name: &str| format!("d={}/{name}", dir.path().display());
        let names = |texts: &[String]| match datasets(texts).expect("opens").remove("d").expect("there") {
            Dataset::File(file) => vec![file.name],
            Dataset::Files(files) => files.into_iter().map(|file| file.name).collect(),
            Dataset::Folder(..) => vec!["folder".to_owned()],
            Dataset::Uploaded(_) => Vec::new(),
        };
        assert_eq!(names(&[at("c.txt")]), ["c.txt"]);
        assert_eq!(names(&[at("*.csv")]), ["a.csv", "b.csv"]);
        assert_eq!(names(&[at("c.txt"), at("a.csv")]), ["c.txt", "a.csv"]);
        assert_eq!(names(&[at("")]), ["folder"]);
        for wrong in ["d", "=x", "d=", &at("*.png")] {
            assert!(matches!(datasets(&[wrong.to_owned()]), Err(CliError::Usage(_))), "{wrong}");
        }
        assert!(matches!(datasets(&[at("none")]), Err(CliError::File { .. })));
        assert!(matches!(datasets(&["d=/dev/null".to_owned()]), Err(CliError::Usage(_))));
    }

    #[test]
    fn parameters_are_texts() {
        let found = texts(&["a=b=c".to_owned(), "e=".to_owned()]).expect("parses");
        assert_eq!(found, [("a", "b=c"), ("e", "")].map(|(a, b)| (a.to_owned(), b.to_owned())).into());
        texts(&["a".to_owned()]).expect_err("no value");
        texts(&["a=1".to_owned(), "a=2".to_owned()]).expect_err("twice");
    }
}
