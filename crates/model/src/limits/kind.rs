//! The ten kinds of limit: name, unit, default, smallest value and built-in ceiling of each.
//!
//! Owns what a limit *means*. Does not hold any run's values ([`super::Limits`]) nor a site's choices
//! ([`super::LimitPolicy`]).

use serde::{Deserialize, Serialize};
use std::fmt;

const MIB: u64 = 1 << 20;

/// Something a run may use only so much of. The names are those of the JSON shapes and of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LimitKind {
    /// Work done by the guest, in fuel units: about one a WebAssembly instruction, plus one for every 8 bytes that the
    /// host moves for it. All steps of a run (compiler, linker, program) draw from it. Does not bound time asleep.
    #[serde(rename = "fuel")]
    Fuel,
    /// Linear memory of the guest, in bytes. Counted for each step on its own: a compiler's memory is gone before the
    /// program starts. Does not bound files (see `file_bytes`) nor the shared pages of a runtime's image.
    #[serde(rename = "memory_bytes")]
    Memory,
    /// Time on the clock from the start of the first step, in milliseconds, sleeping included. Time spent waiting for a
    /// free place or for a runtime to be prepared does not count.
    #[serde(rename = "wall_ms")]
    WallTime,
    /// Bytes written to stdout and stderr together. Enforced as they are written.
    #[serde(rename = "output_bytes")]
    Output,
    /// Bytes that the files in `/work` and `/tmp` hold at any one time, files given in included. Does not bound how
    /// often they are rewritten: fuel does.
    #[serde(rename = "file_bytes")]
    FileBytes,
    /// Number of files, directories and symlinks in `/work` and `/tmp` at any one time, given ones included.
    #[serde(rename = "files")]
    Files,
    /// Elements of all WebAssembly tables together.
    #[serde(rename = "table_elements")]
    TableElements,
    /// Bytes of call stack. One value for the whole process, set by configuration: a run may not ask for more or less.
    #[serde(rename = "stack_bytes")]
    Stack,
    /// Bytes read from stdin.
    #[serde(rename = "stdin_bytes")]
    Stdin,
    /// Bytes of source text of the snippet.
    #[serde(rename = "code_bytes")]
    Code,
}

/// What a limit is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Fuel units.
    Fuel,
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
    /// A plain number of things.
    Count,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fuel => "units of fuel",
            Self::Bytes => "bytes",
            Self::Milliseconds => "ms",
            Self::Count => "items",
        })
    }
}

/// One row of the table that [`LimitKind::row`] holds.
struct Row {
    name: &'static str,
    unit: Unit,
    minimum: u64,
    default: u64,
    ceiling: u64,
}

impl LimitKind {
    /// Every kind, in the order in which they are listed everywhere.
    pub const ALL: [Self; 10] = [
        Self::Fuel,
        Self::Memory,
        Self::WallTime,
        Self::Output,
        Self::FileBytes,
        Self::Files,
        Self::TableElements,
        Self::Stack,
        Self::Stdin,
        Self::Code,
    ];

    const fn row(self) -> Row {
        let (name, unit, minimum, default, ceiling) = match self {
            Self::Fuel => ("fuel", Unit::Fuel, 1, 20_000_000_000, 10_000_000_000_000),
            Self::Memory => ("memory_bytes", Unit::Bytes, 64 << 10, 512 * MIB, 4096 * MIB),
            Self::WallTime => ("wall_ms", Unit::Milliseconds, 1, 10_000, 600_000),
            Self::Output => ("output_bytes", Unit::Bytes, 0, MIB, 64 * MIB),
            Self::FileBytes => ("file_bytes", Unit::Bytes, 0, 64 * MIB, 1024 * MIB),
            Self::Files => ("files", Unit::Count, 0, 1_000, 100_000),
            Self::TableElements => ("table_elements", Unit::Count, 0, 200_000, 10_000_000),
            Self::Stack => ("stack_bytes", Unit::Bytes, 512 << 10, 16 * MIB, 64 * MIB),
            Self::Stdin => ("stdin_bytes", Unit::Bytes, 0, 64 * MIB, 1024 * MIB),
            Self::Code => ("code_bytes", Unit::Bytes, 1, MIB, 16 * MIB),
        };
        Row { name, unit, minimum, default, ceiling }
    }

    /// The name in JSON, configuration and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What it is counted in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.row().unit
    }

    /// The smallest value that may be asked for.
    #[must_use]
    pub const fn minimum(self) -> u64 {
        self.row().minimum
    }

    /// What a run gets that asks for nothing and whose policy says nothing.
    #[must_use]
    pub const fn default_value(self) -> u64 {
        self.row().default
    }

    /// The largest value that may be asked for where the policy says nothing.
    #[must_use]
    pub const fn default_ceiling(self) -> u64 {
        self.row().ceiling
    }
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_consistent() {
        for (index, kind) in LimitKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
            assert!(kind.minimum() <= kind.default_value(), "{kind}");
            assert!(kind.default_value() <= kind.default_ceiling(), "{kind}");
            assert_eq!(LimitKind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.name());
        }
    }
}
