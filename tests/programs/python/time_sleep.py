import time
a = time.monotonic(); time.sleep(0.05); d = time.monotonic() - a
print(0.045 < d < 1)
