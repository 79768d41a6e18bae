"""the doc"""
import sys, os
print(__name__, __file__, __doc__, __package__, __spec__)
print(sys.modules["__main__"].__dict__ is globals(), sys.argv, sys.orig_argv, sys.path[0], os.getcwd())
print(sorted(globals()))
print([n for n in ("numpy", "np", "pd", "pandas", "json", "boot", "run_program") if n in globals()])
print(__builtins__.__name__, type(__loader__).__name__)
