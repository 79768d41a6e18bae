//! Memory and tables of one cell: how much there is, how much there was at most, and what was refused.
//!
//! Owns the engine's callbacks. When a growth is refused, the guest gets an error, as on a machine whose memory is full.
//! Whether the run counts as stopped by the limit is decided at its end.

use crate::limit::LimitHit;
use runcell_model::limits::LimitKind;
use wasmtime::ResourceLimiter;

/// Counts a cell's memory (bytes) and tables (elements) and refuses growth beyond what is allowed.
#[derive(Debug)]
pub struct Limiter {
    memory_allowed: u64,
    memory_used: u64,
    memory_peak: u64,
    /// The memory that the program's image brought.
    image_bytes: u64,
    tables_allowed: u64,
    tables_used: u64,
    refused: Option<LimitHit>,
    /// How many instances and memories there may be.
    parts: Parts,
}

/// How many parts a program may consist of.
#[derive(Debug, Clone, Copy)]
struct Parts {
    instances: usize,
    memories: usize,
}

/// A program, and the library that it may run on.
const OF_MODULE: Parts = Parts { instances: 2, memories: 1 };

/// The modules of a component, and what stands between them.
const OF_COMPONENT: Parts = Parts { instances: 200, memories: 16 };

impl Limiter {
    /// A limiter of so many bytes of memory and elements of tables.
    #[must_use]
    pub fn new(memory_bytes: u64, table_elements: u64) -> Self {
        Self {
            memory_allowed: memory_bytes,
            memory_used: 0,
            memory_peak: 0,
            image_bytes: 0,
            tables_allowed: table_elements,
            tables_used: 0,
            refused: None,
            parts: OF_MODULE,
        }
    }

    /// The same for a component, all of whose memories count together.
    #[must_use]
    pub fn for_component(memory_bytes: u64, table_elements: u64) -> Self {
        Self { parts: OF_COMPONENT, ..Self::new(memory_bytes, table_elements) }
    }

    /// Takes what there is now for the program's image.
    pub fn begin_after_image(&mut self) {
        self.image_bytes = self.memory_used;
    }

    /// The most memory that there was beyond the image, in bytes.
    #[must_use]
    pub fn memory_peak(&self) -> u64 {
        self.memory_peak - self.image_bytes
    }

    /// The last growth that was refused.
    #[must_use]
    pub fn refused(&self) -> Option<LimitHit> {
        self.refused
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.memory_used.saturating_add(desired.saturating_sub(current) as u64);
        if used > self.memory_allowed {
            self.refused = Some(LimitHit { kind: LimitKind::Memory, allowed: self.memory_allowed, used });
            return Ok(false);
        }
        if maximum.is_none_or(|maximum| desired <= maximum) {
            self.memory_used = used;
            self.memory_peak = self.memory_peak.max(used);
        }
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.tables_used.saturating_add(desired.saturating_sub(current) as u64);
        if used > self.tables_allowed {
            self.refused = Some(LimitHit { kind: LimitKind::TableElements, allowed: self.tables_allowed, used });
            return Ok(false);
        }
        self.tables_used = used;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.parts.instances
    }

    fn memories(&self) -> usize {
        self.parts.memories
    }

    fn tables(&self) -> usize {
        64.max(self.parts.instances)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_counted_and_refused_by_name() {
        let mut limiter = Limiter::new(200, 10);
        assert!(limiter.memory_growing(0, 100, None).expect("no trap"));
        assert!(!limiter.memory_growing(100, 300, None).expect("no trap"));
        assert_eq!(limiter.refused(), Some(LimitHit { kind: LimitKind::Memory, allowed: 200, used: 300 }));
        assert!(limiter.memory_growing(100, 150, None).expect("no trap"));
        assert_eq!(limiter.memory_peak(), 150);
        limiter.begin_after_image();
        assert!(limiter.memory_growing(150, 190, None).expect("no trap"));
        assert_eq!(limiter.memory_peak(), 40);
        assert!(!limiter.memory_growing(190, 201, None).expect("no trap"), "the limit is for all of it");
        assert_eq!(limiter.refused(), Some(LimitHit { kind: LimitKind::Memory, allowed: 200, used: 201 }));
        assert!(!limiter.table_growing(0, 11, None).expect("no trap"));
        assert_eq!(limiter.refused(), Some(LimitHit { kind: LimitKind::TableElements, allowed: 10, used: 11 }));
    }
}
