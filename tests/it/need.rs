//! Needs of a test: it runs, or it is skipped by name, loudly, with what to install.
//!
//! Owns the skip; the table is xtask's. With `CI=true` a skip is a failure.

use crate::container::harness::has_image;
use crate::docker::harness::find_engine;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use xtask::need::{ENGINE, LANGUAGES, Need, SKIPPED};

/// Ends the test here where the machine lacks one of these: `needs!(ENGINE, REGISTRY)`.
macro_rules! needs {
    ($($need:ident),+) => {
        // The thread of a test has its name, but for the only thread.
        fn here() {}
        if !$crate::need::are_there(std::any::type_name_of_val(&here), &[$(&xtask::need::$need),+]) {
            return;
        }
    };
}
pub(crate) use needs;

/// Whether all are there. If not, the test (the path of a function in it) is reported as skipped.
pub fn are_there(function: &str, needs: &[&Need]) -> bool {
    let test = function.trim_start_matches("it::").trim_end_matches("::here");
    let lacks: Vec<(&Need, String)> = needs.iter().filter_map(|&need| Some((need, lack(need)?))).collect();
    for (need, lack) in &lacks {
        let text = format!("NOT TESTED: {test} needs {}: {lack}. To have it, {}.\n", need.name, need.advice);
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{text}");
        // Not by a macro: a test that does nothing must not look like one that passed, and the harness captures those.
        std::io::stderr().write_all(text.as_bytes()).unwrap();
        if let Some(notes) = std::env::var_os(SKIPPED) {
            let line = format!("{test}\t{}\t{lack}\n", need.name);
            std::fs::File::options().append(true).open(notes).unwrap().write_all(line.as_bytes()).unwrap();
        }
    }
    lacks.is_empty()
}

/// The part that the machine lacks; each need is looked for once.
fn lack(need: &Need) -> Option<String> {
    static FOUND: Mutex<BTreeMap<&str, Option<String>>> = Mutex::new(BTreeMap::new());
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    found.entry(need.name).or_insert_with(|| look(need)).clone()
}

fn look(need: &Need) -> Option<String> {
    let lack = need.lack().map(str::to_owned);
    match need.name {
        name if name == ENGINE.name => lack.or_else(|| find_engine().err().cloned()),
        // The engine may have it from an earlier time.
        name if name == LANGUAGES.name && find_engine().is_ok() && has_image() => None,
        _ => lack,
    }
}
