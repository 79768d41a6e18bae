"""Drives pydantic-monty: each run is a fresh session of a warm worker process of its pool."""

import pydantic_monty
from serve import serve

POOL = pydantic_monty.Monty(min_processes=2, max_processes=16)


def run(code):
    printed = pydantic_monty.CollectString()
    with POOL.checkout() as session:
        session.feed_run(code, print_callback=printed)
    return printed.output


def hold(code):
    session = POOL.checkout()
    session.__enter__()
    session.feed_run(code, print_callback=pydantic_monty.CollectString())
    return session


with POOL:
    serve(run, hold, lambda session: session.__exit__(None, None, None))
