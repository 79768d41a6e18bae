"""Runs a few programs before the image is taken.

Owns the programs that stand for what users write. What they import lazily, the caches they fill and the bytecode
they make the interpreter specialise become part of the image, so that a run neither waits for them nor dirties
the pages they lie in. They draw no random numbers and leave nothing behind that a program could see.
"""

import gc
import json
import os
import sys

WARMUP_FILE = "/tmp/warmup.py"

# (source, exit status, times to run)
WARMUP_PROGRAMS = [
    ("print()\n", 0, 4),
    ("""
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    import collections, dataclasses, datetime, functools, inspect, itertools, json, math, re, statistics
    @dataclasses.dataclass
    class Point:
        x: int
        y: float = 1.5
        def norm(self):
            return math.hypot(self.x, self.y)
    @functools.lru_cache
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    print(Point(1), Point(3, 4).norm(), fib(30), sorted({"b": 1, "a": 2}.items()))
    print(json.dumps({"a": [1, 2.5, None, True, "x\\n"]}, indent=2), json.loads('{"a": [1, 2.5, null]}'))
    print(re.findall(r"(\\w+)=(\\d+)", "a=1, b=22"), re.sub(r"\\s+", " ", "a  b"))
    print(datetime.datetime.now().isoformat())
    print(datetime.datetime.strptime("2024-01-31", "%Y-%m-%d").strftime("%A %d %B"))
    print(collections.Counter("abracadabra").most_common(2), list(itertools.combinations("abc", 2)))
    print(statistics.mean([1, 2, 3]), statistics.stdev([1, 2, 3]), f"{3.14159:.2f} {1e6:,} {'x':>5}", sum(range(10)))
    inspect.stack()
    try:
        raise ValueError("a") from KeyError("b")
    except ValueError as error:
        print(error)
""", 0, 4),
    ("""
import asyncio
async def work(n):
    await asyncio.sleep(0)
    return n
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(work(1))
    async with asyncio.timeout(10):
        queue = asyncio.Queue()
        await queue.put(await asyncio.wait_for(work(2), 10))
        await queue.get()
    return await asyncio.gather(work(3), asyncio.to_thread(int))
def loop():
    # Named tasks, as the count in a task's own name must begin at 1 in a run.
    loop = asyncio.new_event_loop()
    loop.set_task_factory(lambda loop, coro, **more: asyncio.Task(coro, loop=loop, **(more | {"name": "warm-up"})))
    return loop
asyncio.run(main(), loop_factory=loop)
""", 0, 4),
    ("""
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    import numpy as np
    a = np.arange(12, dtype=float).reshape(3, 4)
    print(a, a.mean(axis=0), a @ a.T, a[a > 3], np.linalg.norm(a), np.linspace(0, 1, 5), a.sum(), a.std())
    print(np.linalg.solve(np.eye(3) * 2, np.ones(3)), np.sort([3, 1, 2]), np.array(["a", "b"]), np.sin(a))
    print(np.linalg.eig(np.eye(2)), np.linalg.inv(np.eye(2)), np.fft.fft([1, 2, 3]), np.dot(a, a.T))
    print(np.unique([1, 1, 2]), np.where(a > 1, 1, 0))
""", 0, 4),
    ("""
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    import pandas as pd
    df = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "x"], "c": [1.5, None, 2.5]})
    print(df, df.describe(), df.groupby("b")["a"].sum(), df.groupby("b").agg({"a": "mean", "c": "max"}), df.dtypes)
    df.info()
    print(df[df.a > 1].sort_values("a", ascending=False), df.merge(df, on="b"), df["c"].fillna(0).mean(), df.T)
    print(pd.read_csv(io.StringIO(df.to_csv(index=False))), df.pivot_table(index="b", values="a", aggfunc="sum"))
    print(pd.to_datetime(pd.Series(["2024-01-01", "2024-02-01"])).dt.month, df.apply(lambda row: row.a * 2, axis=1))
    print(pd.date_range("2024-01-01", periods=3), df["b"].value_counts(), df["b"].str.upper(), pd.concat([df, df]))
    print(pd.Series([1, 2, 3]).rolling(2).mean(), df.iloc[0], df.loc[0, "a"], df.isna().sum(), df.head(), df.to_json())
    df["d"] = df["a"] * 2
    print(df.corr(numeric_only=True), df.drop(columns="d"), df.rename(columns={"a": "z"}), df.to_string())
    print(df.to_dict("records"), df.columns.tolist())
""", 0, 4),
    ("""
import sys, io
sys.stderr = sys.__stderr__ = io.StringIO()
def fail(n):
    return 1 // n
try:
    fail(0)
except ZeroDivisionError as error:
    raise RuntimeError("b") from error
""", 1, 4),
]


def warm_up():
    """Run them in rounds, as the interpreter specialises only what it has seen often enough."""
    global leave
    real_leave = leave
    gc.freeze()  # each program ends with a collection, which need not look at all that was imported
    for done in range(max(times for _, _, times in WARMUP_PROGRAMS)):
        for source, status, times in WARMUP_PROGRAMS:
            if done < times:
                warm_up_with(source, status)
    gc.unfreeze()
    leave = real_leave
    os.unlink(WARMUP_FILE)


def warm_up_with(source, status):
    global leave
    with open(WARMUP_FILE, "w") as file:
        file.write(source)
    ended = []
    leave = ended.append
    stderr = sys.stderr
    run_program(json.dumps({"program": WARMUP_FILE, "args": [], "env": {}}).encode().hex().encode())
    sys.stderr = sys.__stderr__ = stderr
    if ended != [status]:
        raise RuntimeError(f"a warm-up program did not end with {status}: {source}")
