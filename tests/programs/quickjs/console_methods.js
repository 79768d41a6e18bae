// The other methods of console, on stdout and on stderr.
console.error("error: %s", "to stderr");
console.warn({ warn: true });
console.assert(true, "never shown");
console.assert(1 === 2, "one is %d", 1);
console.assert(false);
console.assert(false, { detail: 1 });

console.group("Group");
console.log("inside\nsecond line");
console.group();
console.error("deeper on stderr");
console.log({ a: 1 });
console.groupEnd();
console.groupEnd();
console.groupEnd();
console.log("outside");

console.count();
console.count();
console.count("named");
console.countReset();
console.count();

console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
console.dir({ a: { b: { c: { d: 1 } } } }, { depth: null });
console.dir("text");

console.table([
  { a: 1, b: "x" },
  { a: 2, c: true },
]);
console.table([
  [1, 2],
  [3, 4],
]);
console.table(["p", "q"]);
console.table({ row: { col: 1 }, other: { col: 2 } });
console.table([{ a: 1, b: 2 }], ["b"]);
console.table(
  new Map([
    ["k", 1],
    ["l", { m: 2 }],
  ]),
);
console.table(new Set(["s"]));
console.table("not a table");
console.table([]);
console.table([1, "two", { three: 3 }]);
console.table([{ name: "é", wide: [1, 2] }]);

const { log } = console;
log("taken from console", [1].map(String));
[1, 2].forEach(console.log);
console.log(typeof console.time, Object.prototype.toString.call(console));
