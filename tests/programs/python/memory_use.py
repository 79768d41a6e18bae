x = [bytes(1 << 20) for _ in range(50)]
print(len(x), sum(map(len, x)) >> 20)
try:
    y = bytearray(1 << 40)
except (MemoryError, OverflowError) as e:
    print(type(e).__name__)
