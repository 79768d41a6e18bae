import sys
print("before")
raise SystemExit(7)
print("not reached")
