# The type of an array is told where it is not the one that numpy chooses on a machine of 64 bits.
import numpy as np
import pandas as pd

print(repr(np.array([1, 2, 3])), repr(np.array([1, 2], np.int32)), repr(np.array([1, 2], np.uint8)), repr(np.array([1], np.uint64)))
print([np.arange(2)], {"k": np.array([5])}, np.where(np.array([0, 1, 1])), np.nonzero(np.array([0, 3])))
print(repr(np.array([], int)), repr(np.array([True])), repr(np.array([1.5])), repr(np.array([1.5], np.float32)))
print(repr(np.ma.array([1, 2], mask=[0, 1])), repr(np.matrix([[1, 2]])))
print(pd.factorize(np.array(["a", "b", "a"], object)))
print(repr(np.array([(1, 2)], dtype=[("a", int), ("b", np.int32)])))
print(repr(np.int64(3)), repr(np.int32(3)), repr(np.array(7)), repr(np.array(7, np.int32)))
