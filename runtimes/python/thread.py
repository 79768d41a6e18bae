"""Threads in a cell, which has one: a thread that is started is a call that is made later.

Owns when that is. What a thread runs is put off until somebody waits: joins it, waits for a condition, sleeps, or, if it is
no daemon, until the program ends. So a thread that waits for what the program does next finds it done, and a program
that waits for a thread finds the thread's work done. A wait that nothing can end raises RuntimeError; a daemon ends
there without a word, as it would at the end of the program. Pools are pool.py's.
"""

import _thread
import _threading_local
import array
import contextvars
import threading
import time

NEVER_WOKEN = "deadlock: nothing can ever end this wait, as a cell has one thread"
NEVER_WOKEN_AT = 4128  # the word that holds the address of that text (patches-3.15.toml)

never_woken = array.array("B", NEVER_WOKEN.encode() + b"\0")
put_off = []
under_way = []
stack_bytes = 0

stock_sleep = time.sleep
stock_wait = threading.Condition.wait


class ThreadHandle:
    """Takes the place of the interpreter's own handle of a thread."""

    def __init__(self):
        self.ident = 0
        self.function = None
        self.daemon = False
        self.ended = False
        self.done = False

    def is_done(self):
        return self.done

    def _set_done(self):
        self.done = True

    def join(self, timeout=None):
        if self in put_off:
            run_thread(self)
        elif not self.done:
            refuse_wait()


def start_thread(function, handle=None, daemon=True):
    handle = handle or ThreadHandle()
    handle.ident = threading.get_ident()
    handle.function, handle.daemon = function, daemon
    put_off.append(handle)
    thread = getattr(function, "__self__", None)
    if isinstance(thread, threading.Thread):
        thread._started.set()
        thread._invoke_excepthook = reporting(handle, thread._invoke_excepthook)
    time.sleep = sleep
    return handle


def reporting(handle, report):
    """Reports what ends a thread, but for a daemon that waits for nothing."""

    def report_unless_ended(thread):
        if not handle.ended:
            report(thread)

    return report_unless_ended


def start_new_thread(function, args, kwargs={}):
    return start_thread(lambda: function(*args, **kwargs)).ident


def run_thread(handle):
    """Run what was put off to its end; meanwhile it is the current thread."""
    put_off.remove(handle)
    ident = threading.get_ident()
    current = threading._active.get(ident)
    under_way.append(handle)
    try:
        contextvars.Context().run(handle.function)
    except SystemExit:
        pass
    finally:
        under_way.pop()
        handle.done = True
        if current is not None:
            threading._active[ident] = current


def run_threads():
    """The end of the program waits for every thread that is no daemon."""
    while waited_for := [handle for handle in put_off if not handle.daemon]:
        run_thread(waited_for[0])


def refuse_wait():
    if under_way and under_way[-1].daemon:
        under_way[-1].ended = True
        raise SystemExit
    raise RuntimeError(NEVER_WOKEN)


def wait(self, timeout=None):
    """Wait until notified or until a timeout occurs."""
    if not put_off:
        if timeout is None:
            refuse_wait()
        return stock_wait(self, timeout)
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    saved = self._release_save()
    try:
        run_thread(put_off[0])
    finally:
        self._acquire_restore(saved)
    return True


def wait_for_event(self, timeout=None):
    """Block until the internal flag is true."""
    with self._cond:
        while not self._flag and (put_off or timeout is None):
            self._cond.wait()
        return self._flag or self._cond.wait(timeout) and self._flag


def sleep(seconds, /):
    """sleep(seconds)\n\nDelay execution for a given number of seconds."""
    end = time.monotonic() + seconds
    if not under_way:
        for handle in [handle for handle in put_off if not handle.daemon]:
            if handle in put_off:
                run_thread(handle)
    stock_sleep(max(0, end - time.monotonic()) if seconds > 0 else seconds)


def stack_size(size=0, /):
    """Return the thread stack size used when creating new threads."""
    global stack_bytes
    before = stack_bytes
    if size < 0 or 0 < size < 32768:
        raise ValueError(f"size not valid: {size} bytes")
    stack_bytes = size
    return before


def have_threads():
    words_at(NEVER_WOKEN_AT, 1)[0] = never_woken.buffer_info()[0]
    threading._ThreadHandle = ThreadHandle
    threading._start_joinable_thread = start_thread
    _thread.start_new_thread = _thread.start_new = start_new_thread
    _thread.start_joinable_thread = start_thread
    threading.stack_size = _thread.stack_size = stack_size
    threading.local = _threading_local.local
    threading.Condition.wait = wait
    threading.Event.wait = wait_for_event
