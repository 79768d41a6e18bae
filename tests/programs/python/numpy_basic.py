import numpy as np
a = np.arange(12).reshape(3, 4)
print(a, a.sum(axis=0), a.mean(), a @ a.T, sep="\n")
print(np.linalg.solve([[3, 1], [1, 2]], [9, 8]), np.round(np.linalg.eigvals([[2, 0], [0, 3]]), 3), np.linalg.det(np.eye(3)))
print(np.sort([3, 1, 2]), np.unique([1, 1, 2], return_counts=True), np.where(a > 5, a, 0)[2], np.percentile(a, 50), np.cumsum([1, 2, 3]))
print(np.array([1.5, np.nan]), np.isnan([np.nan]), np.datetime64("2024-01-01") + np.timedelta64(1, "D"), np.fft.fft([1, 0, 0, 0]).real, np.polyfit([0, 1, 2], [1, 3, 5], 1).round(6))
np.save("a.npy", a); print(np.load("a.npy").shape); np.savetxt("a.csv", a, fmt="%d", delimiter=","); print(np.loadtxt("a.csv", delimiter=",").sum())
import warnings
print(np.array([1]) / np.array([0]))
print(a.dtype, np.int64(1).nbytes, np.__version__)
