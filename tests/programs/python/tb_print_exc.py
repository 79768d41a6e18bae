import traceback, sys
def f(): 1/0
try:
    f()
except ZeroDivisionError:
    traceback.print_exc(file=sys.stdout)
    print(sys.exc_info()[0].__name__)
def g(): traceback.print_stack(file=sys.stdout)
g()
