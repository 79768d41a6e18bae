import sys
print("before")
exit(5)
print("not reached")
