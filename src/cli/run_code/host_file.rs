//! Host files that the user named: the snippet, input files, the folder for results.
//!
//! Owns opening them, each relative to its own folder and never through a symlink out of it for results, so that a
//! guest's file name cannot reach outside the folder that was named.

use super::CliError;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use runcell_folder::{Bounds, Folder, Kind};
use runcell_model::file::{GuestPath, InputFile, OutputFile};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

fn file_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> CliError {
    let path = path.display().to_string();
    move |source| CliError::File { action, path, source }
}

/// The folder of a path, opened, and the name in it.
fn open_parent(path: &Path) -> Result<(Dir, PathBuf), CliError> {
    let full = std::path::absolute(path).map_err(file_error("find", path))?;
    let full = full.canonicalize().map_err(file_error("read", path))?;
    let parent = full.parent().unwrap_or(Path::new("/"));
    let name = full.file_name().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let dir = Dir::open_ambient_dir(parent, ambient_authority()).map_err(file_error("open", parent))?;
    Ok((dir, name))
}

/// Opens a host file for reading: a plain one through its folder, anything else as it is.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read + Send + Sync>, CliError> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin()));
    }
    if is_stream(path) {
        return Ok(Box::new(std::fs::File::open(path).map_err(file_error("open", path))?));
    }
    let (dir, name) = open_parent(path)?;
    Ok(Box::new(dir.open(name).map_err(file_error("read", path))?))
}

/// Reads at most one byte more than a limit allows: that byte makes the limit refuse it, with the limit's own words, and no
/// more of an endless file is taken.
fn read_within(reader: impl Read, path: &Path, limit: u64) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(file_error("read", path))?;
    Ok(bytes)
}

/// Whether a path leads to no file but to something that is read once, such as `/dev/stdin` or what a shell puts in the place
/// of `<(command)`. Its name says nothing.
pub(super) fn is_stream(path: &Path) -> bool {
    is_stdin(path) || std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Whether a path means the stdin of this command.
pub(super) fn is_stdin(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
}

/// The snippet: from the command line, a file, or stdin, under the limit of its length.
pub(super) fn code(code: Option<&str>, file: Option<&Path>, limit: u64) -> Result<Vec<u8>, CliError> {
    match (code, file) {
        (_, Some(file)) => read_within(open(file)?, file, limit),
        (Some("-"), _) => read_within(io::stdin(), Path::new("-"), limit),
        (code, None) => Ok(code.unwrap_or_default().as_bytes().to_vec()),
    }
}

/// The files that `HOST[:GUEST]` means: one, or all below a folder. `left` counts the bytes that all files may still have.
pub(super) fn input(text: &str, left: &mut u64) -> Result<Vec<InputFile>, CliError> {
    let (host, guest) = split(text);
    let path = Path::new(host);
    if is_stream(path) {
        let own_name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = read_counted(open(path)?, path, left)?;
        return Ok(vec![input_file(&guest.map_or_else(own_name, str::to_owned), bytes)?]);
    }
    let (dir, name) = open_parent(Path::new(host))?;
    let own_name = || name.to_string_lossy().into_owned();
    let guest = guest.map_or_else(own_name, str::to_owned);
    let mut files = Vec::new();
    if dir.is_dir(&name) {
        let guest = if guest == "." || guest == "/work" { String::new() } else { format!("{guest}/") };
        read_dir(Path::new(host), &guest, left, &mut files)?;
    } else {
        let file = dir.open(&name).map_err(file_error("read", path))?;
        files.push(input_file(&guest, read_counted(file, path, left)?)?);
    }
    Ok(files)
}

/// Splits at the last colon, unless the whole text is the name of a file.
fn split(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, guest)) if !Path::new(text).exists() => (host, Some(guest)),
        _ => (text, None),
    }
}

fn input_file(path: &str, bytes: Vec<u8>) -> Result<InputFile, CliError> {
    let path = GuestPath::new(path).map_err(|error| CliError::Usage(error.to_string()))?;
    Ok(InputFile { path, bytes })
}

fn read_counted(reader: impl Read, path: &Path, left: &mut u64) -> Result<Vec<u8>, CliError> {
    let bytes = read_within(reader, path, *left)?;
    *left = left.saturating_sub(bytes.len() as u64);
    Ok(bytes)
}

fn read_dir(host: &Path, guest: &str, left: &mut u64, files: &mut Vec<InputFile>) -> Result<(), CliError> {
    let failed = || file_error("read", host);
    let folder = host.canonicalize().and_then(|path| Folder::open(&path)).map_err(failed())?;
    let mut walk = folder.walk(Bounds::default()).map_err(failed())?;
    while let Some(entry) = walk.next_entry() {
        if entry.kind() == Kind::File {
            let (file, _) = entry.open().map_err(|error| failed()(error.into()))?;
            let bytes = read_counted(file, host, left)?;
            files.push(input_file(&format!("{guest}{}", entry.path().display()), bytes)?);
        }
    }
    walk.left_out().into_result(Bounds::default()).map_err(failed())
}

/// The folder that a run's files are written to.
pub(super) struct OutFolder<'a> {
    path: &'a Path,
    dir: Dir,
}

impl<'a> OutFolder<'a> {
    /// Opens the folder; makes it if it is not there.
    pub(super) fn open(path: &'a Path) -> Result<Self, CliError> {
        std::fs::create_dir_all(path).map_err(file_error("create", path))?;
        let dir = Dir::open_ambient_dir(path, ambient_authority()).map_err(file_error("open", path))?;
        Ok(Self { path, dir })
    }

    /// Writes a run's files. Without patterns, the snippet and inputs that did not change are left out.
    pub(super) fn write(
        &self,
        files: &[OutputFile],
        (snippet, inputs): (&str, &[InputFile]),
        patterns: &[String],
    ) -> Result<(), CliError> {
        for file in files {
            let unchanged = inputs.iter().any(|input| input.path.as_str() == file.path && input.bytes == file.bytes);
            if patterns.is_empty() && (unchanged || snippet == file.path) {
                continue;
            }
            let target = self.path.join(&file.path);
            if let Some(parent) = Path::new(&file.path).parent().filter(|parent| !parent.as_os_str().is_empty()) {
                self.dir.create_dir_all(parent).map_err(file_error("create", &target))?;
            }
            self.dir.write(&file.path, &file.bytes).map_err(file_error("write", &target))?;
        }
        Ok(())
    }
}
