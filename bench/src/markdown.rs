//! Tables of Markdown, and their places in documents.
//!
//! Owns the alignment of columns and the marks between which a task writes. Does not know what is in the tables.

use std::fmt::Write as _;
use std::path::Path;

/// A table, its columns aligned. Every row has as many cells as the head.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|text| (*text).to_owned()).collect();
    let lines: Vec<&Vec<String>> = std::iter::once(&head).chain(rows).collect();
    let width = |column: usize| lines.iter().filter_map(|line| Some(line.get(column)?.chars().count())).max();
    let widths: Vec<usize> = (0..head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for (index, line) in lines.into_iter().enumerate() {
        for (cell, width) in line.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
        if index == 0 {
            for width in &widths {
                let _ = write!(text, "|{}", "-".repeat(width + 2));
            }
            text.push_str("|\n");
        }
    }
    text
}

/// Puts a text between the marks that a task has in a document.
pub(crate) fn write(path: &Path, task: &str, text: &str) -> anyhow::Result<()> {
    let old = std::fs::read_to_string(path)?;
    let new = between(&old, task, text).ok_or_else(|| anyhow::anyhow!("{} has no marks of {task}", path.display()))?;
    Ok(std::fs::write(path, new)?)
}

fn between(old: &str, task: &str, text: &str) -> Option<String> {
    let begin = format!("<!-- begin of what {task} wrote -->\n");
    let end = format!("<!-- end of what {task} wrote -->\n");
    let (before, rest) = old.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{text}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["a", "1"], ["longer", "22"]].map(|row| row.map(str::to_owned).to_vec());
        let expected = "| what   | n  |\n|--------|----|\n| a      | 1  |\n| longer | 22 |\n";
        assert_eq!(table(&["what", "n"], &rows), expected);
    }

    #[test]
    fn only_the_marked_part_is_replaced() {
        let old = "head\n<!-- begin of what x wrote -->\nold\n<!-- end of what x wrote -->\ntail\n";
        let new = between(old, "x", "new\n").expect("marked");
        assert_eq!(new, "head\n<!-- begin of what x wrote -->\n\nnew\n\n<!-- end of what x wrote -->\ntail\n");
        assert_eq!(between(&new, "x", "new\n"), Some(new.clone()), "written again, nothing changes");
        assert_eq!(between(old, "y", "new"), None);
    }
}
