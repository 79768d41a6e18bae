"""Supplies what the build leaves out and a cell can have: modules of Unix, the only user, and a slow function of hashlib.

Owns `resource`, `pwd`, `grp`, `fcntl`, the user's numbers, pipes and the missing terminal in `os`, and `hashlib.pbkdf2_hmac`. A cell has one process and
one user, number 0, whose limits are those of the run.
"""

import collections
import errno
import hashlib
import hmac
import os
import sys
import time
import types


def supply_module(name, doc, **names):
    module = types.ModuleType(name, doc)
    for key, value in names.items():
        setattr(module, key, value)
        if isinstance(value, types.FunctionType):
            value.__module__ = name
    sys.modules[name] = module


# resource

INFINITY = -1
RESOURCES = ("CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS")
limits_set = {}
Usage = collections.namedtuple("struct_rusage", (
    "ru_utime", "ru_stime", "ru_maxrss", "ru_ixrss", "ru_idrss", "ru_isrss", "ru_minflt", "ru_majflt", "ru_nswap",
    "ru_inblock", "ru_oublock", "ru_msgsnd", "ru_msgrcv", "ru_nsignals", "ru_nvcsw", "ru_nivcsw"))


def check_resource(resource):
    if not 0 <= resource < 16:
        raise ValueError("invalid resource specified")


def getrlimit(resource, /):
    """The limits that were set; the run's own stand in its outcome."""
    check_resource(resource)
    return limits_set.get(resource, (INFINITY, INFINITY))


def setrlimit(resource, limits, /):
    check_resource(resource)
    soft, hard = limits
    limits_set[resource] = (int(soft), int(hard))


def getrusage(who, /):
    if who not in (0, -1, 1):
        raise ValueError("invalid who parameter")
    used = time.process_time() if who != -1 else 0.0
    # The end of memory, which only grows, is no less than where the newest objects lie.
    return Usage(used, 0.0, id(object()) >> 10, *[0] * 13)


def getpagesize():
    return 4096


# pwd and grp

Passwd = collections.namedtuple("struct_passwd", (
    "pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"))
Group = collections.namedtuple("struct_group", ("gr_name", "gr_passwd", "gr_gid", "gr_mem"))
USER = Passwd("root", "x", 0, 0, "root", "/work", "/bin/sh")
GROUP = Group("root", "x", 0, [])


def getpwuid(uid, /):
    if uid != 0:
        raise KeyError(f"getpwuid(): uid not found: {uid}")
    return USER


def getpwnam(name, /):
    if name != "root":
        raise KeyError(f"getpwnam(): name not found: {name!r}")
    return USER


def getpwall():
    return [USER]


def getgrgid(id):
    if id != 0:
        raise KeyError(f"getgrgid(): gid not found: {id}")
    return GROUP


def getgrnam(name):
    if name != "root":
        raise KeyError(f"getgrnam(): name not found: {name!r}")
    return GROUP


def getgrall():
    return [GROUP]


# fcntl: nobody else has a file open, so that locks are always free.

FLAGS = {"F_DUPFD": 0, "F_GETFD": 1, "F_SETFD": 2, "F_GETFL": 3, "F_SETFL": 4, "F_GETLK": 5, "F_SETLK": 6, "F_SETLKW": 7,
         "F_RDLCK": 0, "F_WRLCK": 1, "F_UNLCK": 2, "FD_CLOEXEC": 1, "LOCK_SH": 1, "LOCK_EX": 2, "LOCK_NB": 4, "LOCK_UN": 8}


def check_open(fd):
    os.fstat(fd if isinstance(fd, int) else fd.fileno())


def flock(fd, operation, /):
    check_open(fd)


def lockf(fd, cmd, len=0, start=0, whence=0, /):
    check_open(fd)


def fcntl(fd, cmd, arg=0, /):
    check_open(fd)
    if cmd in (FLAGS["F_DUPFD"], FLAGS["F_GETLK"]):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return 0


def ioctl(fd, request, arg=0, mutate_flag=True, /):
    check_open(fd)
    raise OSError(errno.ENOTTY, os.strerror(errno.ENOTTY))


# hashlib

def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
    """Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function."""
    inner = hashlib.new(hash_name)
    size = inner.digest_size
    if iterations < 1:
        raise ValueError("iteration value must be greater than 0.")
    if dklen is None:
        dklen = size
    if dklen < 1:
        raise ValueError("key length must be greater than 0.")
    key = bytes(password)
    if len(key) > inner.block_size:
        key = hashlib.new(hash_name, key).digest()
    key = key.ljust(inner.block_size, b"\0")
    outer = hashlib.new(hash_name, key.translate(hmac.trans_5C))
    inner.update(key.translate(hmac.trans_36))

    def digest(message):
        first, second = inner.copy(), outer.copy()
        first.update(message)
        second.update(first.digest())
        return second.digest()

    derived = b""
    for block in range(1, -(-dklen // size) + 1):
        last = digest(bytes(salt) + block.to_bytes(4))
        sum = int.from_bytes(last)
        for _ in range(iterations - 1):
            last = digest(last)
            sum ^= int.from_bytes(last)
        derived += sum.to_bytes(size)
    return derived[:dklen]


def getuid():
    """Return the current process's user id."""
    return 0


def getppid():
    """Return the parent's process id."""
    return 0


def get_terminal_size(fd=1, /):
    """Return the size of the terminal window as (columns, lines)."""
    os.fstat(fd)
    raise OSError(errno.ENOTTY, "Inappropriate ioctl for device")


def pipe():
    """Create a pipe. Both ends are one file that has no name: what was written can be read, and nobody is waited for."""
    path = f"/tmp/.pipe-{time.monotonic_ns()}"
    writer = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    reader = os.open(path, os.O_RDONLY)
    os.unlink(path)
    return reader, writer


def have_supplies():
    numbers = {f"RLIMIT_{name}": number for number, name in enumerate(RESOURCES)} | {"RLIMIT_AS": 9, "RLIMIT_OFILE": 7}
    numbers |= {"RLIM_INFINITY": INFINITY, "RUSAGE_SELF": 0, "RUSAGE_CHILDREN": -1, "RUSAGE_THREAD": 1}
    supply_module("resource", "The limits that a program sets itself.", getrlimit=getrlimit, setrlimit=setrlimit,
                  getrusage=getrusage, getpagesize=getpagesize, error=OSError, struct_rusage=Usage, **numbers)
    supply_module("pwd", "The only user.", getpwuid=getpwuid, getpwnam=getpwnam, getpwall=getpwall, struct_passwd=Passwd)
    supply_module("grp", "The only group.", getgrgid=getgrgid, getgrnam=getgrnam, getgrall=getgrall, struct_group=Group)
    supply_module("fcntl", "Locks, which are always free.", flock=flock, lockf=lockf, fcntl=fcntl, ioctl=ioctl, **FLAGS)
    for name in ("getuid", "geteuid", "getgid", "getegid"):
        if not hasattr(os, name):
            setattr(os, name, getuid)
    if not hasattr(os, "getppid"):
        os.getppid = getppid
    if not hasattr(os, "getgroups"):
        os.getgroups = lambda: [0]
    os.pipe = pipe
    if not hasattr(os, "get_terminal_size"):
        os.get_terminal_size = get_terminal_size
    if not hasattr(time, "thread_time"):
        time.thread_time, time.thread_time_ns = time.process_time, time.process_time_ns
    if not hasattr(hashlib, "pbkdf2_hmac"):
        hashlib.pbkdf2_hmac = pbkdf2_hmac
        hashlib.__all__ += ("pbkdf2_hmac",)
