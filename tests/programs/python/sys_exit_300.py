import sys
print("before")
sys.exit(300)
print("not reached")
