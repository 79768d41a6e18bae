import threading, concurrent.futures as cf, _thread
try:
    threading.Thread(target=print).start()
except RuntimeError as e:
    print("thread:", e)
try:
    with cf.ThreadPoolExecutor(2) as ex: list(ex.map(str, [1, 2]))
except RuntimeError as e:
    print("pool:", e)
try:
    threading.Timer(0.1, print).start()
except RuntimeError as e:
    print("timer:", e)
try:
    with cf.ProcessPoolExecutor(2) as ex: list(ex.map(str, [1, 2]))
except Exception as e:
    print("process pool:", type(e).__name__)
l = threading.Lock()
with l, threading.RLock(): print(l.locked(), threading.current_thread().name, threading.active_count())
loc = threading.local(); loc.x = 1
import queue
q = queue.Queue(); q.put(1); print(q.get(), q.empty())
