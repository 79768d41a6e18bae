"""What a program shows becomes files that its caller gets without asking: `figure-1.png`, `table-1.csv`.

Owns `plt.show()`, `Figure.show()`, `Image.show()` and the value of a program's last expression where that is a plot, an
image or a data frame. The files lie in /work; their names are listed in a file that runtime.toml names to the host.
Is loaded with matplotlib or not at all.
"""

import opcode
import os
import sys

SHOWN_LIST = "/tmp/.shown"
SHOWN_FOLDER = "/work/"

MOST_CELLS = 1_000_000  # of a data frame; a larger one is nothing to look at

MOST_PARTS = 100  # of a list or an array that are looked at

# How the interpreter's code ends where the last statement is an expression: its value is dropped, None returned.
EXPRESSION_END = compile("x", "x", "exec").co_code[-6:]
RETURN = bytes([opcode.opmap["RETURN_VALUE"], 0])


def shown_path(stem, ending):
    """The next free name in /work, noted as shown."""
    number = 1
    while os.path.lexists(f"{SHOWN_FOLDER}{stem}-{number}{ending}"):
        number += 1
    with open(SHOWN_LIST, "a") as file:
        file.write(f"{stem}-{number}{ending}\n")
    return f"{SHOWN_FOLDER}{stem}-{number}{ending}"


def show_figure(figure):
    figure.savefig(shown_path("figure", ".png"), format="png")


def show_plots(*args, **kwargs):
    """Show the open figures, and close them, as closing their windows would."""
    pyplot = sys.modules["matplotlib.pyplot"]
    for number in pyplot.get_fignums():
        show_figure(pyplot.figure(number))
    if kwargs.get("block", *args[:1] or (None,)) is not False:
        pyplot.close("all")


def figure_show(self, warn=True):
    """Show the figure."""
    show_figure(self)


def image_show(self, title=None):
    """Show the image."""
    image = self if self.mode in ("1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA") else self.convert("RGB")
    image.save(shown_path("figure", ".png"), format="png")


# Backends with windows, or of notebooks: a program that asks for one gets the one that makes files.
INTERACTIVE = {
    "tkagg", "tkcairo", "qtagg", "qtcairo", "qt4agg", "qt5agg", "qt5cairo", "qt6agg", "gtk3agg", "gtk3cairo", "gtk4agg", "gtk4cairo", "macosx",
    "webagg", "nbagg", "notebook", "widget", "ipympl", "inline", "wx", "wxagg", "wxcairo", "module://matplotlib_inline.backend_inline",
}


def files_for_windows(choose):
    """Lets `matplotlib.use` and `switch_backend` take the names of backends that a cell has not."""

    def use(backend, **more):
        return choose("agg" if str(backend).lower() in INTERACTIVE else backend, **more)

    use.__name__, use.__doc__, use.__module__ = choose.__name__, choose.__doc__, choose.__module__
    return use


def last_value_code(code):
    """The program with the value of its last expression as its result; itself if it does not end in one."""
    bytecode = code.co_code
    if not bytecode.endswith(EXPRESSION_END):
        return code
    return code.replace(co_code=bytecode[:-len(EXPRESSION_END)] + RETURN + EXPRESSION_END[len(RETURN):])


def show_value(value):
    """Show a program's last value if it is something to look at."""
    package = type(value).__module__.partition(".")[0]
    if package not in ("matplotlib", "pandas", "PIL", "numpy", "builtins", "sklearn", "seaborn"):
        return
    if package == "PIL":
        if hasattr(value, "getpixel"):
            image_show(value)
    elif package == "pandas":
        if hasattr(value, "columns") and hasattr(value, "to_csv") and value.size <= MOST_CELLS:
            value.to_csv(shown_path("table", ".csv"))
    else:
        for figure in dict.fromkeys(figures_of(value)):
            show_figure(figure)


def figures_of(value, depth=0):
    """The figures that a value is, or that it is part of: axes, what a plot function answers, a display."""
    many = isinstance(value, (list, tuple)) or type(value).__module__ == "numpy" and getattr(value, "dtype", None) == object
    if many and depth < 2:
        for item in value[:MOST_PARTS]:
            yield from figures_of(item, depth + 1)
        return
    figure = getattr(value, "figure_", value)
    figure = figure if hasattr(figure, "savefig") else getattr(figure, "figure", None)
    figure = getattr(figure, "figure", figure)
    if hasattr(figure, "savefig") and type(figure).__module__.startswith("matplotlib."):
        yield figure


def have_shown_files():
    if EXPRESSION_END[0] != opcode.opmap["POP_TOP"] or not EXPRESSION_END.endswith(RETURN):
        raise RuntimeError("the end of a compiled expression is not what was expected")

    import matplotlib.figure
    import matplotlib.pyplot
    import PIL.Image

    matplotlib.use = files_for_windows(matplotlib.use)
    matplotlib.pyplot.switch_backend = files_for_windows(matplotlib.pyplot.switch_backend)
    matplotlib.pyplot.show = show_plots
    matplotlib.figure.Figure.show = figure_show
    PIL.Image.Image.show = image_show
