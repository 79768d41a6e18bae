import asyncio, time
async def work(name, delay):
    await asyncio.sleep(delay)
    return name
async def main():
    start = time.monotonic()
    print(await asyncio.gather(work("a", 0.03), work("b", 0.01), work("c", 0.02)))
    print(0.02 < time.monotonic() - start < 0.5)
    try:
        await asyncio.wait_for(work("slow", 10), 0.02)
    except TimeoutError as e:
        print("wait_for", type(e).__name__)
    try:
        async with asyncio.timeout(0.02):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout()")
    async with asyncio.TaskGroup() as tg:
        t1 = tg.create_task(work("x", 0.01))
        t2 = tg.create_task(work("y", 0))
    print(t1.result(), t2.result())
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(work("x", 10))
            tg.create_task(fail())
    except* ValueError as g:
        print("group", g.exceptions)
    q = asyncio.Queue(maxsize=1)
    async def producer():
        for i in range(3): await q.put(i)
        await q.put(None)
    task = asyncio.create_task(producer())
    while (item := await q.get()) is not None: print("got", item)
    done, pending = await asyncio.wait([asyncio.create_task(work("f", 0)), asyncio.create_task(work("g", 5))], return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending))
    for p in pending: p.cancel()
    for c in asyncio.as_completed([work("2", 0.02), work("1", 0.01)]): print(await c)
    lock, sem, ev = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Event()
    async with lock, sem: ev.set()
    await ev.wait()
    async for v in agen(): print(v)
    time.sleep(0.01)
    return "done"
async def agen():
    for i in range(2):
        yield i
        await asyncio.sleep(0)
async def fail():
    raise ValueError("boom")
print(asyncio.run(main()))
