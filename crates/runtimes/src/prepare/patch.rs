//! Changes to the bytes of a module before it is compiled.
//!
//! Owns reading and applying them. A patch that does not fit is an error: the asset is pinned, so it is a wrong patch.

use super::error::{PartError, PlanError};
use super::target::Target;
use crate::cache::Key;
use crate::hex::{hex, unhex};
use crate::manifest::{PatchFile, RepeatedPatch};

/// Applies the patches of a module: those for all versions, then those of the target's own.
pub(super) fn apply(target: &Target, module: &str, wasm: &mut [u8]) -> Result<(), PartError> {
    for patch in &target.module(module)?.patches {
        change(wasm, module, patch.offset, &patch.old, &patch.new)?;
    }
    for patch in of_version(target, module)? {
        for &offset in &patch.offsets {
            change(wasm, module, offset, &patch.old, &patch.new)?;
        }
    }
    Ok(())
}

/// The share of the patches in the key of a module.
pub(super) fn key_parts(target: &Target, module: &str) -> Result<Vec<String>, PlanError> {
    let mut parts: Vec<String> = target.module(module)?.patches.iter().map(|patch| format!("{patch:?}")).collect();
    if let Some(file) = target.entry().patches.get(module) {
        parts.push(Key::new("patches", [&*target.folder.file(file)?]).digest().to_owned());
    }
    Ok(parts)
}

fn of_version(target: &Target, module: &str) -> Result<Vec<RepeatedPatch>, PartError> {
    let Some(file) = target.entry().patches.get(module) else { return Ok(Vec::new()) };
    let text = target.folder.file(file)?;
    let parsed: Result<PatchFile, _> = toml::from_str(&String::from_utf8_lossy(&text));
    let bad = |source| PartError::PatchFile { file: file.clone(), source };
    Ok(parsed.map_err(bad)?.patches)
}

/// Replaces bytes and returns `true`; returns `false` if other bytes are there than expected.
fn replace(wasm: &mut [u8], offset: usize, old: &str, new: &str) -> bool {
    let place = offset..offset.saturating_add(old.len() / 2);
    let found = wasm.get(place.clone()).map(hex).unwrap_or_default();
    match unhex(new).filter(|new| new.len() == place.len() && found == old) {
        Some(new) => {
            wasm[place].copy_from_slice(&new);
            true
        }
        None => false,
    }
}

fn change(wasm: &mut [u8], module: &str, offset: usize, old: &str, new: &str) -> Result<(), PartError> {
    let (file, find) = (module.to_owned(), format!("{old} at {offset}"));
    if replace(wasm, offset, old, new) { Ok(()) } else { Err(PartError::Patch { file, find, count: 1, found: 0 }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_replaced_only_where_they_are_what_is_expected() {
        let cases = [
            (1, "0203", "0a0b", true),
            (0, "0203", "0a0b", false),
            (3, "0405", "0a0b", false),
            (usize::MAX, "02", "0a", false),
            (1, "0203", "0a", false),
            (1, "0203", "0agg", false),
        ];
        for (offset, old, new, fits) in cases {
            let mut wasm = [1, 2, 3, 4];
            assert_eq!(replace(&mut wasm, offset, old, new), fits, "{offset} {old} {new}");
            assert_eq!(wasm, if fits { [1, 10, 11, 4] } else { [1, 2, 3, 4] });
        }
    }
}
