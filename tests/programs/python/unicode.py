import sys, os
print("héllo ✓ 😀 \N{SNOWMAN}", sys.getdefaultencoding(), sys.stdout.encoding, sys.getfilesystemencoding())
open("ü.txt", "w").write("ß")
print(open("ü.txt").read(), [n for n in os.listdir() if n != "main.py"], ascii("é"))
print("\udc80".encode("utf8", "replace"))
é = 1
print(é)
