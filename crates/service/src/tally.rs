//! How many of something go on at the same time, by name.
//!
//! Owns the counts. A name is known only as long as something of it goes on, so that the memory is bounded by what goes on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts by name. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<HashMap<String, u32>>>);

/// One of those that go on. Dropping it gives the place back.
#[derive(Debug)]
pub(crate) struct Place {
    tally: Tally,
    name: String,
}

impl Tally {
    /// One more of a name, where at most `most` may go on; else how many do. 0 is no bound.
    pub(crate) fn take(&self, name: &str, most: u32) -> Result<Place, u32> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(name.to_owned()).or_default();
        if most > 0 && *count >= most {
            return Err(*count);
        }
        *count += 1;
        Ok(Place { tally: self.clone(), name: name.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.tally.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_and_nothing_is_left() {
        let tally = Tally::default();
        let one = tally.take("a", 2).expect("the first");
        let two = tally.take("a", 2).expect("the second");
        assert_eq!(tally.take("a", 2).expect_err("a third"), 2);
        let other = tally.take("b", 2).expect("another name");
        drop(one);
        let three = tally.take("a", 2).expect("a place came back");
        drop((two, three, other));
        assert!(tally.0.lock().expect("no panic").is_empty());
    }
}
