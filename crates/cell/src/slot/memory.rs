//! Memories of guests: fresh ones, and slots with an image in place.
//!
//! Owns the engine's interface to linear memory, and what a slot needs to be an image again. While a program with an image
//! is instantiated, its slots are offered to the thread for the time of each poll; the first memory of the right size that
//! the engine then asks for is a slot.
//!
//! To ask the kernel which pages were written takes a look at every page of the image, a fifth of a hello in python. A run
//! that took no page fault has written only pages that the slot had kept from earlier runs, and the kernel is not asked.

use super::region::Region;
use super::written::written;
use std::cell::RefCell;
use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

/// Slots that are kept for the next runs of an image, at most.
const MOST_IDLE: usize = 32;

/// Written pages (of 4 KiB) that a slot keeps, at most; of a run that wrote more, all are given back.
const MOST_KEPT_PAGES: usize = 1024;

thread_local! {
    /// The offer that stands on this thread.
    static OFFER: RefCell<Option<Offer>> = const { RefCell::new(None) };
}

/// The slots of one image.
#[derive(Debug)]
pub(crate) struct ImageSlots {
    file: File,
    /// The image as it was, to be copied from.
    pristine: Region,
    bytes: usize,
    idle: Mutex<Vec<Slot>>,
}

/// Slots that may be taken.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    slots: Arc<ImageSlots>,
    /// The initial size of the memory that is meant, in bytes.
    minimum: usize,
    /// The slot that was taken: its address, and what is said of the run.
    taken: Option<(usize, SlotUse)>,
}

/// The use of a slot by a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlotUse(Arc<AtomicBool>);

impl SlotUse {
    /// Says that every page which the run wrote was private to the slot already. To be called only after the last write.
    pub(crate) fn made_no_page_private(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A memory that holds an image, and nothing else when it is idle.
#[derive(Debug)]
struct Slot {
    region: Region,
    /// Bytes from the beginning that can be accessed: those of the image, and what the guest has grown.
    open: usize,
    /// The private pages, in bytes: those of the image that differ from its file, and those beyond it that are there.
    kept: Vec<Range<usize>>,
    usage: SlotUse,
}

impl ImageSlots {
    /// Slots for the first `bytes` of a file, which must be as long.
    ///
    /// # Errors
    /// Where the file cannot be mapped.
    pub(crate) fn new(file: File, bytes: u64) -> io::Result<Self> {
        let bytes = usize::try_from(bytes).map_err(io::Error::other)?;
        let pristine = Region::of_file(&file, bytes)?;
        Ok(Self { file, pristine, bytes, idle: Mutex::default() })
    }

    fn take(&self, len: usize) -> io::Result<Slot> {
        let idle = self.idle.lock().expect("no holder of this lock panics").pop();
        if let Some(slot) = idle.filter(|slot| slot.region.len() == len) {
            return Ok(slot);
        }
        let region = Region::reserve(len)?;
        region.map_private(&self.file, self.bytes)?;
        Ok(Slot { region, open: self.bytes, kept: Vec::new(), usage: SlotUse::default() })
    }

    fn put(&self, mut slot: Slot) {
        if let Err(error) = self.reset(&mut slot) {
            tracing::debug!("a slot is given up: {error}");
            return;
        }
        let mut idle = self.idle.lock().expect("no holder of this lock panics");
        if idle.len() < MOST_IDLE {
            idle.push(slot);
        }
    }

    /// Brings a slot back to the image.
    fn reset(&self, slot: &mut Slot) -> io::Result<()> {
        let grown = self.bytes..slot.open;
        if !slot.usage.0.swap(false, Ordering::Relaxed) {
            slot.look_at(grown.clone())?;
            slot.look_at(0..self.bytes)?;
        }
        debug_assert!(slot.knows(0..self.bytes) && slot.knows(grown.clone()), "a page was written without a fault");
        for range in &slot.kept {
            if range.start < self.bytes {
                slot.region.write(range.start, self.pristine.bytes(range.clone()));
            } else {
                // Beyond what this run could reach, the pages are still as they were left.
                slot.region.clear(range.start.min(slot.open)..range.end.min(slot.open));
            }
        }
        if !grown.is_empty() {
            slot.region.shut(grown)?;
            slot.open = self.bytes;
        }
        Ok(())
    }
}

impl Slot {
    /// Learns from the kernel which pages of a part are private. Where there are too many, they are given back.
    fn look_at(&mut self, part: Range<usize>) -> io::Result<()> {
        if part.is_empty() {
            return Ok(());
        }
        let found = written(&self.region, part.clone(), MOST_KEPT_PAGES);
        // A range that begins in the part may go on behind it, where an earlier run had grown further.
        let behind =
            self.kept.iter().filter(|range| range.end > part.end).map(|range| range.start.max(part.end)..range.end);
        let before = self.kept.iter().filter(|range| range.end <= part.start).cloned();
        let mut kept: Vec<_> = before.chain(behind).collect();
        if found.known < part.end {
            self.region.discard(part)?;
        } else {
            kept.extend(found.ranges);
        }
        self.kept = kept;
        Ok(())
    }

    /// Whether every page of a part that the kernel calls written is one of those that are kept.
    fn knows(&self, part: Range<usize>) -> bool {
        let kept = |at: usize| self.kept.iter().any(|range| range.contains(&at));
        written(&self.region, part, MOST_KEPT_PAGES).ranges.into_iter().all(|range| range.step_by(4096).all(kept))
    }
}

impl Offer {
    /// An offer of slots to a memory that begins with `minimum` bytes.
    pub(crate) fn new(slots: &Arc<ImageSlots>, minimum: usize) -> Self {
        Self { slots: slots.clone(), minimum, taken: None }
    }

    /// Does something during which the offer stands, to this thread.
    fn during<T>(&mut self, work: impl FnOnce() -> T) -> T {
        OFFER.set(Some(self.clone()));
        let done = work();
        if let Some(offer) = OFFER.take() {
            self.taken = offer.taken;
        }
        done
    }

    /// Waits for something; the offer stands whenever it is polled, and only then.
    pub(crate) async fn during_polls<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|context| self.during(|| work.as_mut().poll(context))).await
    }

