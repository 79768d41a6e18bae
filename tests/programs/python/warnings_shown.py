import warnings
warnings.warn("user")
warnings.warn("dep", DeprecationWarning)
warnings.warn("res", ResourceWarning)
def f(): warnings.warn("level", stacklevel=2)
f()
import helper
helper.old()
