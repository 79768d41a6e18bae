import sys
class A:
    def __del__(self): 1/0
a = A()
del a
sys.unraisablehook = lambda u: print("hook", u.exc_type.__name__)
a = A()
del a
