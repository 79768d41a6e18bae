// Proxy traps and Reflect.
const log = [];
const proxy = new Proxy(
  { a: 1 },
  {
    get(target, key, receiver) {
      log.push(`get ${String(key)}`);
      return Reflect.get(target, key, receiver) ?? `no ${String(key)}`;
    },
    set(target, key, value) {
      if (typeof value !== "number") throw new TypeError(`${key} must be a number`);
      return Reflect.set(target, key, value);
    },
    has: (target, key) => !key.startsWith("_") && key in target,
    deleteProperty: (target, key) => (log.push(`delete ${key}`), delete target[key]),
    ownKeys: (target) => [...Reflect.ownKeys(target), "virtual"],
    getOwnPropertyDescriptor: (target, key) => ({ value: target[key] ?? "v", enumerable: true, configurable: true }),
  },
);
console.log(proxy.a, proxy.missing, "a" in proxy, "_private" in proxy);
proxy.b = 2;
try {
  proxy.c = "text";
} catch (error) {
  console.log(error.message);
}
console.log(Object.keys(proxy), delete proxy.a, { ...proxy });
console.log(log);

const traced = new Proxy(
  function add(a, b) {
    return a + b;
  },
  {
    apply: (target, self, parts) => `${target.name}(${parts}) = ${Reflect.apply(target, self, parts)}`,
    construct: (target, parts) => ({ made: parts }),
  },
);
console.log(traced(1, 2), new traced(3), typeof traced);

const { proxy: revocable, revoke } = Proxy.revocable({}, {});
revoke();
try {
  revocable.x;
} catch (error) {
  console.log(error.name);
}
const array = new Proxy([], {
  set: (target, key, value) => ((target[key] = key === "length" ? value : value * 10), true),
});
array.push(1, 2);
console.log(array, Array.isArray(array), array.length);
try {
  new Proxy(Object.freeze({ fixed: 1 }), { get: () => 2 }).fixed;
} catch (error) {
  console.log(error.name);
}

console.log(Reflect.ownKeys({ b: 1, 2: 1, a: 1, 1: 1, [Symbol("s")]: 1 }));
console.log(
  Reflect.has({ x: 1 }, "x"),
  Reflect.getPrototypeOf([]) === Array.prototype,
  Reflect.defineProperty({}, "x", { value: 1 }),
);
console.log(
  Reflect.construct(Date, [0]).getTime(),
  Reflect.construct(
    function () {
      return new.target;
    },
    [],
    Map,
  ) === Map,
);
console.log(
  Reflect.isExtensible(Object.seal({})),
  Reflect.deleteProperty(Object.freeze({ a: 1 }), "a"),
  Reflect.apply(Math.max, null, [1, 3]),
);
