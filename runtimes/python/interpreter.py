"""Edits the interpreter's own memory, where it offers no way to set what a cell needs.

Owns the room for recursion, the frames that tracebacks leave out, what `sys.flags` says and the immortality of
objects. Everything is found by its contents, never by a fixed address, and refused unless it is found exactly once,
so that another build of the interpreter fails while it is prepared and not in a run. Does not decide when any
of this happens.
"""

import sys
import types

import numpy

# Bytes of the guest's stack that nested C calls may use before RecursionError. The build's own figure, 112 KiB,
# ends `lru_cache` recursion near depth 200. Each byte stands for up to 29 bytes of the engine's stack, which
# must have 16 MiB.
C_STACK_BYTES = 480 * 1024
C_STACK_BYTES_OF_BUILD = 112 * 1024
C_STACK_MARGIN = 8 * 1024
# Calls in each other, however many `sys.setrecursionlimit` allows: a program that never ends calling itself is to hear of
# it as a RecursionError, and not to use up its fuel and memory before.
DEEPEST = 1_000_000

LOWEST_ADDRESS = 1 << 16
IMMORTAL = 1 << 30  # a reference count from here on is never written
NEVER_REACHED = 1 << 28  # an instruction index that no code object has


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


def bound_recursion():
    stock_set, asked = sys.setrecursionlimit, [sys.getrecursionlimit()]

    def setrecursionlimit(limit, /):
        """Set the maximum depth of the Python interpreter stack to n."""
        stock_set(limit)
        asked[0] = int(limit)
        if limit > DEEPEST:
            stock_set(DEEPEST)

    def getrecursionlimit():
        """Return the current value of the recursion limit."""
        return asked[0]

    sys.setrecursionlimit, sys.getrecursionlimit = setrecursionlimit, getrecursionlimit


def hide_frames(namespace):
    """Mark the code of the namespace's own functions so that their frames count as not yet begun.

    The interpreter then leaves them out of tracebacks, of `sys._getframe` and of tracing: a program's outermost
    frame is its own.
    """
    waiting = [value.__code__ for value in namespace.values() if isinstance(value, types.FunctionType)]
    for value in namespace.values():
        if isinstance(value, type) and value.__module__ in ("__main__", "asyncio", "multiprocessing.pool", "concurrent.futures.process"):
            methods = [getattr(method, "__func__", method) for method in vars(value).values()]
            waiting += [method.__code__ for method in methods if isinstance(method, types.FunctionType)]
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


def make_immortal(addresses):
    """Give the objects a reference count that the interpreter neither raises nor lowers."""
    if words_at(id(None), 1)[0] < IMMORTAL or words_at(id(addresses), 1)[0] >= IMMORTAL:
        raise RuntimeError("reference counts are not where they were expected")
    at = (numpy.frombuffer(addresses, dtype=numpy.uint32) - LOWEST_ADDRESS) // 4
    memory = words_at(LOWEST_ADDRESS, int(at.max()) + 1)
    memory[at[memory[at] < IMMORTAL]] = words_at(id(None), 1)[0]
