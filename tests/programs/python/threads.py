import concurrent.futures as cf, queue, sys, threading, time

# A contest program runs its main in a thread, for the stack.
def main():
    def depth(n):
        return 0 if n == 0 else 1 + depth(n - 1)
    print("deep", depth(50_000), threading.current_thread().name)
threading.stack_size(1 << 27)
sys.setrecursionlimit(1 << 25)
thread = threading.Thread(target=main)
thread.start()
print(thread.is_alive(), thread.daemon, thread in threading.enumerate())
thread.join()
print(thread.is_alive(), threading.current_thread().name, threading.active_count())

# Results, names, locals, exceptions.
results, own = [], threading.local()
def work(number):
    own.number = number
    results.append((number, own.number, threading.current_thread().name))
threads = [threading.Thread(target=work, args=(n,), name=f"w{n}") for n in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(results, hasattr(own, "number"))
threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.thread.name)
thread = threading.Thread(target=lambda: 1 / 0, name="fails")
thread.start(); thread.join()
thread = threading.Thread(target=sys.exit)
thread.start(); thread.join()

# Threads that wait for what the program does next, and a program that waits for them.
jobs, done = queue.Queue(), []
def worker():
    while True:
        job = jobs.get()
        done.append(job * job)
        jobs.task_done()
for _ in range(2):
    threading.Thread(target=worker, daemon=True).start()
for n in range(4): jobs.put(n)
jobs.join()
print(sorted(done))
event = threading.Event()
thread = threading.Thread(target=lambda: print("set", event.wait()))
thread.start()
event.set()
thread.join()
ready = threading.Event()
threading.Thread(target=ready.set).start()
print("ready", ready.wait())
barrier = threading.Barrier(2)
pair = [threading.Thread(target=barrier.wait) for _ in range(2)]
for thread in pair: thread.start()
for thread in pair: thread.join()
print("barrier", barrier.broken)

# Pools, timers, what is old.
with cf.ThreadPoolExecutor(2) as pool:
    print(list(pool.map(str, [1, 2])), pool.submit(pow, 2, 5).result())
    failed = pool.submit(int, "x")
    print(type(failed.exception()).__name__, failed.done())
timer = threading.Timer(0.01, print, ["timer"])
timer.start(); timer.join()
cancelled = threading.Timer(10, print, ["never"])
cancelled.start(); cancelled.cancel()
lock = threading.Lock()
with lock: print(lock.locked(), lock.acquire(timeout=0.01))
print(queue.Queue().empty(), queue.Queue(1).maxsize)
try:
    queue.Queue().get(timeout=0.01)
except queue.Empty:
    print("empty")
threading.Thread(target=print, args=("at the end",)).start()
print("last line")
from multiprocessing.pool import ThreadPool
with ThreadPool(4) as pool:
    print(pool.map(abs, [-1, 2]), pool.starmap(pow, [(2, 3)]), list(pool.imap(str, [5])), pool.apply_async(int, ("x",)).successful())
