// Endless recursion of every kind is an error that can be caught, and the program goes on.
const deepArray = (depth) => {
  let array = [];
  for (let i = 0; i < depth; i++) array = [array];
  return array;
};
const deepObject = (depth) => {
  let object = {};
  for (let i = 0; i < depth; i++) object = { inner: object };
  return object;
};
const nested = deepObject(200000);
const attempts = {
  calls: () =>
    (function f() {
      f();
    })(),
  "two functions": () => {
    const a = () => b() + 1;
    const b = () => a() + 1;
    a();
  },
  method: () =>
    ({
      f() {
        return this.f();
      },
    }).f(),
  getter: () =>
    ({
      get x() {
        return this.x;
      },
    }).x,
  setter: () => {
    ({
      set x(value) {
        this.x = value;
      },
    }).x = 1;
  },
  toString: () =>
    String({
      toString() {
        return `${this}`;
      },
    }),
  valueOf: () =>
    +{
      valueOf() {
        return +this;
      },
    },
  toJSON: () =>
    JSON.stringify({
      toJSON() {
        return { again: JSON.stringify(this) };
      },
    }),
  proxy: () => {
    const p = new Proxy({}, { get: (target, key) => p[key] });
    return p.x;
  },
  "proxy chain": () => {
    let p = {};
    for (let i = 0; i < 100000; i++) p = new Proxy(p, {});
    return p.x;
  },
  "proxy prototypes": () => {
    let p = {};
    for (let i = 0; i < 100000; i++) p = new Proxy(p, {});
    return p instanceof Map;
  },
  "proxy keys": () => {
    let p = {};
    for (let i = 0; i < 100000; i++) p = new Proxy(p, {});
    return Object.keys(p);
  },
  "iterator helpers": () => {
    let it = [1].values();
    for (let i = 0; i < 200000; i++) it = it.map((x) => x);
    return it.next();
  },
  constructor: () => {
    class A {
      constructor() {
        new A();
      }
    }
    new A();
  },
  comparator: () =>
    [2, 1].sort(function compare() {
      return [2, 1].sort(compare)[0];
    }),
  replace: () =>
    "a".replace(/a/, function again(text) {
      return text.replace(/a/, again);
    }),
  "JSON.stringify": () => JSON.stringify(nested),
  "JSON.parse": () => JSON.parse("[".repeat(200000)),
  "JSON reviver": () =>
    JSON.parse("[".repeat(5000) + "]".repeat(5000), function revive(key, value) {
      return JSON.parse("[1]", revive);
    }),
  structuredClone: () => structuredClone(nested),
  parser: () => eval("(".repeat(200000)),
  "parser, arrays": () => eval("[".repeat(200000)),
  "parser, unary": () => eval("!".repeat(200000) + "1"),
  "parser, functions": () => eval("()=>".repeat(100000) + "1"),
  "parser, blocks": () => eval("{".repeat(100000)),
  "parser, templates": () => eval("`${".repeat(100000)),
  "parser, destructuring": () => eval("var " + "[".repeat(100000)),
  flat: () => deepArray(200000).flat(Infinity),
  join: () => String(deepArray(200000)),
  generator: () => {
    function* g() {
      yield* g();
    }
    g().next();
  },
  bind: () => {
    let f = () => {};
    for (let i = 0; i < 3000; i++) f = f.bind(null);
    f();
  },
  "promise then": () => {
    const p = {
      then(done) {
        this.then(done);
      },
    };
    p.then();
  },
  spread: () => {
    const a = {
      [Symbol.iterator]() {
        return [...a];
      },
    };
    return [...a];
  },
  "tagged eval": () =>
    (function f() {
      eval("f()");
    })(),
  "new Function": () => {
    globalThis.again = () => new Function("again()")();
    globalThis.again();
  },
  "deep equal": () => require("util").isDeepStrictEqual(nested, deepObject(200000)),
  reflect: () =>
    (function f() {
      Reflect.apply(f, null, []);
    })(),
  instanceof: () => {
    class A {
      static [Symbol.hasInstance](x) {
        return x instanceof A;
      }
    }
    return 1 instanceof A;
  },
};
for (const [name, attempt] of Object.entries(attempts)) {
  let what = "finished";
  try {
    attempt();
  } catch (error) {
    what = error instanceof RangeError || error instanceof SyntaxError ? "stopped" : String(error);
  }
  console.log(name, what);
}
let pattern = "a";
for (let i = 0; i < 50000; i++) pattern = `(${pattern})`;
try {
  console.log("pattern", new RegExp(pattern).test("a"));
} catch (error) {
  console.log("pattern", error.name);
}
try {
  console.log("matching", /^(?:a|b|(?:a|b)+)*$/.test("ab".repeat(12)), /(?:(?:(a)))+/.test("a".repeat(200000)));
} catch (error) {
  console.log("matching", error.name);
}
let depth = 0;
const count = () => {
  depth++;
  count();
};
try {
  count();
} catch (error) {
  console.log(error.name, error.message, depth > 5000);
}
console.log(require("util").inspect(deepObject(50), { depth: null }).length > 100);
