// JSON: stringify with indentation, replacer and toJSON, parse with reviver, edge cases.
console.log(
  JSON.stringify({
    a: [1, { b: 2 }],
    c: "d\n\u2028\ud800",
    e: undefined,
    f: () => {},
    g: Symbol("x"),
    h: NaN,
    i: -0,
    j: null,
  }),
);
console.log(JSON.stringify({ a: [1, [], {}], b: { c: 2 } }, null, 2));
console.log(JSON.stringify([1, [2]], null, "--"), JSON.stringify({ a: 1 }, null, 20).length);
console.log(
  JSON.stringify({ a: 1, b: 2, c: { a: 3, b: 4 } }, ["a", "c"]),
  JSON.stringify({ a: 1, b: "x" }, (key, value) => (typeof value === "number" ? value + 1 : value)),
);
console.log(
  JSON.stringify({ toJSON: (key) => `key:${key}` }),
  JSON.stringify({ k: { toJSON: (key) => key } }),
  JSON.stringify(new Date(0)),
);
console.log(
  JSON.stringify([undefined, () => {}, Symbol()]),
  JSON.stringify(undefined),
  JSON.stringify(null),
  JSON.stringify('"\\/'),
  JSON.stringify(new Map([[1, 2]])),
);
console.log(
  JSON.stringify([new Number(3), new String("s"), new Boolean(true), Object.create({ inherited: 1 })]),
  JSON.stringify({ [Symbol("s")]: 1, 2: "b", 1: "a" }),
);
console.log(
  JSON.parse('{"a": [1, 2.5e3, -0.1, true, false, null], "b": "\\u00e9\\n"}'),
  JSON.parse(" [ ] "),
  JSON.parse('"\ud83d\ude00"'),
  JSON.parse("-0"),
);
console.log(
  JSON.parse('{"a": {"b": 1}, "list": [1, 2]}', (key, value) => (Array.isArray(value) ? value.length : value)),
);
console.log(JSON.parse('{"__proto__": 1, "a": 1, "a": 2}'), Object.keys(JSON.parse('{"b": 1, "10": 2, "9": 3}')));
for (const text of [
  "",
  "{",
  "[1,]",
  "{'a': 1}",
  "{a: 1}",
  '{"a" 1}',
  "1.",
  "[1 2]",
  '"\t"',
  '"\\x"',
  "undefined",
  "NaN",
  "{} {}",
  '{"a":1,}',
  "[1, 2, oops, 4, 5, 6, 7, 8, 9]",
]) {
  try {
    console.log(text, JSON.parse(text));
  } catch (error) {
    console.log(`${error.name}: ${error.message}`);
  }
}
for (const value of [undefined, {}, NaN]) {
  try {
    JSON.parse(value);
  } catch (error) {
    console.log(error.message);
  }
}
const loop = {};
loop.self = loop;
try {
  JSON.stringify(loop);
} catch (error) {
  console.log(error.name, error.message.split("\n")[0]);
}
const deep = JSON.parse("[".repeat(500) + "]".repeat(500));
console.log(JSON.stringify(deep).length);
