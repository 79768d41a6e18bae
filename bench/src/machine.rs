//! The machine that figures were measured on, in a sentence.
//!
//! Owns nothing else: what was measured, and how, is said where it is printed.

use std::process::Command;

/// The processors, and the versions of those native tools that are installed.
pub(crate) fn sentence() -> String {
    let tools = ["python3", "ruby", "node", "php", "gcc", "g++"].iter().filter_map(|tool| version(tool));
    format!("{}; {}.", processors(), tools.collect::<Vec<_>>().join(", "))
}

/// How many processors there are, and which.
pub(crate) fn processors() -> String {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    format!("{processors} processors ({model})")
}

/// The load average over the last minute: what else went on.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

/// The name and version of a tool, if it is installed.
pub(crate) fn version(tool: &str) -> Option<String> {
    let output = Command::new(tool).arg("--version").output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned();
    let number = text.split([' ', 'v']).find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(format!("{tool} {}", number.trim_end_matches(')')))
}
