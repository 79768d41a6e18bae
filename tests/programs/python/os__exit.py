import os, sys, atexit
atexit.register(print, "no")
print("flushed by line")
sys.stdout.write("lost")
os._exit(9)
