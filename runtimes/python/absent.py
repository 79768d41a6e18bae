"""Says clearly what a cell has not: a network, processes, pipes.

Owns the functions that the build leaves out although the standard library, and programs, call them. Each raises the
error that a machine without the thing would give, so that what handles such errors works. Threads are refused by
the interpreter itself ("can't start new thread").
"""

import errno
import http.client
import multiprocessing.process
import os
import socket
import sys
import urllib.request

import _socket

COMMAND_NOT_FOUND = 127


def refuse_lookup(*args, **kwargs):
    raise socket.gaierror(errno.ENETUNREACH, "this sandbox has no network")


def refuse_socket(*args, **kwargs):
    raise OSError(errno.ENETUNREACH, "this sandbox has no network")


def refuse_process(*args, **kwargs):
    raise OSError(errno.ENOTSUP, "this sandbox cannot start processes")


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


def refuse_what_is_absent():
    for module in (_socket, socket):
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"):
            setattr(module, name, refuse_lookup)
        module.socketpair = refuse_socket
    http.client.HTTPSConnection = HTTPSConnection
    urllib.request.HTTPSHandler = HTTPSHandler
    socket.socket.__init__ = refuse_socket
    os.system = system
    os.pipe = refuse_process
    multiprocessing.process.BaseProcess.start = refuse_process
