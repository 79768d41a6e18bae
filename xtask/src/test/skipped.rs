//! The list of the tests that were skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use xtask::need;

/// Says which tests were skipped and why, from the lines that they noted.
pub(super) fn summary(notes: &str) -> String {
    let mut tests = BTreeSet::new();
    let mut groups: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for line in notes.lines() {
        let mut fields = line.splitn(3, '\t');
        let [Some(test), Some(need), Some(lack)] = [fields.next(), fields.next(), fields.next()] else { continue };
        tests.insert(test);
        groups.entry((need, lack)).or_default().insert(test);
    }
    if tests.is_empty() {
        return "\n== no test was skipped\n".to_owned();
    }
    let mut text = format!("\n== NOT TESTED on this machine: {} tests\n", tests.len());
    for ((need, lack), tests) in groups {
        let advice = need::ALL.iter().find(|row| row.name == need).map_or("", |row| row.advice);
        // Writing to a text does not fail.
        let _written = write!(text, "\n{} need {need}: {lack}.\nTo have it, {advice}.\n", tests.len());
        for test in tests {
            let _written = writeln!(text, "    {test}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn every_skip_is_listed_once_by_name_below_what_it_needs() {
        let notes = "a::one\troot\tthis user is not root\na::two\tPostgreSQL\tnone\na::one\troot\tthis user is not root\n\
                     a::one\tPostgreSQL\tnone\nhalf a line\n";
        let expected = "\n== NOT TESTED on this machine: 2 tests\n\n2 need PostgreSQL: none.\nTo have it, install \
                        postgresql.\n    a::one\n    a::two\n\n1 need root: this user is not root.\nTo have it, run the \
                        tests as root.\n    a::one\n";
        assert_eq!(summary(notes), expected);
        assert_eq!(summary(""), "\n== no test was skipped\n");
    }
}
