"""An asyncio event loop for a cell, which has a clock and standard input but no sockets, threads or processes.

Owns the loop class that `asyncio.run` and `asyncio.new_event_loop` make, and the selector under it. Timers, tasks,
queues and futures are asyncio's own. Work given to the default executor (`asyncio.to_thread`) runs inside the loop,
one piece after another, as there is no thread to give it to; a pool that the user made is pool.py's.
"""

import asyncio
import asyncio.base_events
import asyncio.unix_events
import select
import selectors
import time


class CellSelector(selectors._BaseSelectorImpl):
    """Waits for readable or writable files when some are registered, for the clock alone otherwise."""

    def select(self, timeout=None):
        if timeout is not None and timeout <= 0 and not self._fd_to_key:
            return []
        if self._fd_to_key:
            return self._poll(timeout)
        if timeout is None:
            # Nothing is scheduled and nothing can wake the loop, but for a thread that was put off.
            if not put_off:
                refuse_wait()
            run_thread(put_off[0])
            return []
        time.sleep(timeout)
        return []

    def _poll(self, timeout):
        poll = select.poll()
        for fd, key in self._fd_to_key.items():
            wanted = select.POLLIN if key.events & selectors.EVENT_READ else 0
            poll.register(fd, wanted | (select.POLLOUT if key.events & selectors.EVENT_WRITE else 0))
        milliseconds = None if timeout is None else max(0, int(timeout * 1000 + 0.999))
        ready = []
        for fd, event in poll.poll(milliseconds):
            happened = selectors.EVENT_READ if event & ~select.POLLOUT else 0
            happened |= selectors.EVENT_WRITE if event & ~select.POLLIN else 0
            key = self._fd_to_key[fd]
            ready.append((key, happened & key.events))
        return ready


# Methods name it instead of `super()`, which looks for a frame that the runtime's own code does not show.
StandardLoop = asyncio.unix_events._UnixSelectorEventLoop


class CellEventLoop(StandardLoop):
    def __init__(self, selector=None):
        StandardLoop.__init__(self, selector or CellSelector())

    # No other thread can wake the loop, so the pipe that would do it is left out.
    def _make_self_pipe(self):
        self._ssock = self._csock = None

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, func, *args):
        if executor is not None or self._default_executor is not None:
            return StandardLoop.run_in_executor(self, executor, func, *args)
        self._check_closed()
        future = self.create_future()
        self.call_soon(run_inline, future, func, args)
        return future


def run_inline(future, func, args):
    if future.cancelled():
        return
    try:
        result = func(*args)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


def install_event_loop():
    CellEventLoop.__module__ = "asyncio"
    unix = asyncio.unix_events
    for module in (asyncio, unix):
        module.SelectorEventLoop = module.EventLoop = CellEventLoop
    unix._DefaultEventLoopPolicy._loop_factory = CellEventLoop
