"""numpy's integers have 64 bits, as on the machines of its users.

The build's own integer, and the type of its indices, has 32. What chooses an integer inside numpy is changed in
patches-3.15.toml. Owns what is left: the names (`np.int_`, `"int"`), and the functions that answer places and counts
(`argsort`, `nonzero`): a program gets them in 64 bits, the libraries in the type that their compiled parts expect.
"""

import importlib
import sys
import types

import numpy
import numpy._core.arrayprint
import numpy.lib._iotools
import numpy.random
import pandas

LIBRARY = "/usr/local/lib/python315.zip/"
NUMPY = LIBRARY + "numpy/"
INDEX = numpy.dtype(numpy.intp)
WIDE = numpy.dtype(numpy.int64)

NAMES = {"int": numpy.int64, "int_": numpy.int64, "long": numpy.int64, "uint": numpy.uint64, "ulong": numpy.uint64}

# Compiled functions of libraries that are given numpy's integers where they expect places.
TAKE_PLACES = {
    "pandas._libs.lib": ("maybe_indices_to_slice",),
}
# Compiled modules that make arrays of `int` and take them for places.
MAKE_PLACES = ("sklearn.utils._random",)
MISMATCH = "Buffer dtype mismatch, expected 'intp_t' but got 'long long'"

# Where a type says whether it may be changed.
TYPE_FLAGS = 84
IMMUTABLE_TYPE = 1 << 8

PLACE_METHODS = ("argmax", "argmin", "argpartition", "argsort", "nonzero", "searchsorted")
PLACE_FUNCTIONS = ("bincount", "count_nonzero", "lexsort", "ravel_multi_index", "unravel_index")
VALUES_FIRST = ("intersect1d", "unique", "unique_all", "unique_inverse")
COUNT_DRAWS = (
    "binomial", "geometric", "hypergeometric", "logseries", "multinomial", "negative_binomial", "poisson",
    "random_integers", "tomaxint", "zipf",
)
PLACE_DRAWS = ("choice", "permutation")
STRING_FUNCTIONS = ("count", "find", "index", "rfind", "rindex", "str_len")


