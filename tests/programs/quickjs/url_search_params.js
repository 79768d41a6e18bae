// URLSearchParams: making, reading, changing, and its link with a URL.
const params = new URLSearchParams("?a=1&b=2&a=3&empty&=novalue&plus=a+b%20c&pct=%zz%E2%82%AC");
console.log([...params], params.size);
console.log(
  params.get("a"),
  params.getAll("a"),
  params.get("missing"),
  params.has("empty"),
  params.has("a", "9"),
  params.get("plus"),
);
params.append("new", "x y&z=é");
params.set("a", "only");
params.delete("b");
params.delete("empty", "other");
console.log(params.toString());
params.sort();
console.log(params.toString(), params);
console.log(
  new URLSearchParams({ o: 1, list: [1, 2] }).toString(),
  new URLSearchParams([
    ["x", "1"],
    ["x", 2],
  ]).toString(),
  new URLSearchParams(new Map([["m", "v"]])).toString(),
  new URLSearchParams(params).size,
);
console.log(
  new URLSearchParams("a=*-._~!'()").toString(),
  new URLSearchParams({ "\ud800": "😀\n" }).toString(),
  new URLSearchParams().toString() === "",
  new URLSearchParams(""),
);
for (const [key, value] of new URLSearchParams("k=v&l=w")) console.log(key, value);
new URLSearchParams("k=v").forEach((value, key, self) => console.log(value, key, self instanceof URLSearchParams));
console.log(
  [...params.keys()].length,
  [...params.values()].length,
  Object.fromEntries(new URLSearchParams("a=1&b=2")),
  params.entries().next().value,
);

const url = new URL("http://h/p?x=1#f");
url.searchParams.append("y", "2 3");
console.log(url.href, url.search);
url.search = "?changed=1";
console.log(url.searchParams.get("changed"), url.searchParams.get("x"));
url.searchParams.delete("changed");
console.log(url.href);
try {
  new URLSearchParams([["only one"]]);
} catch (error) {
  console.log(error.name, error.code);
}
