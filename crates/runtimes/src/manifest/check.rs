//! The checks of a `runtime.toml` that go beyond its form: names, references, exactly-one-of.
//!
//! Owns the errors. Their messages are for the author of such a file.

use super::build::ProductRun;
use super::file::Manifest;
use super::part::{Call, CallText, ModuleSpec, Version};
use runcell_model::runtime::is_runtime_name;

/// Why a `runtime.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is not TOML, misses a key or has an unknown one.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A name with characters that are not allowed.
    #[error("{what} {name:?} is no name: only a-z, 0-9, `-`, `_` and `+` are allowed")]
    Name {
        /// The kind of thing that it names.
        what: &'static str,
        /// The text.
        name: String,
    },
    /// A reference to something that is not there.
    #[error("{from} refers to {what} {name:?}, which is not there")]
    Reference {
        /// Where it stands.
        from: String,
        /// The kind of thing that it refers to.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Not exactly one of several keys.
    #[error("{what} must have exactly one of: {keys}")]
    ExactlyOne {
        /// Where.
        what: String,
        /// The keys.
        keys: &'static str,
    },
}

/// Checks names and references.
pub(super) fn check(manifest: &Manifest) -> Result<(), ManifestError> {
    check_names(manifest)?;
    let version_exists = manifest.version(None).is_some();
    reference(version_exists, "default_version", "the version", &manifest.default_version)?;
    for (name, module) in &manifest.modules {
        check_module(manifest, name, module)?;
    }
    for version in shared(manifest) {
        for module in version.patches.keys() {
            let from = format!("patches of the version {}", version.version);
            reference(manifest.modules.contains_key(module), &from, "the module", module)?;
        }
    }
    if let Some(image) = &manifest.image {
        let exists = manifest.modules.contains_key(&image.module);
        reference(exists, "image", "the module", &image.module)?;
    }
    let steps = manifest.build.iter().flat_map(|build| &build.steps).map(|step| &step.module);
    let steps = steps.chain(manifest.derive.iter().flat_map(|derive| &derive.steps).map(|step| &step.module));
    let library = manifest.build.iter().filter_map(|build| build.library.as_ref());
    for module in steps.chain(library).chain(&manifest.run.module) {
        reference(manifest.modules.contains_key(module), "a step", "the module", module)?;
    }
    for option in &manifest.options {
        let exists = option.values.contains_key(&option.default);
        reference(exists, &format!("the option {}", option.name), "the value", &option.default)?;
    }
    let run = &manifest.run;
    let ways = [run.module.is_some(), run.call.is_some(), run.product == ProductRun::Yes];
    exactly_one(&ways, "run", "module, call, product")?;
    reference(run.call.is_none() || manifest.image.is_some(), "run.call", "the section", "image")?;
    check_values(manifest)?;
    reference(run.product == ProductRun::No || manifest.build.is_some(), "run.product", "the section", "build")?;
    check_mounts(manifest)
}

fn check_names(manifest: &Manifest) -> Result<(), ManifestError> {
    for (what, name) in
        [("the name", &manifest.name)].into_iter().chain(manifest.aliases.iter().map(|a| ("the alias", a)))
    {
        if !is_runtime_name(name) {
            return Err(ManifestError::Name { what, name: name.clone() });
        }
    }
    if runcell_model::file::GuestPath::new(&manifest.main_file).is_err() || manifest.main_file.contains('/') {
        return Err(ManifestError::Name { what: "main_file", name: manifest.main_file.clone() });
    }
    Ok(())
}

fn check_module(manifest: &Manifest, name: &str, module: &ModuleSpec) -> Result<(), ManifestError> {
    let from = format!("modules.{name}");
    let origins = [module.asset.is_some(), module.derived.is_some(), module.file.is_some(), module.of.is_some()];
    exactly_one(&origins, &from, "asset, derived, file, of")?;
    if let Some(role) = &module.asset {
        check_role(manifest, &from, role)?;
    }
    if let Some(derived) = &module.derived {
        let recipe = derived.split_once('/').map_or(derived.as_str(), |(recipe, _)| recipe);
        reference(manifest.derive.iter().any(|d| d.name == recipe), &from, "the recipe", recipe)?;
    }
    Ok(())
}

