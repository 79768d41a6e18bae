import sys
print("before")
sys.exit(False)
print("not reached")
