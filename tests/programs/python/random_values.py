import random, uuid, secrets, numpy as np, tempfile, os
print(random.random(), np.random.rand(), np.random.default_rng().random(), uuid.uuid4(), secrets.token_hex(8), os.urandom(4).hex(), tempfile.mktemp(), random.Random().random(), uuid.uuid1(), random.SystemRandom().random())
from random import *
from numpy.random import *
