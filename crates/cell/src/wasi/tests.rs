//! Tests of descriptors and guest memory: every bad number is an errno, none is a panic.

use super::descriptor::{Descriptor, DescriptorTable, Handle, OpenDir};
use super::failure::{Failure, Result};
use super::guest::Guest;
use super::rights::Rights;
use crate::errno::Errno;
use crate::fs::NodeId;

fn errno<T>(result: Result<T>) -> Option<Errno> {
    match result {
        Err(Failure::Errno(errno)) => Some(errno),
        _ => None,
    }
}

#[test]
fn addresses_outside_memory_are_faults() {
    let mut memory = [0; 64];
    let mut guest = Guest(&mut memory);
    for (at, len) in [(64, 1), (0, 65), (u32::MAX, 1), (1, u32::MAX), (u32::MAX, u32::MAX)] {
        assert_eq!(errno(guest.bytes_mut(at, len)), Some(Errno::Fault), "{at} {len}");
    }
    assert!(guest.bytes(64, 0).is_ok() && guest.u64(56).is_ok());
    assert_eq!(errno(guest.u64(57)), Some(Errno::Fault));
    guest.write(0, &[60, 0, 0, 0, 8, 0, 0, 0]).expect("fits");
    assert_eq!(errno(guest.buffers(0, 1)), Some(Errno::Fault), "a buffer that leaves memory");
    assert_eq!(errno(guest.buffers(0, u32::MAX)), Some(Errno::Inval), "more buffers than anyone needs");
    assert_eq!(errno(guest.buffers(u32::MAX - 2, 1)), Some(Errno::Fault));
}

#[test]
fn descriptors_are_the_lowest_free_numbers_and_few() {
    let mut table = DescriptorTable::with_preopens(&[("/", NodeId::ROOT)]);
    let dir =
        || Descriptor::new(Handle::Dir(OpenDir { node: NodeId::ROOT, preopen: None, cookie: 0 }), Rights::preopen());
    assert_eq!(table.add(dir()).ok(), Some(4));
    assert_eq!(table.add(dir()).ok(), Some(5));
    table.remove(4).expect("open");
    assert_eq!(table.add(dir()).ok(), Some(4));
    assert_eq!(errno(table.get(6).map(|_| ())), Some(Errno::BadF));
    assert_eq!(errno(table.remove(u32::MAX)), Some(Errno::BadF));
    assert_eq!(errno(table.renumber(4, 99)), Some(Errno::BadF));
    assert_eq!(errno(table.file(0)), Some(Errno::SPipe));
    assert_eq!(errno(table.file(3)), Some(Errno::IsDir));
    while table.add(dir()).is_ok() {}
    assert_eq!(errno(table.add(dir())), Some(Errno::MFile));
}
