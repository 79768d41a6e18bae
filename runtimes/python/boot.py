"""Prepares the interpreter for its image: evaluated once, after the other files of this folder.

Owns the list of modules that every program finds already imported, the settings of streams, path and builtins, and
the entry `_reactor.turn` through which a cell is told what to run. Programs themselves are program.py's.

The files of this folder are evaluated one after the other in one namespace, each as a turn of the interpreter's
reactor; the text `seal` then ends the preparation. Their own functions use no zero-argument `super()` or
`globals()` once `hide_frames` has run, as both look for a frame.
"""

import gc
import importlib
import importlib.machinery
import os
import site
import sys
import types
import zipimport
import zoneinfo

import _reactor

PRELOADED = """
abc argparse array ast asyncio atexit base64 bisect builtins bz2 calendar cmath codecs collections collections.abc
colorsys concurrent.futures concurrent.futures.thread configparser contextlib contextvars copy csv dataclasses
datetime decimal difflib dis email.message email.mime.text enum errno fnmatch fractions functools gc getpass glob
graphlib gzip hashlib heapq hmac html html.parser http.client importlib.metadata importlib.resources inspect io
ipaddress itertools json keyword linecache locale logging logging.handlers lzma math mimetypes multiprocessing
numbers operator os pathlib pdb pickle pkgutil platform pprint pydoc queue random re reprlib sched secrets select
selectors shelve shlex shutil signal socket sqlite3 stat statistics string struct subprocess sys sysconfig tarfile
tempfile textwrap threading time timeit token tokenize tomllib traceback types typing unicodedata unittest
unittest.mock urllib.error urllib.parse urllib.request uuid warnings weakref xml.dom.minidom xml.etree.ElementTree
zipfile zlib zoneinfo
numpy numpy.fft numpy.linalg numpy.polynomial numpy.random numpy.ma
pandas pandas.core.methods.describe
""".split()

MATPLOTLIB_DATA = "/usr/local/share/matplotlib/mpl-data"

stock_turn = types.FunctionType(_reactor.turn.__code__, vars(_reactor))


def turn(source, environ):
    return _cell_turn(source, environ)


def cell_turn(source, environ):
    """`run HEX` runs a program, `seal` ends the preparation, anything else is evaluated in the live `__main__`."""
    if source[:4] == b"run ":
        run_program(source[4:])
    if source == b"seal":
        seal()
        return 0, False
    return stock_turn(source, environ)


class MatplotlibFinder:
    """Lets matplotlib find its data, which it looks for next to its own file: the library's archive holds none."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "matplotlib":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = MatplotlibLoader(spec.loader)
        return spec


class MatplotlibLoader:
    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        module.__file__ = os.path.dirname(MATPLOTLIB_DATA) + "/__init__.py"
        os.environ.setdefault("MPLBACKEND", "agg")
        os.environ.setdefault("MPLCONFIGDIR", "/tmp/matplotlib")
        self.loader.exec_module(module)


def set_surroundings():
    os.chdir("/work")
    sys.path.insert(0, "/work")
    sys.path_importer_cache.pop("/work", None)
    sys.executable = "/usr/local/bin/python3"
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    sys.meta_path.insert(sys.meta_path.index(importlib.machinery.PathFinder), MatplotlibFinder)
    # The library's archive never changes; reading its 6,000 names again would cost 20 ms.
    zipimport.zipimporter.invalidate_caches = lambda self: None
    zoneinfo.reset_tzpath(to=())  # there are no zone files but tzdata's
    site.setquit()
    site.setcopyright()
    site.sethelper()


def boot():
    global shows_values
    gc.disable()
    if "load_science" in globals():
        load_science()
    set_surroundings()
    for name in PRELOADED:
        importlib.import_module(name)
    install_event_loop()
    have_threads()
    have_pools()
    have_time_zones()
    have_wide_integers()
    if "load_science" in globals():
        have_wide_labels()
        have_shown_files()
        shows_values = True
    have_supplies()
    have_alarms()
    have_large_ranges()
    refuse_what_is_absent()
    allow_deeper_recursion()
    bound_recursion()
    _reactor._runtime = sys.modules["__main__"]
    _reactor._cell_turn = cell_turn
    hide_frames(globals())
    show_ordinary_flags()
    _reactor.turn.__code__ = turn.__code__


boot()
