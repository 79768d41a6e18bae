"""Permission bits of files: `chmod`, the umask, `stat` and `access` agree with each other.

Owns the bits of a run. WASI has none, so they are kept beside the files and told by `stat`, by the number and the time at which
a file was made. They bind nobody: as for the owner of a machine, a file that may not be written can be opened for
writing all the same.
"""

import errno
import os
import stat
import time

# The numbers of the two folders that every tree begins with.
WORK, TMP = 1, 2


def keep_permission_bits():
    real = {name: getattr(os, name) for name in ("stat", "lstat", "fstat", "access", "mkdir", "open")}
    modes = {}
    masks = [(0, 0o022)]
    usual = {stat.S_IFDIR: 0o777, stat.S_IFREG: 0o666, stat.S_IFLNK: 0o777, stat.S_IFCHR: 0o666}

    def key(found):
        # A number is used again after its file is gone; the time at which a file was made is not.
        return found.st_ino, found.st_ctime_ns

    def bits(found):
        kept = modes.get(key(found))
        if kept is not None:
            return kept
        kind = stat.S_IFMT(found.st_mode)
        if kind in (stat.S_IFLNK, stat.S_IFCHR):
            return usual[kind]
        if found.st_ctime_ns == 0:
            if found.st_ino == TMP:
                return 0o1777
            if found.st_ino != WORK:
                # A file of the runtime, which nobody can change.
                return 0o555 if kind == stat.S_IFDIR else 0o444
        mask = next(mask for since, mask in reversed(masks) if since <= found.st_ctime_ns)
        return usual.get(kind, 0o666) & ~mask

    def told(found):
        if found.st_mode & 0o7777:
            return found
        kind, (values, names) = found.__reduce__()
        return kind((found.st_mode | bits(found), *values[1:]), names)

    def wrap(name):
        ask = real[name]

        def wrapped(*args, **kwargs):
            return told(ask(*args, **kwargs))

        wrapped.__name__ = wrapped.__qualname__ = name
        wrapped.__doc__ = ask.__doc__
        return wrapped

    for name in ("stat", "lstat", "fstat"):
        setattr(os, name, wrap(name))

    class DirEntry:
        """An entry of a folder, as os.scandir() yields it."""

        __slots__ = ("_entry",)

        def __init__(self, entry):
            self._entry = entry

        def __getattr__(self, name):
            return getattr(self._entry, name)

        def __fspath__(self):
            return self._entry.path

        def __repr__(self):
            return repr(self._entry)

        def stat(self, *, follow_symlinks=True):
            return told(self._entry.stat(follow_symlinks=follow_symlinks))

    class ScandirIterator:
        """What os.scandir() answers."""

        def __init__(self, entries):
            self._entries = entries

        def __iter__(self):
            return self

        def __next__(self):
            return DirEntry(next(self._entries))

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.close()

        def close(self):
            self._entries.close()

    stock_scandir = os.scandir

    def scandir(path=None):
        """Return an iterator of DirEntry objects for given path."""
        return ScandirIterator(stock_scandir(path))

    os.scandir, os.DirEntry = scandir, DirEntry

    def change(found, mode):
        if found.st_ctime_ns == 0 and found.st_ino not in (WORK, TMP):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        modes[key(found)] = mode & 0o7777

    def chmod(path, mode, *, dir_fd=None, follow_symlinks=True):
        """Change the access permissions of a file."""
        if isinstance(path, int):
            return change(real["fstat"](path), mode)
        found = real["stat"](path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        try:
            change(found, mode)
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None

    def fchmod(fd, mode):
        """Change the access permissions of the file given by file descriptor fd."""
        change(real["fstat"](fd), mode)

    def lchmod(path, mode):
        """Change the access permissions of a file, without following symbolic links."""
        chmod(path, mode, follow_symlinks=False)

    def chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True):
        """Change the owner and group id of path to the numeric uid and gid. There is one user, and one group."""
        if isinstance(path, int):
            real["fstat"](path)
        else:
            real["stat"](path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        if uid not in (0, -1) or gid not in (0, -1):
            raise OSError(errno.EPERM, os.strerror(errno.EPERM), path)

    def fchown(fd, uid, gid):
        """Change the owner and group id of the file specified by file descriptor."""
        chown(fd, uid, gid)

    def lchown(path, uid, gid):
        """Change the owner and group id of path to the numeric uid and gid. This function will not follow symbolic links."""
        chown(path, uid, gid, follow_symlinks=False)

    def umask(mask):
        """Set the current numeric umask and return the previous umask."""
        before = masks[-1][1]
        masks.append((time.time_ns(), mask & 0o777))
        return before

    def access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True):
        """Use the real uid/gid to test for access to a path."""
        try:
            if isinstance(path, int):
                found = os.fstat(path)
            else:
                found = os.stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        except (OSError, ValueError):
            return False
        return found.st_mode >> 6 & mode == mode

    def mkdir(path, mode=0o777, *, dir_fd=None):
        """Create a directory."""
        real["mkdir"](path, mode, dir_fd=dir_fd)
        if mode & 0o7777 != 0o777:
            found = real["stat"](path, dir_fd=dir_fd)
            modes[key(found)] = mode & 0o7777 & ~masks[-1][1]

    def open_(path, flags, mode=0o777, *, dir_fd=None):
        """Open a file for low level IO."""
        fd = real["open"](path, flags, mode, dir_fd=dir_fd)
        if flags & os.O_CREAT:
            found = real["fstat"](fd)
            if found.st_size == 0 and key(found) not in modes:
                modes[key(found)] = mode & 0o7777 & ~masks[-1][1]
        return fd

    open_.__name__ = open_.__qualname__ = "open"
    os.chmod, os.fchmod, os.lchmod, os.umask = chmod, fchmod, lchmod, umask
    os.chown, os.fchown, os.lchown = chown, fchown, lchown
    os.access, os.mkdir, os.open = access, mkdir, open_
    os.supports_fd.update((chmod, chown))
    os.supports_dir_fd.update((chmod, chown, access, mkdir, open_, os.stat))
    os.supports_follow_symlinks.update((chmod, chown, access, os.stat))


keep_permission_bits()
