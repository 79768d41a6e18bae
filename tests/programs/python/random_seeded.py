import random, numpy as np
random.seed(42); np.random.seed(42)
print(random.random(), random.randint(1, 100), random.choice("abc"))
print(np.random.rand(), np.random.randint(0, 100), np.random.normal())
print(np.random.default_rng(1).integers(0, 100, 3), random.Random(1).random(), np.random.RandomState(0).rand())
np.random.seed(0)
import scipy.stats
print(scipy.stats.norm.rvs(), np.random.rand())
state = np.random.get_state(); a = np.random.rand(); np.random.set_state(state); print(a == np.random.rand())
print("randint" in dir(random), "rand" in dir(np.random), random.gauss.__self__ is random._inst)
import inspect; print(len(inspect.getmembers(np.random)) > 50)
