//! The table of results: on the terminal, and in docs.

use super::sample::{Samples, ms};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// What runcell took: median and 99th percentile, or another unit.
    pub(crate) ours: String,
    /// What the native tool took.
    pub(crate) native: String,
    /// Native time by ours.
    pub(crate) ratio: String,
    /// What was aimed at.
    pub(crate) bar: &'static str,
}

impl Row {
    /// A row of times. `tool` names the native tool.
    pub(crate) fn of(name: &str, ours: &Samples, tool: &str, native: &Samples, bar: &'static str) -> Self {
        let (a, b) = (ours.median().as_secs_f64(), native.median().as_secs_f64());
        if native.is_empty() {
            return Self { native: format!("no {tool} here"), ..Self::alone(name, ours, bar) };
        }
        let ratio = match a < b {
            true => format!("{:.1} x faster", b / a),
            false => format!("{:.2} x slower", a / b),
        };
        Self { native: format!("{} ({tool})", ms(native.median())), ratio, ..Self::alone(name, ours, bar) }
    }

    /// A row of times that have no native counterpart.
    pub(crate) fn alone(name: &str, ours: &Samples, bar: &'static str) -> Self {
        let ours = format!("{} (p99 {})", ms(ours.median()), ms(ours.quantile(0.99)));
        Self { name: name.to_owned(), ours, native: String::new(), ratio: String::new(), bar }
    }
}

/// All of them, and the machine they were measured on.
#[derive(Debug)]
pub(crate) struct Table {
    machine: String,
    rows: Vec<Row>,
}

const BEGIN: &str = "<!-- begin of what cargo xtask bench wrote -->\n";
const END: &str = "<!-- end of what cargo xtask bench wrote -->\n";

impl Table {
    pub(crate) fn new(machine: String) -> Self {
        Self { machine, rows: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// As a table of Markdown, its columns aligned.
    fn text(&self) -> String {
        let head = ["what", "runcell, ms", "native, ms", "ratio", "bar, ms"].map(str::to_owned);
        let lines = self
            .rows
            .iter()
            .map(|row| [row.name.clone(), row.ours.clone(), row.native.clone(), row.ratio.clone(), row.bar.to_owned()]);
        let lines: Vec<[String; 5]> = std::iter::once(head).chain(lines).collect();
        let widths: [usize; 5] =
            std::array::from_fn(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0));
        let mut text = format!("{}\n\n", self.machine);
        for (index, line) in lines.iter().enumerate() {
            for (cell, width) in line.iter().zip(widths) {
                let _ = write!(text, "| {cell:width$} ");
            }
            text.push_str("|\n");
            if index == 0 {
                for width in widths {
                    let _ = write!(text, "|{}", "-".repeat(width + 2));
                }
                text.push_str("|\n");
            }
        }
        text
    }

    pub(crate) fn print(&self) -> anyhow::Result<()> {
        Ok(std::io::stdout().write_all(self.text().as_bytes())?)
    }

    /// Puts the table between the marks of a document.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let old = std::fs::read_to_string(path)?;
        let marked = old.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
        let (before, after) = marked.ok_or_else(|| anyhow::anyhow!("{} has no marks", path.display()))?;
        std::fs::write(path, format!("{before}{BEGIN}\n{}\n{END}{after}", self.text()))?;
        Ok(())
    }
}
