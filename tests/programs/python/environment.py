import os, locale, time, sys, platform
print(os.environ["HOME"], os.environ["PATH"], os.environ["X_NEW"], os.getenv("TZ"), os.path.expanduser("~"))
print(os.getcwd(), os.path.abspath("a"), time.tzname, locale.getpreferredencoding(), os.sep, os.linesep.encode())
print(sys.platform, sys.version_info[:2], os.name, sys.byteorder, sys.maxsize > 0, sys.executable)
os.environ["LATER"] = "1"; print(os.environ.get("LATER"), "PYTHONTZPATH" in os.environ)
