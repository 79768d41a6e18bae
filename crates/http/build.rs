//! Makes the web page's bundle where Node.js is there and the bundle is stale, and writes the table of its files.
//!
//! Owns neither how the bundle is made (`web/build.mjs`) nor how it is served (`src/web.rs`). A machine without npm, or without a
//! network, builds all the same: the table is empty then.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

/// The sources of the bundle, below `web/`, and the list of its files.
const INPUTS: [&str; 6] = ["src", "build.mjs", "package.json", "package-lock.json", "tsconfig.json", "dist/files.txt"];
/// The description of the API, whose types the page is checked with.
const API: &str = "tests/it/http/snapshots/it__http__document__openapi.snap";
/// The exit code of `web/build.mjs` where its packages cannot be had.
const NO_PACKAGES: i32 = 3;

fn main() {
    let crate_folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let project = Path::new(&crate_folder).join("../..");
    let web = project.join("web");
    println!("cargo:rerun-if-env-changed=RUNCELL_NO_WEB");
    println!("cargo:rerun-if-changed={}", project.join(API).display());
    for input in INPUTS {
        println!("cargo:rerun-if-changed={}", web.join(input).display());
    }
    let wanted = std::env::var_os("RUNCELL_NO_WEB").is_none_or(|value| value.is_empty() || value == "0");
    if wanted {
        bundle(&web);
    }
    let list = web.join("dist/files.txt");
    let files = if wanted { fs::read_to_string(&list).unwrap_or_default() } else { String::new() };
    keep_time(&list);
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let written = fs::write(Path::new(&out).join("web_files.rs"), table(&web, &files));
    written.expect("cargo's folder for what a build script makes can be written");
}

/// Runs the bundler. Code that does not fit the API fails the build; packages that cannot be fetched do not.
fn bundle(web: &Path) {
    let command = Command::new("node").arg("build.mjs").current_dir(web).stdin(Stdio::null()).output();
    let Ok(output) = command else {
        println!("cargo:warning=the web page is not built: node is not installed (see docs/web.md)");
        return;
    };
    match output.status.code() {
        Some(0) => {}
        Some(NO_PACKAGES) => {
            println!(
                "cargo:warning=the web page is not built: npm could not fetch its packages (cargo xtask web says why)"
            );
        }
        _ => panic!(
            "the web page does not build:\n{}{}\nRUNCELL_NO_WEB=1 builds without it",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

/// Gives the list of files an old time, so that a later `cargo xtask web` is noticed and our own bundle is not. It is made where
/// it is not there: a path that is not there would run this script again each time.
fn keep_time(list: &Path) {
    let _folder = list.parent().map(fs::create_dir_all);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    // Where the sources cannot be written, nobody makes a bundle there either.
    let _kept = File::options().append(true).create(true).open(list).and_then(|file| file.set_modified(old));
}

/// The table as Rust: each line of the list is a name, a media type and a tag.
fn table(web: &Path, files: &str) -> String {
    let folder = web.join("dist").canonicalize().unwrap_or_default();
    let mut table = "const FILES: &[WebFile] = &[\n".to_owned();
    for line in files.lines() {
        let mut parts = line.split('\t');
        let (Some(name), Some(media_type), Some(tag)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let bytes = |ending: &str| format!("include_bytes!({:?})", folder.join(format!("{name}{ending}")));
        let _ = writeln!(
            table,
            "WebFile {{ name: {name:?}, media_type: {media_type:?}, tag: {tag:?}, plain: {}, gzip: {}, brotli: {} }},",
            bytes(""),
            bytes(".gz"),
            bytes(".br")
        );
    }
    table + "];\n"
}
