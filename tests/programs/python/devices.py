# Devices, and what opens a folder.
import os
import sqlite3

for name in "null", "zero", "full", "random", "urandom":
    with open(f"/dev/{name}", "rb") as device:
        data = device.read(16)
    fd = os.open(f"/dev/{name}", os.O_RDWR)
    try:
        wrote = os.write(fd, b"abc")
    except OSError as error:
        wrote = error.strerror
    print(name, len(data), data == bytes(len(data)), wrote, os.isatty(fd), os.lseek(fd, 5, os.SEEK_SET))
    os.close(fd)
with open("/dev/zero", "rb") as zero, open("/dev/urandom", "rb") as random:
    print(zero.read(3 << 20) == bytes(3 << 20), len(set(random.read(3 << 20))))
for flags in os.O_RDWR | os.O_CREAT, os.O_WRONLY, os.O_RDONLY:
    try:
        os.close(os.open("/tmp", flags))
        print("opened")
    except OSError as error:
        print(type(error).__name__)
try:
    sqlite3.connect("/tmp").execute("create table t(a)")
except sqlite3.OperationalError as error:
    print(error)
