def a():
    try:
        {}["k"]
    except KeyError as e:
        raise ValueError("bad") from e

try:
    a()
except ValueError:
    int("x")