/// The numbers that calls and the umask name have to be in every version.
fn check_values(manifest: &Manifest) -> Result<(), ManifestError> {
    let setup = manifest.image.iter().flat_map(|image| &image.setup);
    let calls: Vec<&Call> = setup.chain(&manifest.run.before).chain(&manifest.run.call).collect();
    for (call, argument) in calls.iter().flat_map(|call| call.with.iter().map(move |argument| (call, argument))) {
        if let CallText::Value(name) = argument {
            let everywhere = shared(manifest).all(|version| version.values.contains_key(name));
            reference(everywhere, &format!("the call of {}", call.export), "the value (of every version)", name)?;
        }
    }
    if let Some(name) = &manifest.run.umask {
        let everywhere = shared(manifest).all(|version| version.values.contains_key(name));
        reference(everywhere, "[run] umask", "the value (of every version)", name)?;
    }
    Ok(())
}

/// The versions that this manifest describes: those without one of their own.
fn shared(manifest: &Manifest) -> impl Iterator<Item = &Version> {
    manifest.versions.iter().filter(|version| version.manifest.is_none())
}

fn check_role(manifest: &Manifest, from: &str, role: &str) -> Result<(), ManifestError> {
    let everywhere = shared(manifest).all(|version| version.assets.contains_key(role));
    reference(everywhere, from, "the asset (of every version)", role)
}

fn check_mounts(manifest: &Manifest) -> Result<(), ManifestError> {
    for mount in &manifest.mounts {
        let what = format!("the mount at {}", mount.at);
        let origins = [
            mount.asset.is_some(),
            mount.tar.is_some(),
            mount.derived.is_some(),
            !mount.files.is_empty(),
            mount.of.is_some(),
            mount.device.is_some(),
        ];
        exactly_one(&origins, &what, "asset, tar, derived, files, of, device")?;
        for role in mount.asset.iter().chain(&mount.tar) {
            check_role(manifest, &what, role)?;
        }
        if let Some(recipe) = &mount.derived {
            reference(manifest.derive.iter().any(|d| d.name == *recipe), &what, "the recipe", recipe)?;
        }
    }
    Ok(())
}

fn reference(exists: bool, from: &str, what: &'static str, name: &str) -> Result<(), ManifestError> {
    if exists { Ok(()) } else { Err(ManifestError::Reference { from: from.to_owned(), what, name: name.to_owned() }) }
}

fn exactly_one(given: &[bool], what: &str, keys: &'static str) -> Result<(), ManifestError> {
    if given.iter().filter(|given| **given).count() == 1 {
        return Ok(());
    }
    Err(ManifestError::ExactlyOne { what: what.to_owned(), keys })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        name = "lua"
        title = "Lua"
        summary = "A small language."
        main_file = "main.lua"
        default_version = "5.4"
        versions = [{ version = "5.4" }]
        modules.lua.file = "lua.wasm"
        run = { module = "lua", args = ["lua", "{program}"] }
    "#;

    #[test]
    fn a_small_runtime_is_enough() {
        let manifest = Manifest::parse(GOOD).expect("parses");
        assert_eq!(manifest.version(None).map(|v| v.version.as_str()), Some("5.4"));
        assert!(manifest.version(Some("5.1")).is_none());
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("name = \"lua\"", "name = \"../lua\"", "../lua"),
            ("main.lua", "a/b", "a/b"),
            ("default_version = \"5.4\"", "default_version = \"9\"", "\"9\""),
            ("module = \"lua\", args", "module = \"luo\", args", "luo"),
            ("file = \"lua.wasm\"", "asset = \"x\"", "\"x\""),
            ("module = \"lua\", args", "args", "module, call, product"),
            (
                "module = \"lua\", args",
                "module = \"lua\", before = [{ export = \"f\", with = [{ value = \"v\" }] }], args",
                "\"v\"",
            ),
            ("title", "titel", "titel"),
        ];
        for (from, to, expected) in cases {
            let error = Manifest::parse(&GOOD.replace(from, to)).expect_err(to).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
