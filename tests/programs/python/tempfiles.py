import tempfile, os
with tempfile.TemporaryDirectory() as d:
    open(os.path.join(d, "a"), "w").close(); print(d.startswith("/tmp/"), os.listdir(d))
print(os.path.exists(d))
with tempfile.NamedTemporaryFile("w+", suffix=".txt") as f:
    f.write("x"); f.flush(); print(open(f.name).read(), f.name.endswith(".txt"))
f = tempfile.TemporaryFile(); f.write(b"abc"); f.seek(0); print(f.read()); s = tempfile.SpooledTemporaryFile(); s.write(b"1")
