import sys
print("before")
sys.exit("bad thing")
print("not reached")
