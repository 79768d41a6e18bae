import random
random.rand_int(1, 2)
