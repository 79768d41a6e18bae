//! The rows of `cargo xtask bench`, and the table that they make.

use crate::markdown;
use crate::sample::{Samples, ms};

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The time of runcell: median and 99th percentile, or another unit.
    pub(crate) ours: String,
    /// The time of the native tool.
    pub(crate) native: String,
    /// Native time by ours.
    pub(crate) ratio: String,
    /// The aim.
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

impl Table {
    pub(crate) fn new(machine: String) -> Self {
        Self { machine, rows: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The machine, and a table of Markdown.
    pub(crate) fn text(&self) -> String {
        let head = ["what", "runcell, ms", "native, ms", "ratio", "bar, ms"];
        let line = |row: &Row| {
            vec![row.name.clone(), row.ours.clone(), row.native.clone(), row.ratio.clone(), row.bar.to_owned()]
        };
        let lines: Vec<_> = self.rows.iter().map(line).collect();
        format!("{}\n\n{}", self.machine, markdown::table(&head, &lines))
    }
}
