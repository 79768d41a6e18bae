//! The output files of a run: those that its patterns mean.
//!
//! Owns which files are taken and which patterns matched none. Where files lie, and how they are read, is the caller's.

use super::{GuestPath, OutputFile, Pattern};

/// Collects the files that patterns mean.
#[derive(Debug)]
pub struct Collector<'a> {
    wanted: &'a [String],
    patterns: Vec<Option<Pattern>>,
    matched: Vec<bool>,
    files: Vec<OutputFile>,
}

impl<'a> Collector<'a> {
    /// Begins with nothing. Patterns are relative to `/work`, or absolute below it; one that is not valid matches nothing.
    #[must_use]
    pub fn new(wanted: &'a [String]) -> Self {
        let relative =
            |text: &String| GuestPath::new(text).map_or_else(|_| text.clone(), |path| path.as_str().to_owned());
        let patterns = wanted.iter().map(|text| Pattern::new(&relative(text)).ok()).collect();
        Self { wanted, patterns, matched: vec![false; wanted.len()], files: Vec::new() }
    }

    /// Takes the file at a path relative to `/work` if a pattern means it. Only then is `read` called; a file that it
    /// cannot read counts as not there.
    pub fn take(&mut self, path: &str, read: impl FnOnce() -> Option<Vec<u8>>) {
        let means = |pattern: &Option<Pattern>| pattern.as_ref().is_some_and(|pattern| pattern.matches(path));
        let hits: Vec<bool> = self.patterns.iter().map(means).collect();
        if hits.contains(&true)
            && let Some(bytes) = read()
        {
            self.matched.iter_mut().zip(hits).for_each(|(matched, hit)| *matched |= hit);
            self.files.push(OutputFile { path: path.to_owned(), bytes });
        }
    }

    /// The files in the order of their paths, and the patterns that matched none.
    #[must_use]
    pub fn finish(mut self) -> (Vec<OutputFile>, Vec<String>) {
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        let missing = self.wanted.iter().zip(self.matched).filter(|(_, matched)| !matched);
        (self.files, missing.map(|(pattern, _)| pattern.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_taken_once_and_missing_patterns_named() {
        let wanted = ["*.png", "/work/a.*", "none", "bad[", "lost"].map(str::to_owned);
        let mut collector = Collector::new(&wanted);
        for path in ["b.png", "a.png", "other"] {
            collector.take(path, || Some(path.as_bytes().to_vec()));
        }
        collector.take("lost", || None);
        let (files, missing) = collector.finish();
        assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a.png", "b.png"]);
        assert_eq!(missing, ["none", "bad[", "lost"]);
    }
}
