import datetime as dt, zoneinfo, time
z = zoneinfo.ZoneInfo("Europe/Paris")
print(dt.datetime(2024, 7, 1, 12, tzinfo=z).isoformat(), dt.datetime(2024, 1, 1, 12, tzinfo=z).astimezone(zoneinfo.ZoneInfo("America/New_York")))
print(len(zoneinfo.available_timezones()) > 400, time.localtime(0).tm_hour, dt.datetime.fromtimestamp(0), dt.datetime.now(dt.UTC).year >= 2024, time.strftime("%Z"))
try:
    zoneinfo.ZoneInfo("Mars/X")
except zoneinfo.ZoneInfoNotFoundError as e:
    print(e)
now = time.time(); import logging; r = logging.makeLogRecord({}); print(abs(logging.LogRecord("a", 1, "", 1, "", (), None).relativeCreated) < 60000, time.time() >= now, time.perf_counter() >= 0, time.process_time() >= 0, time.monotonic() > 0)