    /// The use of the slot that was taken, if the memory at this address is it.
    pub(crate) fn taken_at(&self, base: *const u8) -> Option<SlotUse> {
        self.taken.as_ref().filter(|(at, _)| *at == base.addr()).map(|(_, usage)| usage.clone())
    }
}

/// Makes the memories of an engine.
#[derive(Debug)]
pub(crate) struct Memories;

#[expect(unsafe_code, reason = "the engine trusts what this makes")]
// SAFETY: every memory is a region of its own, at least as long as the reservation and the guard together, of which
// exactly the first `size` bytes (and, in a slot that has not grown to it yet, those of the image) can be accessed.
unsafe impl MemoryCreator for Memories {
    fn new_memory(
        &self,
        _ty: MemoryType,
        minimum: usize,
        _maximum: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        let capacity = reserved.unwrap_or_default().max(minimum);
        let len = capacity + guard;
        let offered = OFFER.with_borrow_mut(|offer| {
            let offer = offer
                .as_mut()
                .filter(|offer| offer.taken.is_none() && offer.minimum == minimum && offer.slots.bytes <= capacity)?;
            let slot = offer.slots.take(len);
            offer.taken = slot.as_ref().ok().map(|slot| (slot.region.base().addr(), slot.usage.clone()));
            Some(slot.map(|slot| (slot, Some(offer.slots.clone()))))
        });
        let fresh = || {
            let region = Region::reserve(len)?;
            region.open(0..minimum)?;
            Ok((Slot { region, open: minimum, kept: Vec::new(), usage: SlotUse::default() }, None))
        };
        let (slot, home) = offered.unwrap_or_else(fresh).map_err(|error| format!("no memory for a guest: {error}"))?;
        Ok(Box::new(SlotMemory { slot: Some(slot), size: minimum, capacity, home }))
    }
}

/// A memory in use.
struct SlotMemory {
    /// Gone only while it is dropped.
    slot: Option<Slot>,
    size: usize,
    capacity: usize,
    /// Where it is put back; a fresh memory is unmapped.
    home: Option<Arc<ImageSlots>>,
}

impl SlotMemory {
    fn slot(&self) -> &Slot {
        self.slot.as_ref().expect("a memory in use has its slot")
    }
}

#[expect(unsafe_code, reason = "the engine trusts what this says")]
// SAFETY: base and capacity never change, and the first `size` bytes are open.
unsafe impl LinearMemory for SlotMemory {
    fn byte_size(&self) -> usize {
        self.size
    }

    fn byte_capacity(&self) -> usize {
        self.capacity
    }

