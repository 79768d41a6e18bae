import yaml, bs4, lxml.etree, tabulate, jinja2, networkx as nx, sympy as sp, openpyxl, regex, tqdm, PIL.Image, dateutil.parser, attrs, more_itertools, toolz, xmltodict
print(yaml.safe_load("a: [1, 2]"), bs4.BeautifulSoup("<p>hi</p>", "html.parser").p.text, lxml.etree.fromstring("<a>1</a>").text)
print(tabulate.tabulate([[1, 2]], headers=["a", "b"]).splitlines()[0], jinja2.Template("{{ x }}").render(x=1), nx.shortest_path(nx.path_graph(4), 0, 3))
x = sp.symbols("x"); print(sp.diff(x ** 2 * sp.sin(x), x), sp.solve(x ** 2 - 2, x), sp.integrate(sp.exp(-x), (x, 0, sp.oo)))
print(dateutil.parser.parse("3 May 2020"), regex.findall(r"\p{L}+", "aé 1"), PIL.Image.new("RGB", (2, 2)).tobytes()[:3])
import seaborn, statsmodels.api as sm, numpy as np
print(sm.OLS([1., 2., 3.1], sm.add_constant([1., 2., 3.])).fit().params.round(2))
