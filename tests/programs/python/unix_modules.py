# Modules of Unix that programs ask for first, and what they answer in a cell of one user and one process.
import fcntl
import getpass
import grp
import hashlib
import os
import pwd
import resource
import sys

resource.setrlimit(resource.RLIMIT_STACK, (2 ** 29, -1))
print(resource.getrlimit(resource.RLIMIT_STACK), resource.getrlimit(resource.RLIMIT_NOFILE)[0] == resource.RLIM_INFINITY)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime >= 0, usage.ru_maxrss > 1000, len(usage))
print(pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(0).gr_name, getpass.getuser(), os.getppid())
for ask in (lambda: pwd.getpwnam("nobody"), lambda: resource.getrlimit(99)):
    try:
        ask()
    except (KeyError, ValueError) as error:
        print(type(error).__name__, error)
with open("lock", "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(file, fcntl.LOCK_UN)
print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex())
print(hashlib.pbkdf2_hmac("sha1", b"x" * 100, b"salt", 2, 45).hex())
