"""Ranges that have more members than a machine of 32 bits can count.

Owns what `random` and `bisect` do with them, as on the machines of their users. `len` of such a range stays an error.
"""

import bisect
import random

LARGE_DOC = "As the interpreter's own, also for ranges of more than 2**31 members."

stock_choice, stock_sample = random.Random.choice, random.Random.sample
stock_bisect = {name: getattr(bisect, name) for name in ("bisect_left", "bisect_right")}


def count_of(large):
    """How many members a range has."""
    step = large.step
    return max(0, (large.stop - large.start + step - (1 if step > 0 else -1)) // step)


def choice(self, seq):
    """Choose a random element from a non-empty sequence."""
    if type(seq) is not range or count_of(seq) < 1 << 31:
        return stock_choice(self, seq)
    return seq[self._randbelow(count_of(seq))]


def sample(self, population, k, *, counts=None):
    """Chooses k unique random elements from a population sequence."""
    if type(population) is not range or counts is not None or count_of(population) < 1 << 31:
        return stock_sample(self, population, k, counts=counts)
    count, chosen = count_of(population), {}
    if k < 0:
        raise ValueError("Sample larger than population or is negative")
    while len(chosen) < k:
        chosen.setdefault(self._randbelow(count))
    return [population[place] for place in chosen]


def large_bisect(name, goes_right):
    stock = stock_bisect[name]

    def bisect_large(a, x, lo=0, hi=None, *, key=None):
        if type(a) is not range or count_of(a) < 1 << 31:
            return stock(a, x, lo, hi, key=key)
        if lo < 0:
            raise ValueError("lo must be non-negative")
        hi = count_of(a) if hi is None else hi
        while lo < hi:
            middle = (lo + hi) // 2
            value = a[middle] if key is None else key(a[middle])
            if not x < value if goes_right else value < x:
                lo = middle + 1
            else:
                hi = middle
        return lo

    bisect_large.__name__ = bisect_large.__qualname__ = name
    bisect_large.__doc__, bisect_large.__module__ = stock.__doc__, "bisect"
    return bisect_large


def have_large_ranges():
    random.Random.choice, random.Random.sample = choice, sample
    random.choice, random.sample = random._inst.choice, random._inst.sample
    bisect.bisect_left = large_bisect("bisect_left", False)
    bisect.bisect_right = bisect.bisect = large_bisect("bisect_right", True)
