import sys
print("before")
sys.exit(137)
print("not reached")
