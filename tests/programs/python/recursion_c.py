import json, ast, pickle, copy, sys, functools
def attempt(name, f):
    try:
        f(); print(name, "no error")
    except (RecursionError, MemoryError) as e:
        print(name, type(e).__name__)
class R:
    def __repr__(self): return repr(self)
    def __getattr__(self, n): return getattr(self, n + "x")
    def __eq__(self, o): return o == self
    def __hash__(self): return hash(self)
attempt("repr", lambda: repr(R()))
attempt("getattr", lambda: R().y)
attempt("eq", lambda: R() == R())
attempt("hash", lambda: hash(R()))
deep = []
for i in range(20000): deep = [deep]
attempt("json.dumps", lambda: json.dumps(deep))
attempt("json.loads", lambda: json.loads("[" * 100000))
attempt("repr list", lambda: repr(deep))
attempt("pickle", lambda: pickle.dumps(deep))
attempt("deepcopy", lambda: copy.deepcopy(deep))
attempt("eq list", lambda: deep == eval("[[]]") or deep == copy.copy([deep][0]))
attempt("parse", lambda: ast.parse("(" * 5000 + ")" * 5000))
attempt("compile", lambda: compile("+".join(["1"] * 20000), "x", "eval"))
attempt("exec", lambda: exec("x" + ".a" * 3000))
sys.setrecursionlimit(10 ** 6)
attempt("repr again", lambda: repr(R()))
attempt("map", lambda: (f := lambda x: list(map(f, [x])))(1))
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
attempt("lru", lambda: fib(10 ** 6))
fib.cache_clear()
print(fib(700) % 1000007)
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
print(depth(100000))
