import sys
print("before")
quit()
print("not reached")
