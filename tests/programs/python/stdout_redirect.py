import contextlib, io, sys
buf = io.StringIO()
with contextlib.redirect_stdout(buf): print("in")
sys.stdout = io.StringIO(); print("lost"); sys.stdout = sys.__stdout__
print(repr(buf.getvalue()))
