# The environment is that of a plain machine, and all of it can be taken away.
import os
print(sorted(os.environ))
for name in list(os.environ):
    del os.environ[name]
print(dict(os.environ), os.getenv("HOME"), os.path.expanduser("~"))
os.environ["A"] = "1"
os.unsetenv("A")
print(os.environ.pop("A"), len(os.environ))