    fn grow_to(&mut self, new_size: usize) -> wasmtime::Result<()> {
        if new_size > self.capacity {
            return Err(wasmtime::Error::msg(format!("a memory of {new_size} bytes is more than was reserved")));
        }
        let slot = self.slot.as_mut().expect("a memory in use has its slot");
        if new_size > slot.open {
            slot.region.open(slot.open..new_size)?;
            slot.open = new_size;
        }
        self.size = new_size;
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.slot().region.base()
    }
}

impl Drop for SlotMemory {
    fn drop(&mut self) {
        if let (Some(slot), Some(home)) = (self.slot.take(), &self.home) {
            home.put(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const PAGE: usize = 65_536;

    fn slots(pages: usize) -> ImageSlots {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&vec![7; pages * PAGE]).expect("writes");
        ImageSlots::new(file, (pages * PAGE) as u64).expect("maps")
    }

    fn holds(slot: &Slot, range: Range<usize>, byte: u8) -> bool {
        slot.region.bytes(range).iter().all(|found| *found == byte)
    }

    /// Whatever a run writes, few pages or many, in the image or beyond: nothing of it is there afterwards.
    #[test]
    fn nothing_of_a_run_is_left_in_a_slot() {
        let slots = slots(200);
        for (step, grown) in [(PAGE, 0), (4096, 0), (PAGE, 30), (4096, 90)] {
            let mut slot = slots.take(400 * PAGE).expect("a slot");
            let end = (200 + grown) * PAGE;
            assert!(holds(&slot, 0..200 * PAGE, 7));
            slot.region.open(200 * PAGE..end).expect("opens");
            assert!(holds(&slot, 200 * PAGE..end, 0));
            slot.open = end;
            for at in (0..end).step_by(step) {
                slot.region.write(at + 100, b"secret");
            }
            let base = slot.region.base();
            slots.put(slot);
            let again = slots.take(400 * PAGE).expect("the slot");
            assert_eq!(again.region.base(), base, "it is the same one");
            assert!(holds(&again, 0..200 * PAGE, 7), "step {step}");
            again.region.open(200 * PAGE..end).expect("opens");
            assert!(holds(&again, 200 * PAGE..end, 0), "step {step}, grown {grown}");
            again.region.shut(200 * PAGE..end).expect("shuts");
            slots.put(again);
        }
    }

    /// A run without a new page may write again what earlier runs have written, in the image and beyond it, also where
    /// those had grown further.
    #[test]
    fn nothing_is_left_of_a_run_that_took_no_fault() {
        let slots = slots(20);
        for (grown, quiet) in [(40, false), (0, true), (10, true), (10, false), (40, true), (3, true), (40, true)] {
            let mut slot = slots.take(400 * PAGE).expect("a slot");
            let end = (20 + grown) * PAGE;
            slot.region.open(20 * PAGE..end).expect("opens");
            slot.open = end;
            assert!(holds(&slot, 0..20 * PAGE, 7) && holds(&slot, 20 * PAGE..end, 0), "{grown} {quiet}");
            for at in
                [3 * PAGE, 9 * PAGE + 4096, 21 * PAGE - 10, 25 * PAGE, 50 * PAGE].into_iter().filter(|at| at + 10 < end)
            {
                slot.region.write(at, b"secret");
            }
            if quiet {
                slot.usage.made_no_page_private();
            }
            slots.put(slot);
        }
        let slot = slots.take(400 * PAGE).expect("a slot");
        assert!(!slot.usage.0.load(Ordering::Relaxed), "what is said holds for one run");
        assert!(holds(&slot, 0..20 * PAGE, 7));
        slot.region.open(20 * PAGE..60 * PAGE).expect("opens");
        assert!(holds(&slot, 20 * PAGE..60 * PAGE, 0));
    }

    #[test]
    fn an_offer_is_taken_once_and_only_by_a_memory_of_its_size() {
        let slots = Arc::new(slots(2));
        let mut offer = Offer::new(&slots, PAGE);
        let ty = || MemoryType::new(1, None);
        let make = |minimum| Memories.new_memory(ty(), minimum, None, Some(8 * PAGE), PAGE).expect("a memory");
        let (other, first, second) = offer.during(|| (make(2 * PAGE), make(PAGE), make(PAGE)));
        let is_at = |memory: &dyn LinearMemory| offer.taken_at(memory.as_ptr()).is_some();
        assert!(!is_at(&*other) && is_at(&*first) && !is_at(&*second));
        assert!(OFFER.with_borrow(Option::is_none));
    }
}
