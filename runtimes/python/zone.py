"""Time zones: what the variable TZ says decides what local time is.

Owns `time.tzset`, the names and offsets in `time`, and the table in which the C library of the interpreter (see
patches-3.15.toml) looks up what holds at a time, so that `time`, `datetime` and `logging` agree. TZ is a name of the tz
database (`Europe/Paris`) or a POSIX string (`CET-1CEST,M3.5.0,M10.5.0/3`). Reading and parsing them is the standard
library's. Without TZ, and before the program calls `tzset` itself, local time is what the run's TZ says, or UTC.
"""

import array
import os
import re
import struct
import time
import zoneinfo._common
import zoneinfo._zoneinfo

ZONE_TABLE = 4096  # the word that holds the table's address; 0 means UTC
CYCLE_YEARS = 400
CYCLE_SECONDS = 12622780800  # after 400 years the calendar repeats
FIRST_YEAR = 1900
LONG_AGO = -(1 << 62)
FAR_AHEAD = 1 << 62
ENTRY = struct.Struct("<qqiiiI")  # begin in UTC and in local time, offset, is it summer time, offset of the other, name
HEADER = struct.Struct("<qiiII")  # where the last 400 years repeat from, entries, reserved, names of both times
HEADER_BYTES = 32
DEFAULT_RULE = ",M3.2.0,M11.1.0"
HALF_YEAR = (365 * 24 + 6) * 3600 // 2

stock_strftime = time.strftime
zone_table = None  # what the interpreter reads; kept alive here


def tzset():
    """Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ']."""
    global zone_table
    spans, repeats_from = read_zone(os.environ.get("TZ", "").removeprefix(":"))
    table = zone_entries(spans, repeats_from)
    words_at(ZONE_TABLE, 1)[0] = table.buffer_info()[0]
    zone_table = table
    describe_zone()


def read_zone(name):
    """The spans of a zone, each (begin in UTC, offset in seconds, is it summer time, name), and where they repeat from."""
    name = name.removeprefix("/usr/share/zoneinfo/")
    try:
        with zoneinfo._common.load_tzdata(name) as file:
            indices, begins, offsets, summer, names, rule = zoneinfo._common.load_data(file)
    except (OSError, ValueError, KeyError, ImportError):
        return rule_spans(name)
    first = next((index for index in range(len(summer)) if not summer[index]), 0)
    spans = [(LONG_AGO, offsets[first], summer[first], names[first])]
    spans += [(begin, offsets[at], summer[at], names[at]) for begin, at in zip(begins, indices)]
    if not rule:
        return spans, FAR_AHEAD
    after, repeats_from = rule_spans(rule.decode(), first_year=time.gmtime(max(0, spans[-1][0])).tm_year)
    return spans + [span for span in after if span[0] > spans[-1][0]], repeats_from


def rule_spans(rule, first_year=FIRST_YEAR):
    """What a POSIX string says; one that says nothing is UTC under the name that it begins with."""
    try:
        zone = parse_rule(rule)
    except ValueError:
        name = re.match("[A-Za-z]{3,}", rule)
        return [(LONG_AGO, 0, 0, name[0] if name else "UTC")], FAR_AHEAD
    if not hasattr(zone, "transitions"):
        return [(LONG_AGO, seconds(zone.utcoff), 0, zone.tzname)], FAR_AHEAD
    standard = (seconds(zone.std.utcoff), 0, zone.std.tzname)
    summer = (seconds(zone.dst.utcoff), 1, zone.dst.tzname)
    spans = []
    for year in range(first_year, first_year + CYCLE_YEARS + 2):
        begin, end = zone.transitions(year)
        spans += [(begin - standard[0], *summer), (end - summer[0], *standard)]
    spans.sort()
    before = standard if spans[0][2] else summer
    return [(LONG_AGO, *before), *spans], time_of_year(first_year + CYCLE_YEARS + 1)


def parse_rule(rule):
    try:
        return zoneinfo._zoneinfo._parse_tz_str(rule)
    except ValueError:
        return zoneinfo._zoneinfo._parse_tz_str(rule + DEFAULT_RULE)


def seconds(delta):
    return delta.days * 86400 + delta.seconds


