//! Checks of this machine: cells start, the cache folder is safe, package clients and runtimes are there.
//!
//! Owns the checks and their messages. Writes one file into the cache folder and removes it again.

use runcell_model::health::Finding;
use runcell_model::runtime::{RuntimeInfo, RuntimeState};
use runcell_runtimes::asset;
use runcell_runtimes::cache::{self, CacheError};
use runcell_runtimes::ready::Runtimes;
use std::path::Path;
use wasmtime::{Engine, Instance, Module, Store};

/// A module with a page of memory and a function `f` that returns 42.
const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\x05\x03\x01\0\x01\x07\x05\x01\x01f\0\0\
                        \x0a\x06\x01\x04\0\x41\x2a\x0b";

/// Free space below which preparing runtimes is likely to fail, in bytes.
const LITTLE_SPACE: u64 = 3 << 30;

/// Checks that a cell can be compiled, given its memory, and run.
pub(super) fn cells(engine: &Engine) -> Finding {
    let target = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    match run_module(engine) {
        Ok(()) => Finding::good("cells", format!("WebAssembly is compiled and run here ({target})")),
        Err(error) => Finding::bad(
            "cells",
            format!("a cell cannot be started on this machine ({target}): {error:#}"),
            "allow executable memory, and 4 GiB of address space for each cell (ulimit -v unlimited)",
        ),
    }
}

fn run_module(engine: &Engine) -> wasmtime::Result<()> {
    let module = Module::new(engine, MODULE)?;
    let mut store = Store::new(engine, ());
    store.set_fuel(1_000)?;
    let instance = Instance::new(&mut store, &module, &[])?;
    let answer = instance.get_typed_func::<(), i32>(&mut store, "f")?.call(&mut store, ())?;
    if answer == 42 { Ok(()) } else { Err(wasmtime::Error::msg(format!("42 came back as {answer}"))) }
}

/// Checks that only this user can write the cache folder, and that it has space.
pub(super) fn cache_folder(root: &Path, used: u64) -> Finding {
    let place = root.display();
    match probe(root) {
        Err(error) => Finding::bad("cache", describe(error), "choose a folder of your own with RUNCELL_CACHE_DIR"),
        Ok(Folder { writable_by_others: true, .. }) => Finding::bad(
            "cache",
            format!("{place} can be written by other users, and machine code is loaded from it"),
            format!("chmod go-w {place}"),
        ),
        Ok(Folder { free, .. }) => {
            let text = format!("{place}: {} MB used, {} MB free", used / 1_000_000, free / 1_000_000);
            match free < LITTLE_SPACE {
                true => Finding::absent("cache", text, "all runtimes together take about 3 GB: make room for them"),
                false => Finding::good("cache", text),
            }
        }
    }
}

struct Folder {
    writable_by_others: bool,
    free: u64,
}

fn probe(root: &Path) -> Result<Folder, CacheError> {
    use std::os::unix::fs::MetadataExt;
    std::fs::create_dir_all(root).map_err(CacheError::io("create", root))?;
    tempfile::NamedTempFile::new_in(root).map_err(CacheError::io("write to", root))?;
    let mode = std::fs::metadata(root).map_err(CacheError::io("read", root))?.mode();
    Ok(Folder { writable_by_others: mode & 0o022 != 0, free: cache::free_bytes(root)? })
}

fn describe(error: CacheError) -> String {
    let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{source}")
}

/// Looks for the package clients. A missing one matters if a runtime must still be fetched with it.
pub(super) fn clients(runtimes: &Runtimes) -> Vec<Finding> {
    let wanted = runtimes.clients_wanted();
    let findings = asset::clients().into_iter().map(|client| {
        let name = client.name;
        let waiting = wanted.get(name).map(|names| names.join(", "));
        match (asset::client_version(client), waiting) {
            (Some(version), _) => Finding::good(name, version),
            (None, None) => Finding::good(name, "not installed, and not needed: everything is fetched"),
            (None, Some(waiting)) => Finding::bad(
                name,
                format!("not installed or not in PATH; these runtimes are fetched with it: {waiting}"),
                format!("install {name}: {}", client.advice),
            ),
        }
    });
    findings.collect()
}

/// Reports the state of every runtime.
pub(super) fn runtimes(runtimes: &Runtimes) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in runtimes.names() {
        let info = name.parse().map_err(|error| format!("{error}"));
        match info.and_then(|runtime| runtimes.info(&runtime).map_err(|error| chain(&error))) {
            Ok(infos) => findings.extend(infos.iter().map(runtime)),
            Err(error) => findings.push(Finding::bad(&name, error, "mend its runtime.toml, or remove its folder")),
        }
    }
    findings
}

fn chain(error: &dyn std::error::Error) -> String {
    let source = error.source().map(|source| format!(": {}", chain(source))).unwrap_or_default();
    format!("{error}{source}")
}

fn runtime(info: &RuntimeInfo) -> Finding {
    let name = if info.default { info.name.clone() } else { format!("{}@{}", info.name, info.version) };
    let fetch = match info.download_bytes / 1_000_000 {
        0 => String::new(),
        megabytes => format!(", {megabytes} MB to fetch"),
    };
    let remedy = format!("runcell runtimes prepare {name}, or wait at its first use");
    match info.state {
        RuntimeState::Ready => Finding::good(&name, format!("{} {}, ready", info.title, info.version)),
        RuntimeState::Partial => {
            Finding::absent(&name, format!("{} {}, partly prepared{fetch}", info.title, info.version), remedy)
        }
        RuntimeState::Unprepared => {
            Finding::absent(&name, format!("{} {}, not prepared{fetch}", info.title, info.version), remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::health::Health;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn cells_start_here() {
        let engine = runcell_cell::engine::Hosts::new(1 << 20, Default::default()).expect("engines").plain.engine;
        assert_eq!(cells(&engine).health, Health::Good);
    }

    #[test]
    fn a_cache_that_others_can_write_is_bad() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().join("cache");
        assert_ne!(cache_folder(&root, 0).health, Health::Bad);
        std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o777)).expect("changes");
        let finding = cache_folder(&root, 0);
        assert!(finding.health == Health::Bad && finding.remedy.expect("one").starts_with("chmod go-w"));
        std::fs::write(dir.path().join("file"), "").expect("writes");
        assert_eq!(cache_folder(&dir.path().join("file/cache"), 0).health, Health::Bad);
    }
}
