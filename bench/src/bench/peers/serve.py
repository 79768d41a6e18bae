"""The protocol of a driver: one JSON object a line on stdin, one answer a line on stdout.

A driver gives `serve` three functions: `run(code)` runs a program in a sandbox that no other run has used and returns
what it printed; `hold(code)` does the same and returns something that keeps the sandbox alive; `release(held)` ends that.
"""

import json
import sys
import threading
import time


def checked(run, code, number):
    code = code.replace("NUMBER", str(number))
    before = time.perf_counter()
    printed = run(code)
    took = (time.perf_counter() - before) * 1000
    if not printed.startswith("hi"):
        raise RuntimeError(f"it printed {printed!r}")
    return took


def throughput(run, code, seconds, callers):
    counts = [0] * callers
    errors = []
    end = time.perf_counter() + seconds

    def caller(index):
        try:
            while time.perf_counter() < end:
                checked(run, code, counts[index])
                counts[index] += 1
        except Exception as error:
            errors.append(error)

    before = time.perf_counter()
    threads = [threading.Thread(target=caller, args=(index,)) for index in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return {"runs": sum(counts), "seconds": time.perf_counter() - before}


def serve(run, hold, release, kernels=None):
    held = []
    for line in sys.stdin:
        order = json.loads(line)
        try:
            match order["do"]:
                case "warm":
                    answer = {"ms": [checked(run, order["code"], number) for number in range(order["runs"])]}
                case "throughput":
                    answer = throughput(run, order["code"], order["seconds"], order["callers"])
                case "kernels":
                    answer = {"printed": (kernels or run)(order["code"])}
                case "hold":
                    held += [hold(order["code"]) for _ in range(order["count"])]
                    answer = {}
                case "release":
                    for one in held:
                        release(one)
                    held = []
                    answer = {}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
