import functools, sys
@functools.cache
def f(n): return 0 if n == 0 else 1 + f(n - 1)
print(f(450), sys.getrecursionlimit())
@functools.lru_cache
def g(n): return 0 if n == 0 else 1 + g(n - 1)
print(g(800))
def h(n): return 0 if n == 0 else 1 + h(n - 1)
print(h(990))
