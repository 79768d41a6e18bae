import sys
try:
    sys.exit("first")
except SystemExit as e:
    print("caught", e.code)
    raise SystemExit(6) from None
