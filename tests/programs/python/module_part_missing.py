import numpy.nothing
