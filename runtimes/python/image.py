"""Makes the image cheap to run from: what a run writes to it, page by page, is what a run costs.

Owns the step that ends the preparation (`seal`). Every cell shares the image until it writes to a page, so the objects
in it are made immortal (the interpreter then leaves their reference counts alone), their free lists are used up
and nothing is freed after that. Does not decide what is imported (boot.py) nor how an object is made immortal
(interpreter.py).
"""

import array
import atexit
import gc
import logging
import os
import sys
import threading
import types
import weakref

FREE_LIST_LENGTH = 200
LONGEST_FREE_TUPLE = 20
RESERVE = 1 << 20
LARGEST_WIPE = 1 << 22
SMALLEST_WIPE = 1 << 11

# Free pieces of up to this many bytes are used up, unless so many bytes lie side by side.
LARGEST_HOLE = 8192
HOLE_STEP = 16
SIDE_BY_SIDE = 1 << 16
CHUNK_OVERHEAD = 64
MOST_PLUGS = 200_000

cleanings = []  # what other files want done between the warm-up and the image
drained = []


def seal():
    """The last step before the image: nothing may be freed afterwards that a run would then fill piece by piece."""
    global kept_modules, kept_log_handlers
    forget_exit_hooks()
    warm_up()
    defer_randomness()
    for clean in cleanings:
        clean()
    forget_boot()
    forget_ctypes()
    sys.modules["__main__"] = types.ModuleType("__main__")  # the runtime's own stays out of sight
    kept_modules = len(sys.modules)
    kept_log_handlers = len(logging._handlerList)
    gc.collect()
    check_no_open_files()
    addresses = reachable_addresses()
    make_immortal(addresses)
    wipe_free_memory(max(addresses))
    drain_free_lists()
    reserve.append(bytearray(RESERVE))
    fill_small_holes()
    gc.freeze()
    gc.enable()


def check_no_open_files():
    """No descriptor outlives the preparation but the standard streams and the root folder."""
    for descriptor in range(4, 256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        raise RuntimeError(f"file descriptor {descriptor} is still open")


def forget_exit_hooks():
    """None of those that importing registered has anything to do in a cell, but for logging's (program.py)."""
    atexit._clear()
    threading._threading_atexits.clear()
    weakref.finalize._registered_with_atexit = False


def reachable_addresses():
    """Where the objects are that the collector knows, and those that they refer to."""
    addresses = array.array("L")
    waiting = gc.get_objects()
    seen = bytearray((max(map(id, waiting)) >> 3) + 1)
    while waiting:
        batch, fresh = waiting[-1000:], []
        del waiting[-1000:]
        for thing in batch:
            address = id(thing)
            if address >> 3 >= len(seen):
                seen.extend(bytes((address >> 3) + 1 - len(seen)))
            if not seen[address >> 3]:
                seen[address >> 3] = 1
                addresses.append(address)
                fresh.append(thing)
                if type(thing) is types.CodeType:
                    waiting += (thing.co_consts, thing.co_names, thing.co_name, thing.co_qualname, thing.co_filename)
        waiting += gc.get_referents(*fresh)
    return addresses


def wipe_free_memory(top):
    """Fill what has been freed below `top` with zeros, which an image keeps for nothing."""
    wiped = []
    size = LARGEST_WIPE
    while size >= SMALLEST_WIPE:
        block = bytes(size)
        if id(block) < top:
            wiped.append(block)
        else:
            size //= 2


def drain_free_lists():
    """Use up the interpreter's lists of free objects: they lie scattered, and a run would dirty a page with each."""
    for number in range(FREE_LIST_LENGTH):
        drained.extend(([], {}, {number: None}, number + 0.5, range(number), slice(number), iter(()), iter([])))
        drained.extend((number,) * size for size in range(1, LONGEST_FREE_TUPLE + 1))
        drained.extend((drained.append, drain_free_lists.__get__(number)))


def fill_small_holes():
    """Use up the scattered small pieces of free memory, so that a run's objects come to lie side by side."""
    plugs = [None] * MOST_PLUGS
    used = 0
    for size in range(LARGEST_HOLE, 0, -HOLE_STEP):
        first, last = used, 0
        while (used - first) * size < SIDE_BY_SIDE:
            plugs[used] = bytes(size)
            address = id(plugs[used])
            if not last < address < last + size + CHUNK_OVERHEAD:
                first = used
            last = address
            used += 1
        plugs[first:used] = [None] * (used - first)
        used = first
    drained.append(plugs)
