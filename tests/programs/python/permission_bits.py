# Permission bits are kept, new files obey the umask, and access() reads the bits.
import os
import pathlib
import shutil
import stat
import tempfile


def mode(path):
    return oct(os.stat(path).st_mode)


open("a", "w").write("x")
print(mode("a"), mode("/work"), mode("/tmp"), mode("/usr"), mode("/dev/null"))
os.chmod("a", 0o600)
print(mode("a"), oct(os.fstat(os.open("a", os.O_RDONLY)).st_mode))
pathlib.Path("a").chmod(0o755)
print(oct(pathlib.Path("a").stat().st_mode), os.access("a", os.X_OK))
os.chmod("a", 0o444)
print(os.access("a", os.W_OK), os.access("a", os.R_OK), os.access("none", os.F_OK), os.access("/usr", os.W_OK))
shutil.copy("a", "b")
shutil.copyfile("a", "c")
print(mode("b"), mode("c"), stat.filemode(os.stat("b").st_mode))
os.remove("a")
open("a", "w").close()
print(mode("a"))
print(oct(os.umask(0o077)))
open("d", "w").close()
os.mkdir("e")
print(mode("d"), mode("e"), mode("c"), oct(os.umask(0o022)))
os.mkdir("f", 0o700)
os.makedirs("g/h")
print(mode("f"), mode("g/h"))
with tempfile.NamedTemporaryFile() as file:
    print(mode(file.name), mode(tempfile.mkdtemp()))
os.symlink("b", "l")
print(oct(os.lstat("l").st_mode), mode("l"))
for path in "/usr", "none":
    try:
        os.chmod(path, 0o777)
    except OSError as error:
        print(type(error).__name__, error.strerror, error.filename)
