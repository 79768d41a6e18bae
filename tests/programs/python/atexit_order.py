import atexit, sys, weakref
class A:
    def __del__(self): print("del", file=sys.stdout)
class B:
    def __del__(self): print("del B", B.__name__)
b = B()
b.me = b
a = A()
del b
weakref.finalize(a, print, "finalize a")
atexit.register(print, "first registered")
@atexit.register
def last():
    print("last registered")
    sys.stderr.write("to stderr\n")
print("body")
