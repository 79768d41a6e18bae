import inspect, sys
print([f.function for f in inspect.stack()])
f, n = sys._getframe(), 0
while f: n += 1; f = f.f_back
def depth():
    return len(inspect.stack())
print(depth())
import logging
logging.basicConfig(stream=sys.stdout, format="%(filename)s:%(lineno)d %(message)s")
logging.warning("here", stack_info=True)
