import json
import random
import re
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def loop():
    total = 0
    for i in range(1000):
        for j in range(1000):
            total += i ^ j
    return total


def dictionary():
    counts = {}
    for i in range(300_000):
        key = i * 7919 % 50_021
        counts[key] = counts.get(key, 0) + 1
    return len(counts)


def text():
    parts = []
    for i in range(60_000):
        parts.append(str(i).zfill(6).upper() + "-")
    joined = "".join(parts)
    return len(joined.split("-")) + joined.count("12")


def floats():
    x = y = 0.0
    for i in range(400_000):
        x = x * 0.999 + i / 3.0
        y += x * x - y / 7.0
    return y


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, by):
        return Point(self.x + by, self.y - by)


def objects():
    point = Point(0, 0)
    for i in range(60_000):
        point = point.moved(i)
    return point.x


DATA = {"rows": [{"id": i, "name": f"name {i}", "tags": ["a", "b", str(i)]} for i in range(4_000)]}


def jsons():
    return len(json.loads(json.dumps(DATA))["rows"])


TEXT = "the quick brown fox 12 jumps over 345 lazy dogs at 6:78 " * 600


def regex():
    return len(re.findall(r"(\w+)\s(\d+)", TEXT)) + len(re.sub(r"[aeiou]+", "*", TEXT))


RANDOM = random.Random(1)
NUMBERS = [RANDOM.random() for _ in range(80_000)]


def sorting():
    return sorted(NUMBERS)[0] + sorted(NUMBERS, key=lambda number: -number)[0]


KERNELS = {
    "fib": lambda: fib(24),
    "loop": loop,
    "dict": dictionary,
    "str": text,
    "float": floats,
    "objects": objects,
    "json": jsons,
    "re": regex,
    "sort": sorting,
}

for name, kernel in KERNELS.items():
    best = float("inf")
    for _ in range(3):
        before = time.perf_counter()
        kernel()
        best = min(best, time.perf_counter() - before)
    print(name, round(best * 1000, 3))
