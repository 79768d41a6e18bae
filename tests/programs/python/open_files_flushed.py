f = open("out.txt", "w")
f.write("never closed")
class K:
    def __init__(self): self.f = open("held.txt", "w"); self.f.write("x" * 10); self.me = self
    def m(self): pass
K()
import typing
T = typing.List[K]
keep = K()
keep.f.write("y")
keep.g = open("held2.bin", "wb"); keep.g.write(b"abc")
def g(): return f
