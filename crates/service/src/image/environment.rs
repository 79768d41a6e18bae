//! The settings of this machine that builds of images need: proxies, certificates, the settings of package managers.
//!
//! Owns which variables and files those are. They are not kept, not written, and no caller sees them.

use runcell_docker::{BuildEnvironment, Proxies};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where the certificates of most systems are.
const CA_BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
/// Variables of package managers that builds get as they are.
const VARIABLES: [&str; 6] = [
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "PIP_DEFAULT_TIMEOUT",
    "NPM_CONFIG_REGISTRY",
    "NPM_CONFIG_STRICT_SSL",
];
/// The longest file that is passed on, in bytes.
const LONGEST: u64 = 4 << 20;

/// Looks at the environment and at the files that it names. Blocks.
pub(super) fn read(ca_bundle: Option<&Path>) -> BuildEnvironment {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = named("HOME").unwrap_or_default();
    let variable = |name: &str| Some((name.to_owned(), std::env::var(name).ok().filter(|value| !value.is_empty())?));
    let ca_bundle = match ca_bundle {
        Some(path) => file(path),
        None => named("SSL_CERT_FILE").into_iter().chain(CA_BUNDLES.map(PathBuf::from)).find_map(|path| file(&path)),
    };
    let pip_conf = named("PIP_CONFIG_FILE").into_iter().chain([
        home.join(".config/pip/pip.conf"),
        home.join(".pip/pip.conf"),
        PathBuf::from("/etc/pip.conf"),
    ]);
    let npmrc = named("NPM_CONFIG_USERCONFIG").into_iter().chain([home.join(".npmrc")]);
    let nuget_config = [home.join(".nuget/NuGet/NuGet.Config"), home.join(".config/NuGet/NuGet.Config")];
    BuildEnvironment {
        proxies: Proxies::from_env(),
        ca_bundle,
        variables: VARIABLES.into_iter().filter_map(variable).collect::<HashMap<_, _>>(),
        pip_conf: pip_conf.into_iter().find_map(|path| file(&path)),
        npmrc: npmrc.into_iter().find_map(|path| file(&path)),
        nuget_config: nuget_config.into_iter().find_map(|path| file(&path)),
    }
}

/// The contents of a file that is there and not too long.
fn file(path: &Path) -> Option<Vec<u8>> {
    let short = path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LONGEST);
    if short { std::fs::read(path).ok().filter(|bytes| !bytes.is_empty()) } else { None }
}
