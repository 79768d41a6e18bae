class N:
    def __init__(self, n): self.n = n
head = None
for i in range(200000): head = N(head)
del head
t = ()
for i in range(3000): t = (t,)
del t
print("ok")
