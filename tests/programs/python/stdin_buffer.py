import sys
print(sys.stdin.buffer.read(), sys.stdin.isatty(), sys.stdin.encoding)
