import gc, weakref, sys
class A: pass
a = A(); a.me = a; r = weakref.ref(a); del a
print(gc.isenabled(), r() is not None, gc.collect() > 0, r())
print(gc.get_freeze_count() >= 0, sys.getrefcount([]) <= 2)
gc.unfreeze(); gc.collect(); print("survived")
