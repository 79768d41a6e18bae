//! The limits of runs.
//!
//! Owns what each means. The backend enforces them.

use super::limit_kinds;

const MIB: u64 = 1 << 20;

/// The largest module that is turned into machine code, in bytes. One that a user brings is bounded by this instead of the limit
/// of source text.
pub const MODULE_BYTES: u64 = 32 << 20;

limit_kinds! {
    /// A limit of a run.
    LimitKind in "limits" {
        /// Work that the guest does, in units of about one a WebAssembly instruction, plus one for every 8 bytes that the
        /// host moves for it. All steps of a run (compiler, linker, program) draw from it, but for C++:
        /// building has twice as much, counted apart. Does not bound time asleep.
        Fuel: "fuel", Fuel, 1, 20_000_000_000, 10_000_000_000_000;
        /// Linear memory of the guest. Counted for each step on its own: a compiler's memory is gone before the program
        /// starts. Does not bound files (see `file_bytes`) nor the shared pages of a runtime's image.
        Memory: "memory_bytes", Bytes, 64 << 10, 512 * MIB, 4096 * MIB;
        /// Time on the clock from the start of the first step, sleeping included. Time spent waiting for a free place or
        /// for a runtime to be prepared does not count.
        WallTime: "wall_ms", Milliseconds, 1, 10_000, 600_000;
        /// Output on stdout and stderr together. Enforced as it is written.
        Output: "output_bytes", Bytes, 0, MIB, 64 * MIB;
        /// The contents of all files in `/work` and `/tmp` at any one time, files given in included. Does not bound how often
        /// they are rewritten: fuel does.
        FileBytes: "file_bytes", Bytes, 0, 64 * MIB, 1024 * MIB;
        /// Number of files, directories and symlinks in `/work` and `/tmp` at any one time, given ones included.
        Files: "files", Count, 0, 1_000, 100_000;
        /// Elements of all WebAssembly tables together.
        TableElements: "table_elements", Count, 0, 200_000, 10_000_000;
        /// Call stack. One value for the whole process, set by configuration: a run may not ask for more or less.
        Stack: "stack_bytes", Bytes, 512 << 10, 16 * MIB, 64 * MIB;
        /// Input from stdin.
        Stdin: "stdin_bytes", Bytes, 0, 64 * MIB, 1024 * MIB;
        /// Source text of the snippet. A module that is run as it is may have 32 MiB whatever this says.
        Code: "code_bytes", Bytes, 1, MIB, 16 * MIB;
    }

    /// Linear memory is addressed with 32 bits.
    fn most(self) -> u64 {
        if self == Self::Memory { 4096 * MIB } else { u64::MAX }
    }

    fn is_fixed(self) -> bool {
        self == Self::Stack
    }
}

impl LimitKind {
    /// How a program went beyond a limit: work is used before anyone can stop it, all else is asked for and
    /// refused.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Fuel | Self::WallTime | Self::Stack => "used",
            _ => "asked for",
        }
    }
}
