//! Puts the files of `runtimes/` into the program: a table of folder, file name and contents.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../runtimes");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut table = String::from("&[\n");
    for folder in sorted(&root).iter().filter(|folder| folder.join("runtime.toml").is_file()) {
        writeln!(table, "({:?}, &[", name(folder)).expect("a string takes everything");
        for file in files(folder) {
            let name = file.strip_prefix(folder).expect("it lies below").display().to_string();
            writeln!(table, "({name:?}, include_bytes!({file:?})),").expect("a string takes everything");
        }
        table.push_str("]),\n");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("runtimes.rs"), table).expect("cargo's own folder can be written");
}

/// Every file below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let inner = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    sorted(dir).into_iter().flat_map(inner).collect()
}

fn sorted(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("the folder is part of the source");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().expect("it lies in a folder").to_string_lossy().into_owned()
}
