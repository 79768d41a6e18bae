import inspect, linecache, traceback
def f(a):
    # a comment
    return a + 1
class C:
    def m(self): pass
print(inspect.getsource(f), end="")
print(inspect.getsource(C), end="")
print(linecache.getline(__file__, 1), end="")
print(inspect.getsourcefile(f), inspect.getmodule(f).__name__, inspect.getfile(C))