def asked_by_program():
    """Whether the program called numpy, directly or through numpy's own code."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(NUMPY):
        frame = frame.f_back
    return frame is None or not frame.f_code.co_filename.startswith(LIBRARY)


def widened(value):
    """The value with its 32-bit integers in 64 bits."""
    if isinstance(value, (numpy.ndarray, numpy.generic, pandas.Series)):
        return value.astype(WIDE) if value.dtype == INDEX else value
    if isinstance(value, (tuple, list)):
        return remade(value, [widened(item) for item in value])
    return value


def remade(sequence, items):
    return sequence._make(items) if hasattr(sequence, "_make") else type(sequence)(items)


def rest_widened(value):
    """Widens what follows the values themselves, which keep their type."""
    return remade(value, [value[0], *map(widened, value[1:])]) if isinstance(value, tuple) else value


def first_widened(value):
    return (widened(value[0]), *value[1:]) if isinstance(value, tuple) else widened(value)


def widening(function, widen=widened):
    def wide(*args, **kwargs):
        value = function(*args, **kwargs)
        return widen(value) if asked_by_program() else value

    return like(wide, function)


def widening_where(function):
    """`where` answers places only if it is asked with the condition alone."""

    def where(*args, **kwargs):
        value = function(*args, **kwargs)
        return widened(value) if len(args) == 1 and not kwargs and asked_by_program() else value

    return like(where, function)


def widening_counts(function):
    """These draw counts, with parameters that may be counts: 64-bit ones are drawn with as they are elsewhere."""

    def draw(self, *args, **kwargs):
        args = [narrowed(value) for value in args]
        value = function(self, *args, **{name: narrowed(value) for name, value in kwargs.items()})
        return widened(value) if asked_by_program() else value

    return like(draw, function)


def widening_draw(function):
    """These draw from 0 to n if they are given a number, and from an array, whose type stays, if they are given one."""

    def draw(self, *args, **kwargs):
        value = function(self, *args, **kwargs)
        first = args[0] if args else next(iter(kwargs.values()), None)
        return widened(value) if isinstance(first, (int, numpy.integer)) and asked_by_program() else value

    return like(draw, function)


def widening_randint(function):
    def randint(self, low, high=None, size=None, dtype=int):
        if dtype is not int or not asked_by_program():
            return function(self, low, high, size, dtype)
        value = function(self, low, high, size, WIDE)
        return value if isinstance(value, numpy.ndarray) else int(value)

    return like(randint, function)


def narrowing(function):
    """Lets a compiled function that expects places take 64-bit integers too."""

    def narrow(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            if not str(error).startswith(MISMATCH):
                raise
        args = [narrowed(value) for value in args]
        return function(*args, **{name: narrowed(value) for name, value in kwargs.items()})

    return like(narrow, function)


def narrowed(value):
    """The value in 32 bits if it has 64 and fits."""
    if not isinstance(value, (numpy.ndarray, numpy.generic)) or value.dtype != WIDE:
        return value
    narrow = value.astype(INDEX)
    return narrow if numpy.array_equal(narrow, value) else value


def like(wrapper, function):
    """Let a wrapper look like what it wraps."""
    for name in ("__name__", "__qualname__", "__doc__", "__module__", "__text_signature__"):
        try:
            setattr(wrapper, name, getattr(function, name))
        except (AttributeError, TypeError):
            pass
    if wrapper.__module__ == "__main__":
        wrapper.__module__ = "numpy"
    wrapper.__wrapped__ = function
    return wrapper


def set_method(kind, name, function):
    """Set a method of a type that the interpreter has compiled in."""
    flags = words_at(id(kind) + TYPE_FLAGS, 1)
    if flags[0] != kind.__flags__ & 0xFFFFFFFF or not flags[0] & IMMUTABLE_TYPE:
        raise RuntimeError(f"the flags of {kind} are not where they were expected")
    flags[0] ^= IMMUTABLE_TYPE
    setattr(kind, name, function)
    flags[0] |= IMMUTABLE_TYPE


def have_wide_draws():
    """The legacy generator goes on with the names of before: it writes its 32-bit integers behind them."""
    mtrand = numpy.random.mtrand
    mtrand.np = types.ModuleType("numpy")
    vars(mtrand.np).update(vars(numpy))
    state = mtrand.RandomState
    wrapped = {name: widening_counts(getattr(state, name)) for name in COUNT_DRAWS}
    wrapped |= {name: widening_draw(getattr(state, name)) for name in PLACE_DRAWS}
    wrapped["randint"] = widening_randint(state.randint)
    for name, method in wrapped.items():
        set_method(state, name, method)
        for module in (mtrand, numpy.random):
            if hasattr(module, name):
                setattr(module, name, getattr(mtrand._rand, name))


def have_wide_places_of_pandas():
    methods = [(kind, name) for kind in (pandas.Series, pandas.Index) for name in ("argmax", "argmin", "argsort", "searchsorted")]
    methods += [(kind, "get_indexer") for kind in (pandas.Index, pandas.MultiIndex, pandas.IntervalIndex)]
    for kind, name in methods:
        setattr(kind, name, widening(getattr(kind, name)))
    for place, name in ((pandas, "cut"), (pandas, "qcut"), (pandas, "factorize"), (pandas.Series, "factorize"),
                        (pandas.Index, "factorize")):
        setattr(place, name, widening(getattr(place, name), first_widened))


def make_places(module):
    """Let `np.empty(n, dtype=int)` be an array of places in a compiled module."""

    def empty(shape, dtype=float, **more):
        return numpy.empty(shape, INDEX if dtype is int else dtype, **more)

    module.np = types.ModuleType("numpy")
    vars(module.np).update(vars(numpy), empty=empty)


def have_wide_integers():
    have_wide_places_of_pandas()
    have_wide_draws()
    for name, kind in NAMES.items():
        numpy._core.sctypeDict[name] = kind
        if name != "int":
            setattr(numpy, name, kind)
    # `repr` leaves the type out where it is the integer that is chosen anyway.
    numpy._core.arrayprint._typelessdata = [
        WIDE.type if kind is INDEX.type else kind for kind in numpy._core.arrayprint._typelessdata]
    converter = numpy.lib._iotools.StringConverter
    converter._mapper = [(WIDE.type, *rest) if kind is INDEX.type else (kind, *rest) for kind, *rest in converter._mapper]
    for name in PLACE_METHODS:
        set_method(numpy.ndarray, name, widening(getattr(numpy.ndarray, name)))
    for name in PLACE_FUNCTIONS:
        setattr(numpy, name, widening(getattr(numpy, name)))
    for name in VALUES_FIRST:
        setattr(numpy, name, widening(getattr(numpy, name), rest_widened))
    numpy.histogram = widening(numpy.histogram, first_widened)
    numpy.where = widening_where(numpy.where)
    for module in (numpy.strings, numpy.char):
        for name in STRING_FUNCTIONS:
            setattr(module, name, widening(getattr(module, name)))
    for module, names in TAKE_PLACES.items():
        module = importlib.import_module(module)
        for name in names:
            setattr(module, name, narrowing(getattr(module, name)))
    for name in MAKE_PLACES:
        if name in sys.modules:
            make_places(sys.modules[name])
