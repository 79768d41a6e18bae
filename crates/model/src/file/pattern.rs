//! Patterns of file names: `*.png`, `results/**`, and lists of them.
//!
//! Owns the syntax (`*` and `?` within a component, `**` across, `[...]`, `{a,b}`; `!` before a pattern of a list
//! excludes) and the matching. Does not look at any file.

use globset::{GlobBuilder, GlobMatcher};

/// The text is not a valid pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pattern:?} is no pattern of files: {reason}")]
pub struct PatternError {
    pattern: String,
    reason: String,
}

/// One pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    matcher: GlobMatcher,
    excludes: bool,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// [`PatternError`] says what is wrong with it.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let (excludes, glob) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let glob = GlobBuilder::new(glob)
            .literal_separator(true)
            .build()
            .map_err(|error| PatternError { pattern: pattern.to_owned(), reason: error.kind().to_string() })?;
        Ok(Self { matcher: glob.compile_matcher(), excludes })
    }

    /// Whether a path is meant.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }

    /// Whether a list of patterns means a path: some pattern does, and none excludes it.
    #[must_use]
    pub fn any_matches(patterns: &[Self], path: &str) -> bool {
        let (mut included, mut excluded) = (false, false);
        for pattern in patterns.iter().filter(|pattern| pattern.matches(path)) {
            included |= !pattern.excludes;
            excluded |= pattern.excludes;
        }
        included && !excluded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names() {
        let cases = [
            ("*.png", "a.png", true),
            ("*.png", "d/a.png", false),
            ("**/*.png", "d/e/a.png", true),
            ("**", "d/x", true),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(Pattern::new(pattern).expect(pattern).matches(path), expected, "{pattern} {path}");
        }
        assert!(Pattern::new("a[").expect_err("not closed").to_string().contains("a["));
    }

    #[test]
    fn a_list_includes_and_excludes() {
        let list: Vec<Pattern> = ["/src/**/*.cpp", "!/src/bad/*"].map(|text| Pattern::new(text).expect(text)).into();
        assert!(Pattern::any_matches(&list, "/src/a/b.cpp"));
        assert!(!Pattern::any_matches(&list, "/src/bad/b.cpp"));
    }

    #[test]
    fn fuzz_output_patterns() {
        let seeds = ["*.png\nplot.png", "results/**\nresults/a/b", "{a,b}[c-e]?\nac1", "!**\nx", "[[[\n["];
        runcell_fuzzing::attack("fuzz_output_patterns", &seeds.map(str::as_bytes), |input| {
            let text = String::from_utf8_lossy(input);
            let (pattern, path) = text.split_once('\n').unwrap_or((&text, "a/b.c"));
            if let Ok(pattern) = Pattern::new(pattern) {
                let matches = pattern.matches(path);
                assert_eq!(Pattern::any_matches(std::slice::from_ref(&pattern), path), matches && !pattern.excludes);
            }
        });
    }
}
