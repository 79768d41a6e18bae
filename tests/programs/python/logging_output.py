import logging, sys
logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(funcName)s:%(message)s")
def f():
    logging.info("hello %s", "x")
    try: 1/0
    except ZeroDivisionError: logging.exception("oops")
f()
h = logging.handlers.MemoryHandler(100, target=logging.StreamHandler(sys.stdout)) if hasattr(logging, "handlers") else None
import logging.handlers
h = logging.handlers.MemoryHandler(100, target=logging.StreamHandler(sys.stdout)); logging.getLogger("m").addHandler(h); logging.getLogger("m").warning("kept till exit")
