import sys
print("before")
sys.exit([])
print("not reached")
