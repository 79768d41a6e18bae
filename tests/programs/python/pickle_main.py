import pickle, copy, dataclasses, enum
@dataclasses.dataclass(order=True, frozen=True)
class P:
    x: int
    y: list = dataclasses.field(default_factory=list, compare=False)
class Color(enum.Enum):
    RED = 1
def f(): return 1
p = pickle.loads(pickle.dumps([P(1, [2]), Color.RED, f]))
print(p[0], p[1], p[2] is f, copy.deepcopy(P(3)), dataclasses.asdict(P(4)), P(1) < P(2), P.__module__)
