import signal, time
try:
    signal.alarm(1)
except AttributeError as e:
    print(e)
print(signal.SIGINT.name)
signal.signal(signal.SIGINT, signal.SIG_DFL)
