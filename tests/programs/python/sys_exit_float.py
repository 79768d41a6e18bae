import sys
print("before")
sys.exit(2.0)
print("not reached")
