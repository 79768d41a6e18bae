def f(x):
    """
    >>> f(2)
    4
    >>> f(3)
    7
    """
    return x * 2
import doctest
print(doctest.testmod())
