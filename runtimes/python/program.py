"""Runs one program to its end, as `python main.py a b` would.

Owns the fresh `__main__`, argv, the environment, the exit status, the report of an uncaught exception and the
orderly end (exit hooks, finalizers, flushed files). Does not decide what is imported beforehand (boot.py) nor what
must differ between runs (randomness.py).

`run_program` is called once in every cell, so it imports nothing and touches as little memory as it can.
"""

import _frozen_importlib_external
import atexit
import builtins
import gc
import io
import itertools
import json
import logging
import os
import posix
import sys
import threading
import types

STATUS_CANNOT_OPEN = 2
STATUS_FLUSH_FAILED = 120
STATUS_INTERRUPTED = 130
KEPT_ENTRIES = 1000  # of a long traceback, at each end

leave = posix._exit
scan_json = json.JSONDecoder().scan_once
# How much of what exists at the end of a run belongs to the image; set by seal().
kept_modules = sys.maxsize
kept_log_handlers = 0
# Whether a last expression's value may be something to show; set by boot().
shows_values = False

# Memory to tell of a MemoryError with; filled by seal().
reserve = []


def run_program(order_hex):
    """The whole life of one run; never returns."""
    order, _ = scan_json(bytes.fromhex(order_hex).decode(), 0)
    program = order["program"]
    sys.argv = [program, *order["args"]]
    sys.orig_argv = ["python", program, *order["args"]]
    if order["env"]:
        os.environ.update(order["env"])
        if "TZ" in order["env"]:
            tzset()
    folder = program.rpartition("/")[0]
    if folder != sys.path[0]:
        sys.path[0] = folder
    begin_run()
    status = 1
    try:
        status = end_program(execute(program))
    finally:  # even when no memory is left to tell why
        leave(status)


def execute(program):
    """Compile and run the file in a new `__main__`; answer the exit status."""
    try:
        file = io.FileIO(program)
        source = file.readall()
        file.close()
    except OSError as error:
        print(f"python: can't open file {program!r}: [Errno {error.errno}] {error.strerror}", file=sys.stderr)
        return STATUS_CANNOT_OPEN
    try:
        code = compile(source, program, "exec", dont_inherit=True)
        if shows_values and not source[source.rfind(b"\n", 0, -2) + 1:].startswith(b"print("):
            value = eval(last_value_code(code), new_main(program))
            if value is not None:
                show_value(value)
        else:
            exec(code, new_main(program))
        return 0
    except BaseException as error:
        raised = error
    return report(raised)


def new_main(program):
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    namespace = main.__dict__
    namespace["__loader__"] = _frozen_importlib_external.SourceFileLoader("__main__", program)
    namespace["__builtins__"] = builtins
    namespace["__file__"] = program
    return namespace


def report(error):
    """Tell of an exception that left the program, as the interpreter's own main does; answer the exit status."""
    if isinstance(error, SystemExit):
        return exit_status(error.code)
    if isinstance(error, MemoryError):
        reserve.clear()
    shorten_tracebacks(error)
    sys.last_exc = sys.last_value = error
    sys.last_type, sys.last_traceback = type(error), error.__traceback__
    failure = call_hook(getattr(sys, "excepthook", sys.__excepthook__), error)
    if isinstance(failure, SystemExit):
        return exit_status(failure.code)
    if failure is not None:
        print("Error in sys.excepthook:", file=sys.stderr)
        call_hook(sys.__excepthook__, failure)
        print("\nOriginal exception was:", file=sys.stderr)
        call_hook(sys.__excepthook__, error)
    if isinstance(error, ModuleNotFoundError):
        tell_missing(error)
    return STATUS_INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1


def shorten_tracebacks(error):
    """Cut the middle out of tracebacks that would take more work and memory to print than a run has."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        length, entry = 0, error.__traceback__
        while entry is not None:
            length, entry = length + 1, entry.tb_next
        if length > 2 * KEPT_ENTRIES:
            last = error.__traceback__
            for _ in range(KEPT_ENTRIES - 1):
                last = last.tb_next
            rest = last
            for _ in range(length - 2 * KEPT_ENTRIES + 1):
                rest = rest.tb_next
            last.tb_next = rest
        error = error.__cause__ or error.__context__


def call_hook(hook, error):
    """Answer what the hook raised, outside its handler so that the next report does not chain to it."""
    try:
        hook(type(error), error, error.__traceback__)
    except BaseException as failure:
        return failure
    return None


def exit_status(code):
    """What a shell sees of `sys.exit(code)`."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if -(1 << 31) <= code < 1 << 31 else 0xFF
    print(code, file=sys.stderr or sys.__stderr__)
    return 1


def end_program(status):
    """What finalization does that a program can see; the memory itself is thrown away with the cell."""
    if put_off:
        run_threads()
    if threading._threading_atexits:
        threading._shutdown()
    atexit._run_exitfuncs()
    if len(logging._handlerList) != kept_log_handlers:
        logging.shutdown()
    flushed = flush_streams()
    finalize_objects()
    flushed = flush_streams() and flushed
    return status if flushed else STATUS_FLUSH_FAILED


def finalize_objects():
    """Drop the program's modules so that `__del__` methods run and files left open reach the disk."""
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    sys.excepthook, sys.displayhook = sys.__excepthook__, sys.__displayhook__
    sys.last_exc = sys.last_value = sys.last_type = sys.last_traceback = None
    modules = sys.modules
    modules["__main__"] = None
    # From the newest backwards: to walk over the image's own names would dirty the page of each.
    for name in list(itertools.islice(reversed(modules), max(0, len(modules) - kept_modules))):
        modules[name] = None
    gc.collect()
    try:
        for thing in gc.get_objects():
            if isinstance(thing, (io.BufferedWriter, io.TextIOWrapper, io.BufferedRandom)) and not thing.closed:
                flush_quietly(thing)
    except MemoryError:
        pass


def flush_quietly(file):
    try:
        file.flush()
    except (OSError, ValueError):
        pass


def flush_streams():
    """Flush standard output and error; False when what was printed could not be written."""
    flushed = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not getattr(stream, "closed", False):
                stream.flush()
        except BaseException as error:
            if stream is sys.stdout:
                unraisable(error, "Exception ignored while flushing sys.stdout")
                flushed = False
    return flushed


def unraisable(error, message):
    try:
        sys.unraisablehook(types.SimpleNamespace(
            exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, err_msg=message, object=None))
    except BaseException:
        pass
