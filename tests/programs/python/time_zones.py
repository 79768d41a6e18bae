import datetime, os, time

def show(zone):
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()
    print(zone, time.tzname, time.timezone, time.altzone, time.daylight)
    print(" ", time.strftime("%Y-%m-%d %H:%M %Z %z", time.localtime(0)), time.ctime(1700000000), datetime.datetime.fromtimestamp(1720000000))
    for month in (1, 7):
        day = datetime.datetime(2024, month, 1, 12)
        print(" ", day.astimezone().isoformat(), day.timestamp(), time.mktime((2024, month, 1, 12, 0, 0, 0, 0, -1)))
    print(" ", datetime.datetime.fromtimestamp(4000000000), datetime.datetime(2200, 7, 1).timestamp(), tuple(time.localtime(20000000000)))
    print(" ", time.mktime((2024, 3, 10, 2, 30, 0, 0, 0, -1)), time.mktime((2024, 7, 1, 12, 0, 0, 0, 0, 0)), time.strftime("%%Z is %Z", (2024, 7, 1, 0, 0, 0, 0, 0, 1)), time.strftime("%Z", datetime.datetime(2024, 1, 1).timetuple()))

for zone in ("Asia/Tokyo", "America/New_York", "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30", "Australia/Sydney", "UTC", "",
             "Europe/London", "Asia/Kolkata", ":Europe/Paris", "Pacific/Apia", "GMT0", "XXX3", "America/Sao_Paulo", None):
    show(zone)
