import sys
print("before")
sys.exit((1, "a"))
print("not reached")
