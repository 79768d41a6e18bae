import helper, pkg.inner as inner
from pkg import VALUE
import importlib
print(helper.double(4), inner.NAME, VALUE, helper.__file__, inner.__name__)
open("late.py", "w").write("X = 5\n")
importlib.invalidate_caches()
import late
print(late.X)
try:
    import nothere
except ModuleNotFoundError as e:
    print(repr(e), e.name)
try:
    from helper import nope
except ImportError as e:
    print(e)
import os
print(sorted(os.listdir(".")))
