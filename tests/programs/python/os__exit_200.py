import os
os._exit(200)
