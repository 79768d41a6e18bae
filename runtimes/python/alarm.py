"""Alarms: `signal.alarm`, `signal.setitimer`, and the rest of the module `signal` that one process can have.

Owns the alarm that is set. A cell has no clock that interrupts: while an alarm is set, the interpreter's own events (a jump back,
a call) look at the time, and a sleep ends when it goes off. A long call into compiled code ends first. An alarm costs nothing while
none is set.
"""

import os
import signal
import sys
import time

ITIMERS = {"ITIMER_REAL": 0, "ITIMER_VIRTUAL": 1, "ITIMER_PROF": 2}
ALARM_SIGNALS = (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF)
TOOL = 4
# How many events pass between two looks at the time.
EVENTS = 200

alarms = {}  # by number of the timer: when it goes off, and the interval after which it does again
events_left = EVENTS

alarm_sleep = time.sleep
alarm_clock = time.monotonic
monitoring = sys.monitoring


def set_alarm(which, seconds, interval):
    """Set or end a timer; answer what was left of it and its interval."""
    before = alarm_left(which)
    if seconds > 0:
        alarms[which] = (alarm_clock() + seconds, interval)
    else:
        alarms.pop(which, None)
    watch_events(bool(alarms))
    return before


def alarm_left(which):
    if which not in alarms:
        return 0.0, 0.0
    end, interval = alarms[which]
    return max(end - alarm_clock(), 1e-6), interval


def watch_events(wanted):
    watched = monitoring.get_tool(TOOL) is not None
    if wanted and not watched:
        monitoring.use_tool_id(TOOL, "alarm")
        for event in (monitoring.events.JUMP, monitoring.events.PY_START):
            monitoring.register_callback(TOOL, event, look_at_time)
        monitoring.set_events(TOOL, monitoring.events.JUMP | monitoring.events.PY_START)
        time.sleep = sleep_with_alarms
    elif watched and not wanted:
        monitoring.set_events(TOOL, 0)
        monitoring.free_tool_id(TOOL)
        if time.sleep is sleep_with_alarms:
            time.sleep = alarm_sleep


def look_at_time(*event):
    global events_left
    events_left -= 1
    if events_left > 0:
        return
    events_left = EVENTS
    ring()


def ring():
    """Raise the signals of the alarms whose time has come."""
    now = alarm_clock()
    for which, (end, interval) in list(alarms.items()):
        if now >= end:
            if interval > 0:
                alarms[which] = (now + interval, interval)
            else:
                del alarms[which]
                watch_events(bool(alarms))
            signal.raise_signal(ALARM_SIGNALS[which])


def sleep_with_alarms(seconds, /):
    """sleep(seconds)\n\nDelay execution for a given number of seconds."""
    end = alarm_clock() + seconds
    while alarms and seconds >= 0:
        next_end = min(when for when, _ in alarms.values())
        if next_end >= end:
            break
        alarm_sleep(max(0, next_end - alarm_clock()))
        ring()
    alarm_sleep(max(0, end - alarm_clock()) if seconds > 0 else seconds)


def alarm(seconds, /):
    """Arrange for SIGALRM to arrive after the given number of seconds."""
    left, _ = set_alarm(0, int(seconds), 0)
    return -int(-left // 1)


def setitimer(which, seconds, interval=0.0, /):
    """Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF)."""
    if which not in (0, 1, 2):
        raise signal.ItimerError(22, "Invalid argument")
    return set_alarm(which, float(seconds), float(interval))


def getitimer(which, /):
    """Returns current value of given itimer."""
    if which not in (0, 1, 2):
        raise signal.ItimerError(22, "Invalid argument")
    return alarm_left(which)


def kill(pid, signal_number, /):
    """Kill a process with a signal."""
    if pid not in (0, os.getpid()):
        raise ProcessLookupError(3, "No such process")
    if signal_number:
        signal.raise_signal(signal_number)


def valid_signals():
    """Return a set of valid signal numbers on this platform."""
    return {signal.Signals(number) if number in signal.Signals else number for number in (*range(1, 32), *range(34, 65))}


def pthread_sigmask(how, mask, /):
    """Fetch and/or change the signal mask of the calling thread. A cell's signals are its own, and none is ever pending."""
    global blocked_signals
    before = blocked_signals
    mask = set(map(int, mask))
    blocked_signals = {0: before | mask, 1: before - mask, 2: mask}[how]
    return {signal.Signals(number) for number in before}


blocked_signals = set()


def have_alarms():
    for function in (alarm, setitimer, getitimer, valid_signals, pthread_sigmask):
        function.__module__ = "signal"
        if not hasattr(signal, function.__name__):
            setattr(signal, function.__name__, function)
    signal.ItimerError = OSError
    for name, number in {**ITIMERS, "SIG_BLOCK": 0, "SIG_UNBLOCK": 1, "SIG_SETMASK": 2}.items():
        setattr(signal, name, number)
    kill.__module__ = "posix"
    os.kill = kill
    os.killpg = kill
