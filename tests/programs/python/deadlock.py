"""A wait that nothing can end says so, instead of going on until the time is over."""
import asyncio, queue, threading

def waits():
    lock = threading.Lock()
    lock.acquire()
    yield "lock", lock.acquire
    yield "queue", queue.Queue().get
    yield "simple queue", queue.SimpleQueue().get
    yield "full queue", lambda: (full := queue.Queue(1), full.put(1), full.put(2))
    yield "event", threading.Event().wait
    yield "condition", lambda: asyncio.run(asyncio.Event().wait())
    yield "future", lambda: asyncio.run(asyncio.Queue().get())
    yield "semaphore", threading.Semaphore(0).acquire
    yield "barrier", threading.Barrier(2).wait

for name, wait in waits():
    try:
        wait()
        print(name, "ended")
    except RuntimeError as error:
        print(name, error)
queue.Queue().get()
