"""What must differ between runs although all of them begin from one image.

Owns the reseeding of `random` and of numpy's legacy generator, and the few values that remember when the process
began. Reseeding costs a page of memory and some ten thousand instructions, so it waits for the first use: the names
that lead to the shared generators are taken out of their modules, and a module `__getattr__` reseeds and puts them
back. Generators made during a run (`random.Random()`, `default_rng()`, `uuid4`, `secrets`) read fresh entropy
by themselves. `hash()` of strings is fixed in the image.

The reseeding runs a fixed number of instructions whatever the entropy is.
"""

import itertools
import linecache
import logging
import numpy
import os
import random
import sys
import tempfile
import threading
import time
import uuid


refreshed = []


def begin_run():
    """The part that cannot wait."""
    logging._startTime = time.time_ns()


def defer(module, names, refresh):
    """Hide `names` in the module until one of them is asked for; then restore them all and call `refresh`, once."""
    held = {name: vars(module).pop(name) for name in names}
    listing = [*vars(module), *held]

    def restore():
        vars(module).update(held)
        held.clear()
        if refresh not in refreshed:
            refreshed.append(refresh)
            refresh()

    def __getattr__(name):
        if name in held:
            restore()
            return vars(module)[name]
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)

    vars(module)["__getattr__"] = __getattr__
    vars(module)["__dir__"] = lambda: listing


def defer_randomness():
    defer_standard_random()
    defer_numpy_random()


def defer_standard_random():
    shared = [name for name, value in vars(random).items() if getattr(value, "__self__", None) is random._inst]
    defer(random, [*shared, "_inst"], random._inst.seed)


def defer_numpy_random():
    legacy = numpy.random.mtrand._rand
    shared = [name for name, value in vars(numpy.random).items() if getattr(value, "__self__", None) is legacy]
    others = ("mtrand", "seed", "ranf", "sample", "get_state", "set_state", "get_bit_generator", "set_bit_generator")
    for name in others:
        if name in vars(numpy.random) and name not in shared:
            shared.append(name)
    defer(numpy.random, shared, reseed_numpy)


def reseed_numpy():
    words = numpy.frombuffer(os.urandom(4 * 624), dtype=numpy.uint32)
    numpy.random.mtrand._rand._bit_generator._legacy_seeding(words)


def forget_boot():
    """Undo what importing so much may have drawn or remembered."""
    tempfile._name_sequence = None
    tempfile.tempdir = None
    uuid._node = None
    linecache.clearcache()
    threading._counter = itertools.count(1).__next__
    put_off.clear()
    time.sleep = stock_sleep
    sys.path[0] = "/work"
    sys.last_exc = sys.last_type = sys.last_value = sys.last_traceback = None
