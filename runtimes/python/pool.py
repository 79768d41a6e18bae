"""Pools in a cell, which has one thread and one process: what they are given runs at once, in the order in which it is given.

Owns `ThreadPoolExecutor.submit`, multiprocessing's pools and `ProcessPoolExecutor`. What a pool of processes is given runs in the
program itself, so that a change of a global variable stays. Single threads are thread.py's; single processes are refused (absent.py).
"""

import concurrent.futures
import itertools
import multiprocessing.context
import multiprocessing.pool


def submit(self, fn, /, *args, **kwargs):
    if self._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    future = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    try:
        if not hasattr(self, "_cell_context"):
            self._cell_context = self._create_worker_context()
            self._cell_context.initialize()
        future.set_result(fn(*args, **kwargs))
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        future.set_exception(error)
    return future


class PoolResult:
    """What the pool's functions answer that do not wait: it is there already."""

    def __init__(self, work, callback=None, error_callback=None):
        self.value = self.error = None
        try:
            self.value = work()
        except Exception as error:
            self.error = error
        notify = error_callback if self.error else callback
        if notify is not None:
            notify(self.error or self.value)

    def get(self, timeout=None):
        if self.error is not None:
            raise self.error
        return self.value

    def wait(self, timeout=None):
        pass

    def ready(self):
        return True

    def successful(self):
        return self.error is None


class ThreadPool(multiprocessing.pool.Pool):
    """A pool whose threads are calls."""

    def __init__(self, processes=None, initializer=None, initargs=()):
        if processes is not None and processes < 1:
            raise ValueError("Number of processes must be at least 1")
        self._state = "RUN"
        if initializer is not None:
            initializer(*initargs)

    def apply_async(self, func, args=(), kwds={}, callback=None, error_callback=None):
        self._check_running()
        return PoolResult(lambda: func(*args, **kwds), callback, error_callback)

    def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        self._check_running()
        return PoolResult(lambda: [func(item) for item in iterable], callback, error_callback)

    def starmap_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        self._check_running()
        return PoolResult(lambda: list(itertools.starmap(func, iterable)), callback, error_callback)

    def map(self, func, iterable, chunksize=None):
        return self.map_async(func, iterable).get()

    def starmap(self, func, iterable, chunksize=None):
        return self.starmap_async(func, iterable).get()

    def imap(self, func, iterable, chunksize=1):
        self._check_running()
        return map(func, iterable)

    imap_unordered = imap

    def close(self):
        self._state = "CLOSE"

    terminate = close

    def join(self):
        if self._state == "RUN":
            raise ValueError("Pool is still running")

    def __del__(self):
        pass


class Pool(ThreadPool):
    """A pool whose processes are calls."""

    def __init__(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None, context=None):
        ThreadPool.__init__(self, processes, initializer, initargs)


class ProcessPoolExecutor(concurrent.futures.ThreadPoolExecutor):
    """An executor whose processes are calls."""

    def __init__(self, max_workers=None, mp_context=None, initializer=None, initargs=(), *, max_tasks_per_child=None):
        concurrent.futures.ThreadPoolExecutor.__init__(self, max_workers, "", initializer, initargs)


def pool_of_context(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None):
    """Returns a process pool object"""
    return Pool(processes, initializer, initargs, maxtasksperchild)


def have_pools():
    Pool.__module__, ProcessPoolExecutor.__module__ = "multiprocessing.pool", "concurrent.futures.process"
    multiprocessing.pool.Pool = Pool
    multiprocessing.context.BaseContext.Pool = pool_of_context
    multiprocessing.Pool = multiprocessing.context._default_context.Pool
    concurrent.futures.ProcessPoolExecutor = ProcessPoolExecutor
    ThreadPool.__module__ = "multiprocessing.pool"
    multiprocessing.pool.ThreadPool = ThreadPool
    concurrent.futures.ThreadPoolExecutor.submit = submit
