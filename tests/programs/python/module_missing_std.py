try:
    import requests
except ImportError as error:
    print("told by the program:", error)
import tkinter