def time_of_year(year):
    """When a year begins, in UTC."""
    before = year - 1
    return ((before * 365 + before // 4 - before // 100 + before // 400) - 719162) * 86400


def zone_entries(spans, repeats_from):
    """The table: a header, an entry for every span, the names."""
    names = {name: None for *_, name in spans}
    table = array.array("B", bytes(HEADER_BYTES + ENTRY.size * len(spans) + sum(len(name.encode()) + 1 for name in names)))
    start = table.buffer_info()[0]
    at = HEADER_BYTES + ENTRY.size * len(spans)
    for name in names:
        text = name.encode()
        table[at:at + len(text)] = array.array("B", text)
        names[name] = start + at
        at += len(text) + 1
    others = other_offsets(spans)
    before = spans[0][1]
    for index, (begin, offset, summer, name) in enumerate(spans):
        # A local time that is skipped counts as before the change, one that comes twice as the first.
        local = begin + max(before, offset)
        entry = ENTRY.pack(begin, local, offset, summer, others[index], names[name])
        at = HEADER_BYTES + index * ENTRY.size
        table[at:at + ENTRY.size] = array.array("B", entry)
        before = offset
    last = {summer: names[name] for _, _, summer, name in spans}
    header = HEADER.pack(repeats_from, len(spans), 0, last.get(0, 0), last.get(1, last.get(0, 0)))
    table[:len(header)] = array.array("B", header)
    return table


def other_offsets(spans):
    """For each span the offset of summer time if it is standard time, and the other way round."""
    last = {}
    for _, offset, summer, _ in reversed(spans):
        last[summer] = offset
    others = []
    for _, offset, summer, _ in spans:
        last[summer] = offset
        others.append(last.get(1 - summer, offset))
    return others


def describe_zone():
    """Set what the module `time` says of the zone, as the interpreter does where it has zones."""
    begin = int(time.time()) // (2 * HALF_YEAR) * 2 * HALF_YEAR
    standard, summer = time.localtime(begin), time.localtime(begin + HALF_YEAR)
    if standard.tm_gmtoff > summer.tm_gmtoff:
        standard, summer = summer, standard
    time.timezone, time.altzone = -standard.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(standard.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = (standard.tm_zone, summer.tm_zone)


# A conversion of strftime, and what the build's C library does not know: glibc has it, or copies it.
CONVERSION = re.compile(r"%([-_0^#+]*)(\d*)([EO]?)(.?)", re.DOTALL)
UNUSUAL = re.compile(r"%(?![-_0+]*\d*[EO]?[aAbBcCdDeFgGhHIjmMnprRsStTuUVwWxXyYzZ%])")


def unusual_conversion(found, t):
    """The text of a conversion as glibc makes it, with its percent signs doubled; usual ones stay."""
    flags, width, kind, letter = found.groups()
    if letter in ("k", "l"):
        hour = t[3] if letter == "k" else (t[3] + 11) % 12 + 1
        fill = "" if "-" in flags else "0" if "0" in flags else " "
        return str(hour).rjust(int(width or 2), fill) if fill else str(hour)
    plain = "%" + flags.replace("^", "").replace("#", "") + width + kind
    if letter == "P":
        return stock_strftime(plain + "p", t).lower()
    if not letter or UNUSUAL.match(plain + letter):
        return found[0].replace("%", "%%")
    if "^" not in flags and "#" not in flags:
        return found[0]
    text = stock_strftime(plain + letter, t)
    return (text.lower() if "^" not in flags and letter in "pZ" else text.upper()).replace("%", "%%")


def strftime(format, t=None, /):
    """Convert a time tuple to a string according to a format specification."""
    if UNUSUAL.search(format):
        t = time.localtime() if t is None else t
        format = CONVERSION.sub(lambda found: unusual_conversion(found, t), format)
    if t is None:
        return stock_strftime(format)
    if "%Z" in format and isinstance(t, tuple) and len(t) >= 9 and getattr(t, "tm_zone", None) is None:
        name = time.tzname[t[8] > 0].replace("%", "%%") if t[8] >= 0 else ""
        format = re.sub("%(.)", lambda found: name if found[1] == "Z" else found[0], format)
    return stock_strftime(format, t)


def have_time_zones():
    for function in (tzset, strftime):
        function.__module__ = "time"
        setattr(time, function.__name__, function)
