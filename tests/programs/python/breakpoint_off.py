breakpoint()
import os, sys
os.environ["PYTHONBREAKPOINT"] = "builtins.print"
breakpoint("called", 1)
os.environ["PYTHONBREAKPOINT"] = "no.such"
breakpoint()
sys.breakpointhook = lambda: print("own")
breakpoint()
