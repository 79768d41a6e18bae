"""Makes the image cheap to run from: what a run writes to it, page by page, is what a run costs.

Owns the step that ends the preparation (`seal`). Every cell shares the image until it writes to a page, so the objects
in it are made immortal (the interpreter then leaves their reference counts alone), their free lists are used up
and nothing is freed after that. Also owns the room for recursion, as it is the one other place where the
interpreter's own memory is edited. Does not decide what is imported.
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

import numpy

# Bytes of the guest's stack that nested C calls may use before RecursionError. The build's own figure, 112 KiB,
# ends `lru_cache` recursion near depth 200. Each byte stands for up to 29 bytes of the engine's stack, which
# must have 16 MiB.
C_STACK_BYTES = 480 * 1024
C_STACK_BYTES_OF_BUILD = 112 * 1024
C_STACK_MARGIN = 8 * 1024

LOWEST_ADDRESS = 1 << 16
IMMORTAL = 1 << 30  # a reference count from here on is never written
NEVER_REACHED = 1 << 28  # an instruction index that no code object has
FREE_LIST_LENGTH = 200
LONGEST_FREE_TUPLE = 20

# Free pieces of up to this many bytes are used up, unless so many bytes lie side by side.
LARGEST_HOLE = 8192
HOLE_STEP = 16
SIDE_BY_SIDE = 1 << 16
CHUNK_OVERHEAD = 64
MOST_PLUGS = 200_000

cleanings = []  # what other files want done between the warm-up and the image
drained = []


def words_at(address, count):
    """A writable view of the guest's own memory."""
    interface = {"data": (address, False), "shape": (count,), "typestr": "<u4", "version": 3}
    return numpy.asarray(types.SimpleNamespace(__array_interface__=interface))


def allow_deeper_recursion():
    """Move the two limits that the interpreter compares its stack pointer with."""
    step = 1 << 16
    found = []
    for start in range(LOWEST_ADDRESS, id(object()) - 4 * step, 4 * step):
        words = words_at(start, step + 2)
        top = words[:-2]
        hits = (top != 0) & (words[1:-1] == top - C_STACK_BYTES_OF_BUILD)
        hits &= words[2:] == top - C_STACK_BYTES_OF_BUILD - C_STACK_MARGIN
        found += [start + 4 * int(index) for index in numpy.flatnonzero(hits)]
    if len(found) != 1:
        raise RuntimeError(f"the interpreter's stack limits were found {len(found)} times, not once")
    words = words_at(found[0], 3)
    words[1] = words[0] - C_STACK_BYTES
    words[2] = words[1] - C_STACK_MARGIN


def hide_frames(namespace):
    """Mark the code of the namespace's own functions so that their frames count as not yet begun.

    The interpreter then leaves them out of tracebacks, of `sys._getframe` and of tracing: a program's outermost
    frame is its own.
    """
    waiting = [value.__code__ for value in namespace.values() if isinstance(value, types.FunctionType)]
    for value in namespace.values():
        if isinstance(value, type) and value.__module__ in ("__main__", "asyncio"):
            waiting += [method.__code__ for method in vars(value).values() if isinstance(method, types.FunctionType)]
    offset = first_traceable_offset()
    while waiting:
        code = waiting.pop()
        words_at(id(code) + offset, 1)[0] = NEVER_REACHED
        waiting += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]


def first_traceable_offset():
    """Where a code object keeps the index of its RESUME instruction, found by three that differ in it."""

    def plain():
        return None

    def generator():
        yield

    def cells(a, b, c):
        return lambda: (a, b, c)

    heads = [words_at(id(function.__code__), 32) for function in (plain, generator, cells)]
    found = [4 * index for index in range(24, 32) if [int(head[index]) for head in heads] == [0, 2, 3]]
    if len(found) != 1:
        raise RuntimeError(f"a code object's first traceable instruction was found {len(found)} times, not once")
    return found[0]


def show_ordinary_flags():
    """Let `sys.flags` say what `python main.py` says: the build starts isolated, and error hints mention it."""
    first = next(address for address in range(id(sys.flags), id(sys.flags) + 64, 4)
                 if words_at(address, 2).tolist() == [id(sys.flags[0]), id(sys.flags[1])])
    items = words_at(first, len(sys.flags))
    for index, name in enumerate(sys.flags.__match_args__):
        if name in ("isolated", "no_site", "no_user_site", "ignore_environment"):
            items[index] = id(0)
        elif name == "safe_path":
            items[index] = id(False)


def seal():
    """The last step before the image: nothing may be freed afterwards that a run would then fill piece by piece."""
    global kept_modules, kept_log_handlers
    forget_exit_hooks()
    warm_up()
    defer_randomness()
    for clean in cleanings:
        clean()
    forget_boot()
    sys.modules["__main__"] = types.ModuleType("__main__")  # a live session's; the runtime's own stays out of sight
    kept_modules = len(sys.modules)
    kept_log_handlers = len(logging._handlerList)
    gc.collect()
    check_no_open_files()
    make_immortal(reachable_addresses())
    wipe_free_memory()
    drain_free_lists()
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


def make_immortal(addresses):
    if words_at(id(None), 1)[0] < IMMORTAL or words_at(id(addresses), 1)[0] >= IMMORTAL:
        raise RuntimeError("reference counts are not where they were expected")
    at = (numpy.frombuffer(addresses, dtype=numpy.uint32) - LOWEST_ADDRESS) // 4
    memory = words_at(LOWEST_ADDRESS, int(at.max()) + 1)
    memory[at[memory[at] < IMMORTAL]] = words_at(id(None), 1)[0]


def wipe_free_memory():
    """Fill what has been freed with zeros, which an image keeps for nothing."""
    size = 1 << 22
    while size >= 1 << 12:
        wiped = [bytes(size)]
        top = id(wiped[0])
        while (last := bytes(size)) and id(last) < top:
            wiped.append(last)
        size >>= 1


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
