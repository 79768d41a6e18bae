"""What programs ask about the interpreter's surroundings."""
import os, platform, sys
print(os.path.isfile(sys.executable), platform.libc_ver(), platform.machine() != "")
try:
    import ctypes
except ImportError as error:
    print("no ctypes:", error)
try:
    from ctypes import util
except ImportError as error:
    print("no ctypes:", error)
import numpy, numpy.ctypeslib, threadpoolctl
print(numpy.zeros(2).ctypes.data > 0)
import _host
try:
    _host.call(b"x")
except ConnectionRefusedError as error:
    print(error)
