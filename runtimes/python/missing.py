"""Says what to do about a module that a cell does not have.

Owns the line that follows the traceback of an uncaught ModuleNotFoundError: what the cell has instead, and how to get
the module. Says nothing about a part of a package that is there, nor about modules in the program's own folder.
"""

import os
import sys

# What the cell has instead, and the names of packages that are not those of their modules.
INSTEAD = {
    "altair": "matplotlib", "bokeh": "matplotlib", "plotly": "matplotlib and seaborn",
    "cv2": "Pillow and scipy.ndimage", "imageio": "Pillow", "skimage": "Pillow and scipy.ndimage",
    "polars": "pandas", "dask": "pandas", "duckdb": "sqlite3 and pandas", "pyarrow": "pandas",
    "torch": "sklearn.neural_network", "tensorflow": "sklearn.neural_network", "keras": "sklearn.neural_network",
    "jax": "numpy", "numba": "numpy", "xgboost": "sklearn.ensemble", "lightgbm": "sklearn.ensemble",
    "requests": "no network", "httpx": "no network", "aiohttp": "no network", "urllib3": "no network",
    "boto3": "no network", "selenium": "no network", "websockets": "no network", "ssl": "no network",
    "tkinter": "matplotlib", "_ctypes": "struct and array", "orjson": "json", "ujson": "json", "simplejson": "json",
    "psycopg2": "sqlite3", "pymysql": "sqlite3", "sqlalchemy": "sqlite3", "pytest": "unittest",
    "pydantic": "dataclasses", "loguru": "logging", "rich": "print", "tqdm": "print", "click": "argparse",
    "typer": "argparse", "xlsxwriter": "openpyxl", "pytz": "zoneinfo", "arrow": "datetime", "pendulum": "datetime",
}
PACKAGES = {
    "cv2": "opencv-python-headless", "skimage": "scikit-image", "Crypto": "pycryptodome", "dotenv": "python-dotenv",
    "docx": "python-docx", "fitz": "pymupdf", "serial": "pyserial", "git": "gitpython", "jwt": "pyjwt",
    "psycopg2": "psycopg2-binary", "magic": "python-magic", "OpenSSL": "pyopenssl", "google": "google-api-python-client",
}
WHAT_IS_THERE = "numpy, pandas, scipy, scikit-learn, matplotlib, Pillow, sympy, lxml and the standard library"


def tell_missing(error):
    name = (error.name or "").partition(".")[0]
    if not name or name in sys.modules or os.path.exists("/work/" + name):
        return
    instead = INSTEAD.get(name, WHAT_IS_THERE)
    has = "no network either" if instead == "no network" else f"it has {instead}"
    if name in sys.stdlib_module_names:
        remedy = "a container has it (backend `container`)"
    else:
        remedy = f"a container installs it (backend `container`, package `{PACKAGES.get(name, name)}`)"
    print(f"runcell: {name} is not in this cell; {has}; {remedy}", file=sys.stderr)
