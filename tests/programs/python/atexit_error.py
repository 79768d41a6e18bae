import atexit
def f(): 1/0
atexit.register(print, "still runs")
atexit.register(f)
