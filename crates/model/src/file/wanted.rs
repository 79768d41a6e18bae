//! The files that a run is asked to give back.
//!
//! Owns matching paths against the paths and patterns that a caller wrote, and the record of those that matched nothing.
//! Reads no file: a backend offers its files one by one.

use super::{GuestPath, OutputFile, Pattern};

/// Paths and patterns of wanted files, and the files found so far.
#[derive(Debug)]
pub struct Wanted<'a> {
    patterns: Vec<WantedPattern<'a>>,
    files: Vec<OutputFile>,
}

#[derive(Debug)]
struct WantedPattern<'a> {
    text: &'a str,
    /// `None` matches nothing: the service has refused such patterns before.
    pattern: Option<Pattern>,
    matched: bool,
}

impl<'a> Wanted<'a> {
    /// Takes paths and patterns, absolute below `/work` or relative to it.
    #[must_use]
    pub fn new(texts: &'a [String]) -> Self {
        let parse = |text: &'a String| {
            let relative = GuestPath::new(text).map_or_else(|_| text.clone(), |path| path.as_str().to_owned());
            WantedPattern { text, pattern: Pattern::new(&relative).ok(), matched: false }
        };
        Self { patterns: texts.iter().map(parse).collect(), files: Vec::new() }
    }

    /// Whether nothing is wanted, so that no file needs to be offered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a file is asked for by its own name, and not just by a pattern that it happens to match.
    #[must_use]
    pub fn names(&self, path: &str) -> bool {
        self.patterns.iter().any(|one| one.text == path || one.text.strip_prefix("/work/") == Some(path))
    }

    /// Offers a file by its path relative to `/work`. `read` is called only if the file is wanted; where it returns `None`, the
    /// file counts as not found. Returns whether it is wanted.
    pub fn offer(&mut self, path: String, read: impl FnOnce() -> Option<Vec<u8>>) -> bool {
        let hits = |one: &WantedPattern<'_>| one.pattern.as_ref().is_some_and(|pattern| pattern.matches(&path));
        let hit: Vec<bool> = self.patterns.iter().map(hits).collect();
        let wanted = hit.contains(&true);
        if wanted && let Some(bytes) = read() {
            self.patterns.iter_mut().zip(hit).for_each(|(pattern, hit)| pattern.matched |= hit);
            self.files.push(OutputFile { path, bytes });
        }
        wanted
    }

    /// The files by path, and the texts that matched none.
    #[must_use]
    pub fn finish(mut self) -> (Vec<OutputFile>, Vec<String>) {
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        let missing = self.patterns.iter().filter(|pattern| !pattern.matched);
        (self.files, missing.map(|pattern| pattern.text.to_owned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_matched_and_texts_without_a_file_are_named() {
        let texts = ["/work/a.csv", "*.csv", "plots/**", "none", "[", "broken"].map(str::to_owned);
        let mut wanted = Wanted::new(&texts);
        assert!(wanted.names("a.csv") && wanted.names("none") && !wanted.names("b.csv"));
        for path in ["plots/deep/p.png", "b.csv", "a.csv", "other", "broken"] {
            wanted.offer(path.to_owned(), || {
                assert_ne!(path, "other", "nobody wants it");
                (path != "broken").then(|| path.into())
            });
        }
        let (files, missing) = wanted.finish();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.csv", "b.csv", "plots/deep/p.png"]);
        assert_eq!(missing, ["none", "[", "broken"]);
        assert!(Wanted::new(&[]).is_empty());
    }
}
