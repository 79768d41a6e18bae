"""Says clearly what a cell has not: a network and processes.

Owns the functions that the build leaves out although the standard library, and programs, call them. Each raises the
error that a machine without the thing would give, so that what handles such errors works. Also owns `breakpoint()`,
which reads PYTHONBREAKPOINT here, as the build starts without the environment, and colours, which nobody sees. Threads
are thread.py's.
"""

import errno
import http.client
import importlib
import multiprocessing.process
import os
import socket
import subprocess
import sys
import urllib.request
import warnings

import _colorize
import _host
import _socket

COMMAND_NOT_FOUND = 127


def refuse_lookup(*args, **kwargs):
    raise socket.gaierror(errno.ENETUNREACH, "this sandbox has no network")


def refuse_socket(*args, **kwargs):
    raise OSError(errno.ENETUNREACH, "this sandbox has no network")


def refuse_process(*args, **kwargs):
    raise OSError(errno.ENOTSUP, "this sandbox cannot start processes")


def refuse_command(self, args, *more, **options):
    """A command fails as one that is not installed."""
    first = args if isinstance(args, (str, bytes, os.PathLike)) else next(iter(args), "")
    raise FileNotFoundError(errno.ENOENT, "this sandbox cannot start processes", os.fsdecode(first))


def refuse_host(request, /):
    """The build's door to its host; what stood behind it looks local times up now (patches-3.15.toml)."""
    raise ConnectionRefusedError("no host is bound to the door")


def system(command):
    """What a shell answers when it knows no command; programs often call it for no more than `clear`."""
    print(f"sh: {command}: this sandbox cannot start processes", file=sys.stderr)
    return COMMAND_NOT_FOUND << 8


class HTTPSConnection(http.client.HTTPConnection):
    default_port = 443


class HTTPSHandler(urllib.request.AbstractHTTPHandler):
    """Without the ssl module urllib calls https an unknown kind of address, which misleads."""

    https_request = urllib.request.AbstractHTTPHandler.do_request_

    def https_open(self, request):
        return self.do_open(HTTPSConnection, request)


class CtypesFinder:
    """Without _ctypes the module cannot be imported, as in any build without it: programs then do without.

    The build's stand-in, which has types but no libraries, is left to the libraries that are used to it.
    """

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "ctypes" or not imported_by_program():
            return None
        raise ModuleNotFoundError("No module named '_ctypes'", name="_ctypes")


def imported_by_program():
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame is None or not frame.f_code.co_filename.startswith(LIBRARY)


def forget_ctypes():
    for name in [name for name in sys.modules if name.partition(".")[0] == "ctypes"]:
        del sys.modules[name]
    sys.meta_path.insert(0, CtypesFinder)


def breakpointhook(*args, **kwargs):
    """Enter the debugger, or what PYTHONBREAKPOINT names."""
    name = os.environ.get("PYTHONBREAKPOINT") or "pdb.set_trace"
    if name == "0":
        return None
    module, _, attribute = name.rpartition(".")
    try:
        hook = getattr(importlib.import_module(module or "builtins"), attribute)
    except (ImportError, AttributeError, ValueError):
        warnings.warn(f'Ignoring unimportable $PYTHONBREAKPOINT: "{name}"', RuntimeWarning, stacklevel=1)
        return None
    return hook(*args, **kwargs)


def can_colorize(*, file=None):
    """Output goes to whoever asked for the run, as plain text unless the program's environment wants colours."""
    return os.environ.get("PYTHON_COLORS") == "1" or "FORCE_COLOR" in os.environ and "NO_COLOR" not in os.environ


def refuse_what_is_absent():
    _colorize.can_colorize = can_colorize
    sys.breakpointhook = sys.__breakpointhook__ = breakpointhook
    for module in (_socket, socket):
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"):
            setattr(module, name, refuse_lookup)
        module.socketpair = refuse_socket
    http.client.HTTPSConnection = HTTPSConnection
    urllib.request.HTTPSHandler = HTTPSHandler
    socket.socket.__init__ = refuse_socket
    _host.call = refuse_host
    os.system = system
    subprocess.Popen.__init__ = refuse_command
    multiprocessing.process.BaseProcess.start = refuse_process
