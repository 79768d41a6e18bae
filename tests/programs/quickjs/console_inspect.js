// How console.log shows objects: nesting, classes, collections, layout over several lines.
console.log({}, [], { a: 1, "b-c": 2, 3: 4, [Symbol("key")]: 5 });
console.log({ a: { b: { c: { d: 1 } } } }, [[[[1]]]]);
console.log([1, , 3], [, ,], new Array(5), [undefined, null]);
console.log(Object.assign([1, 2], { extra: true }));
console.log(Array.from({ length: 120 }, (_, i) => i));
console.log(Array.from({ length: 12 }, (_, i) => "item " + i));
console.log(["apple", "fig", "a much longer word here", "kiwi", "x", "yy", "zzz"]);
console.log(
  new Map([
    ["a", 1],
    [{ k: 1 }, [2]],
  ]),
  new Map(),
  new Set([1, "two", { three: 3 }]),
  new Set(),
);
console.log(new Map([[1, new Map([[2, new Map([[3, 4]])]])]]));

class Animal {
  #secret = 1;
  constructor(name) {
    this.name = name;
  }
  get loud() {
    return this.name.toUpperCase();
  }
}
class Dog extends Animal {}
console.log(new Animal("Tom"), new Dog("Rex"), Animal, Dog, [Dog], class {});
console.log(Object.create(null), Object.create({ inherited: 1 }), Object.create(Dog.prototype));
console.log(
  function () {},
  function named() {},
  () => {},
  async () => {},
  function* gen() {},
  Math.max,
);
console.log(
  Object.assign(() => {}, { a: 1 }),
  {
    method() {},
    arrow: () => {},
    get x() {
      return 1;
    },
    set x(v) {},
    get y() {
      return 1;
    },
    set z(v) {},
  },
);
console.log([1.5, -0, NaN, Infinity], [true, false], [10n, Symbol("x"), Symbol.iterator]);
console.log(new Date(Date.UTC(2024, 1, 29, 12, 30)), [new Date(0)], new Date(NaN));
console.log(/a+b/gi, [/x/], Object.assign(/y/, { note: 1 }));
console.log(new Number(3), new String("abc"), new Boolean(false), Object(1n), Object(Symbol("s")), [new String("x")]);
console.log(Promise.resolve(4), Promise.resolve({ a: 1 }), new Promise(() => {}));
console.log(new WeakMap(), new WeakSet(), new Proxy({ a: 1 }, {}), new Proxy(function f() {}, {}));
console.log(globalThis === global, typeof globalThis, Math, JSON, Reflect, Atomics);
console.log(
  (function () {
    return arguments;
  })(1, 2),
  [1, 2][Symbol.iterator](),
  new Map([[1, 2]]).entries(),
  new Set([5]).values(),
  "ab"[Symbol.iterator](),
  "a".matchAll(/a/g),
);
console.log((function* () {})(), (async function* () {})());

const loop = { name: "loop", list: [] };
loop.self = loop;
loop.list.push(loop, { back: loop.list });
console.log(loop);

console.log({ long: "x".repeat(60), other: "y".repeat(30) });
console.log({ text: "several\nlines\nof text that is long enough to be broken up, they say" });
console.log(
  [
    ["a", 1],
    ["b", 2],
  ],
  [
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ],
);
console.log({
  users: [
    { name: "Ann", tags: ["a", "b"] },
    { name: "Bob", tags: [] },
  ],
  total: 2,
  next: null,
  nested: { deep: { deeper: { deepest: 1 } } },
});
console.log(Object.fromEntries(Array.from({ length: 30 }, (_, i) => ["key" + i, i])));
console.log("x".repeat(20).split(""), [..."abc"].entries().toArray());
console.log(
  { [Symbol.toStringTag]: "Tagged" },
  new (class A {
    get [Symbol.toStringTag]() {
      return "B";
    }
  })(),
);
console.log([function foo() {}, class Bar {}, Symbol("baz")], { undefined, null: null });
console.log(process.argv.length > 1, [["deep", ["deeper", ["deepest", ["bottom"]]]]]);
