# What a program on Linux takes for granted, and a machine of 32 bits without signals and owners has not.
import bisect
import datetime
import io
import os
import random
import shutil
import signal
import tarfile
import time

moment = datetime.datetime(2024, 3, 5, 15, 7)
for format in ("%d/%m/%Y %l:%M %P", "%k|%-l|%^a %^B %#p|%-d|%Q %", "100%", "%%l %y", "%L%N%q", "%f %j"):
    print(repr(moment.strftime(format)))
print(repr(time.strftime("%I %P", time.gmtime(0))), repr(time.strftime("%l", (2024, 1, 1, 0, 0, 0, 0, 1, 0))))

with tarfile.open("a.tar.gz", "w:gz") as archive:
    entry = tarfile.TarInfo("folder/file.txt")
    entry.size, entry.mode = 5, 0o600
    archive.addfile(entry, io.BytesIO(b"hello"))
for number, options in enumerate(({"filter": "data"}, {"filter": "tar"}, {"filter": "fully_trusted"})):
    with tarfile.open("a.tar.gz") as archive:
        archive.extractall(f"out{number}", **options)
    print(open(f"out{number}/folder/file.txt").read(), oct(os.stat(f"out{number}/folder/file.txt").st_mode))
shutil.unpack_archive("a.tar.gz", "unpacked")
print(os.listdir("unpacked/folder"))
os.chown("a.tar.gz", -1, -1)
try:
    os.chown("none", 0, 0)
except FileNotFoundError as error:
    print(error.strerror)


class TimedOut(Exception):
    pass


def stop(number, frame):
    raise TimedOut(signal.Signals(number).name)


signal.signal(signal.SIGALRM, stop)


def within(seconds, work):
    before = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        print("done", work())
    except TimedOut as error:
        print("stopped by", error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def endless():
    while True:
        pass


def recursive():
    return sum(1 for _ in iter(lambda: recursive_step(), 1))


def recursive_step():
    return 0


within(0.05, endless)
within(0.05, lambda: time.sleep(60))
within(0.05, recursive)
within(60, lambda: sum(range(1000)))
print(signal.alarm(10), signal.alarm(0), signal.alarm(0))
rings = []
signal.signal(signal.SIGALRM, lambda *_: rings.append(1))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
time.sleep(0.1)
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(rings) >= 5, signal.getitimer(signal.ITIMER_REAL))
signal.signal(signal.SIGUSR1, lambda number, frame: print("got", number))
os.kill(os.getpid(), signal.SIGUSR1)
os.kill(os.getpid(), 0)
print(signal.SIGTERM in signal.valid_signals(), signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]),
      signal.pthread_sigmask(signal.SIG_SETMASK, []))
try:
    os.kill(999_999_999, 9)
except ProcessLookupError as error:
    print(error.strerror)

print(bisect.bisect_left(range(10**12), 3 * 10**10), bisect.bisect(range(10**12), 7, key=lambda n: n // 2), bisect.bisect_right(range(5), 2))
random.seed(1)
print(random.choice(range(10**11)), random.sample(range(10**12), 3), random.sample(range(10), 3))
reader, writer = os.pipe()
os.write(writer, b"through a pipe")
os.close(writer)
print(os.read(reader, 100), os.read(reader, 1))
try:
    os.get_terminal_size(os.open("a.tar.gz", os.O_RDONLY))
except OSError as error:
    print(error.strerror)
print(shutil.get_terminal_size(), time.thread_time() >= 0)
