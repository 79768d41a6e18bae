import math
help(math.sqrt)
help(len)
