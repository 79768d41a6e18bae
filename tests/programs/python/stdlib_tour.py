import json, re, math, datetime as dt, collections, itertools, functools, statistics, decimal, fractions, string, textwrap, pathlib, os, sys, io, csv, hashlib, zlib, base64, uuid, calendar, copy, heapq, bisect, operator, contextlib, abc, traceback, shutil, glob, urllib.parse, html, argparse, struct, array, pickle, zipfile, gzip, bz2, lzma, tarfile, queue, inspect, ast, enum, typing, dataclasses, configparser, tomllib, xml.etree.ElementTree as ET, types, random, locale, platform, pprint, difflib, shelve, graphlib, secrets, hmac, ipaddress, unicodedata, cmath, numbers, weakref, timeit, sched, fnmatch, colorsys
print(json.dumps({"a": [1, 2.5, None, True], "é": "✓"}, ensure_ascii=False), json.loads("[1e3]"))
print(re.sub(r"(?P<x>\d+)", lambda m: str(int(m["x"]) * 2), "a1b22"), re.split(r"\W+", "a, b;c"))
print(math.factorial(20), math.isclose(0.1 + 0.2, 0.3), math.comb(5, 2), math.pi)
print(dt.date(2024, 2, 29) + dt.timedelta(days=365), dt.datetime(2024, 1, 1).strftime("%A %j"), dt.datetime.strptime("3 Mar 2021", "%d %b %Y"))
print(collections.Counter("hello").most_common(1), collections.deque([1, 2, 3], 2), collections.namedtuple("P", "x y")(1, 2), collections.ChainMap({1: 2})[1])
print(list(itertools.batched("abcde", 2)), list(itertools.accumulate([1, 2, 3])), functools.reduce(operator.mul, range(1, 6)))
print(statistics.mean([1, 2, 3, 4]), statistics.stdev([1, 2, 3, 4]), statistics.quantiles([1, 2, 3, 4]))
decimal.getcontext().prec = 30
print(decimal.Decimal(1) / 7, decimal.Decimal("1.10") + 1, fractions.Fraction(1, 3) + fractions.Fraction(1, 6))
print(textwrap.shorten("hello big world", 9), textwrap.dedent("  a"), string.Template("$x!").substitute(x=1))
p = pathlib.Path("d/e"); p.mkdir(parents=True); (p / "f.txt").write_text("hi\n"); print([str(x) for x in pathlib.Path(".").rglob("*.txt")], (p / "f.txt").stat().st_size, p.exists())
out = io.StringIO(); w = csv.DictWriter(out, ["a", "b"]); w.writeheader(); w.writerow({"a": 1, "b": "x,y"}); print(repr(out.getvalue()), list(csv.reader(["1,2"])))
print(hashlib.sha256(b"a").hexdigest()[:8], hashlib.md5(b"a").hexdigest()[:8], hashlib.blake2b(b"a", digest_size=4).hexdigest(), hashlib.sha3_256(b"a").hexdigest()[:8], hmac.new(b"k", b"m", "sha1").hexdigest()[:8])
for c in (zlib, bz2, lzma, gzip): print(c.decompress(c.compress(b"x" * 1000)) == b"x" * 1000, end=" ")
print(base64.b64encode(b"hello"), uuid.uuid5(uuid.NAMESPACE_DNS, "a"), struct.pack("<Ih", 1, -1), array.array("d", [1.5]))
print(calendar.month(2024, 2).splitlines()[0].strip(), heapq.nsmallest(2, [3, 1, 2]), bisect.bisect([1, 2, 3], 2), urllib.parse.quote("a b/é"), html.escape("<a>"), urllib.parse.urlparse("http://h:1/p?q=1").port)
with zipfile.ZipFile("z.zip", "w", zipfile.ZIP_DEFLATED) as z: z.write("d/e/f.txt", "g.txt")
print(zipfile.ZipFile("z.zip").read("g.txt"))
with tarfile.open("t.tar.gz", "w:gz") as t_: t_.add("d")
print(sorted(tarfile.open("t.tar.gz").getnames()), sorted(glob.glob("*.*z*")), shutil.copy("z.zip", "y.zip"))
ET_root = ET.fromstring("<a><b c='1'>t</b></a>"); print(ET_root.find("b").get("c"), ET.tostring(ET_root))
print(tomllib.loads("a = 1\n[b]\nc = [1, 2]"), ast.unparse(ast.parse("x=1+2")), pprint.pformat({"a": 1}), list(difflib.unified_diff(["a"], ["b"], lineterm=""))[-1])
cp = configparser.ConfigParser(); cp.read_string("[s]\nk=v"); print(cp["s"]["k"], list(graphlib.TopologicalSorter({"b": {"a"}}).static_order()), ipaddress.ip_network("10.0.0.0/30").num_addresses, unicodedata.name("é"))
a = argparse.ArgumentParser(prog="p"); a.add_argument("--n", type=int, default=3); print(a.parse_args(["--n", "4"]))
with shelve.open("s") as sh: sh["k"] = [1]
print(shelve.open("s")["k"])
class E(enum.Flag): A = 1; B = 2
print(E.A | E.B, typing.get_type_hints(lambda: 0), typing.Optional[int], list[int])
def g[T](x: T) -> T: return x
match {"k": [1, 2]}:
    case {"k": [a_, *rest]}: print(a_, rest)
print(f"{'nested ' + f"{1 + 1}"!r:>12}", g(1), 0.1 + 0.2, 10 ** 30, -7 // 2, 1_000)
