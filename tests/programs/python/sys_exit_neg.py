import sys
print("before")
sys.exit(-1)
print("not reached")
