import sys
print("before")
sys.exit("ünïcode")
print("not reached")
