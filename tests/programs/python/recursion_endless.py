# However deep a program may go, one that never ends calling itself gets a RecursionError, and a report of it.
import sys
sys.setrecursionlimit(10 ** 9)
print(sys.getrecursionlimit())


def go_on(n):
    return go_on(n + 1) + 1


go_on(0)
