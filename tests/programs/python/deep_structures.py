"""Chains of builtin objects of a depth that no stack has are freed, as they go and by the collector."""
import collections, functools, gc, itertools, types

LINKS = 60_000

class Plain:
    def __init__(self, next):
        self.next = next

class Slots:
    __slots__ = ("next",)
    def __init__(self, next):
        self.next = next

class Deleted(Plain):
    def __del__(self):
        pass

def suspended(link):
    yield link

def generator(link):
    link = suspended(link)
    next(link)
    return link

def exception(link):
    error = ValueError()
    error.__cause__ = link
    return error

KINDS = {
    "tuple": lambda link: (link,), "list": lambda link: [link], "dict": lambda link: {"next": link},
    "closure": lambda link: lambda: link, "map": lambda link: map(str, link or ()), "chain": lambda link: itertools.chain(link or ()),
    "zip": lambda link: zip(link or ()), "iterator": lambda link: iter([link]), "exception": exception, "generator": generator,
    "plain": Plain, "slots": Slots, "with __del__": Deleted, "deque": lambda link: collections.deque([link]),
    "partial": lambda link: functools.partial(print, link), "method": lambda link: types.MethodType(print, link or 1),
    "frozenset": lambda link: frozenset([link]), "property": property, "slice": slice,
}
for name, link in KINDS.items():
    head = None
    for _ in range(LINKS):
        head = link(head)
    del head
    print("freed", name)
head = ring = []
for _ in range(LINKS):
    ring = [ring]
head.append(ring)
del head, ring
print("collected", gc.collect() > LINKS)
