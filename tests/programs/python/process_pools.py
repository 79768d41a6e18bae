# Pools of processes: what they are given runs in order.
import concurrent.futures
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import Pool


def square(n):
    return n * n


def add(a, b):
    return a + b


def fail(n):
    raise ValueError(f"bad {n}")


if __name__ == "__main__":
    with Pool(4) as pool:
        print(pool.map(square, range(10)), pool.starmap(add, [(1, 2), (3, 4)]))
        print(list(pool.imap(square, [1, 2], chunksize=2)), sorted(pool.imap_unordered(square, [3, 1])))
        print(pool.apply(add, (1, 2)), pool.apply_async(add, (3, 4)).get(timeout=5))
        try:
            pool.map(fail, [7])
        except ValueError as error:
            print(error)
    pool = multiprocessing.Pool(processes=multiprocessing.cpu_count(), maxtasksperchild=1)
    print(pool.map_async(square, [5]).get())
    pool.close()
    pool.join()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(square, [6]))
    with ProcessPoolExecutor(max_workers=2) as executor:
        print(list(executor.map(square, range(5), chunksize=2)), executor.submit(add, 1, b=2).result())
        futures = {executor.submit(square, n): n for n in range(3)}
        print(sorted((futures[done], done.result()) for done in as_completed(futures)))
        print(type(executor.submit(fail, 1).exception()).__name__, type(executor).__name__)
    print(isinstance(executor, concurrent.futures.Executor))
