//! Memories of guests: fresh ones, and slots with an image in place.
//!
//! Owns the engine's interface to linear memory. While a program with an image is instantiated, its slots are offered to
//! the thread for the time of each poll; the first memory of the right size that the engine then asks for is a slot.

use super::region::Region;
use super::written::written;
use std::cell::RefCell;
use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::pin::pin;
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
    /// The address of the slot that was taken.
    taken: Option<usize>,
}

/// A memory that holds an image, and nothing else when it is idle.
#[derive(Debug)]
struct Slot {
    region: Region,
    /// Bytes from the beginning that can be accessed: those of the image, and what the guest has grown.
    open: usize,
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
        Ok(Slot { region, open: self.bytes })
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
        if !grown.is_empty() {
            each_written(slot, grown.clone(), |slot, range| slot.region.clear(range))?;
            slot.region.shut(grown)?;
            slot.open = self.bytes;
        }
        each_written(slot, 0..self.bytes, |slot, range| slot.region.write(range.start, self.pristine.bytes(range)))
    }
}

/// Passes every written range of a part to `reset`, and gives back the rest where there is too much.
fn each_written(slot: &mut Slot, part: Range<usize>, reset: impl Fn(&mut Slot, Range<usize>)) -> io::Result<()> {
    let found = written(&slot.region, part.clone(), MOST_KEPT_PAGES);
    if found.known < part.end {
        return slot.region.discard(part);
    }
    for range in found.ranges {
        reset(slot, range);
    }
    Ok(())
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

    /// Whether the memory at this address is the slot that was taken.
    pub(crate) fn is_at(&self, base: *const u8) -> bool {
        self.taken == Some(base.addr())
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
            offer.taken = slot.as_ref().ok().map(|slot| slot.region.base().addr());
            Some(slot.map(|slot| (slot, Some(offer.slots.clone()))))
        });
        let fresh = || {
            let region = Region::reserve(len)?;
            region.open(0..minimum)?;
            Ok((Slot { region, open: minimum }, None))
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

    #[test]
    fn an_offer_is_taken_once_and_only_by_a_memory_of_its_size() {
        let slots = Arc::new(slots(2));
        let mut offer = Offer::new(&slots, PAGE);
        let ty = || MemoryType::new(1, None);
        let make = |minimum| Memories.new_memory(ty(), minimum, None, Some(8 * PAGE), PAGE).expect("a memory");
        let (other, first, second) = offer.during(|| (make(2 * PAGE), make(PAGE), make(PAGE)));
        assert!(!offer.is_at(other.as_ptr()) && offer.is_at(first.as_ptr()) && !offer.is_at(second.as_ptr()));
        assert!(OFFER.with_borrow(Option::is_none));
    }
}
