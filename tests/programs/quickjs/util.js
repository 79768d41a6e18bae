// util: format, inspect with options, promisify, parseArgs, types, inherits, isDeepStrictEqual.
const util = require("util");
console.log(util.format("%s=%d %j", "a", 1, { b: 2 }), util.format("no specifiers", 1, "two"), util.format(1, 2));
const deep = { a: { b: { c: { d: 1 } } }, list: Array.from({ length: 200 }, (_, i) => i) };
console.log(
  util.inspect(deep, { depth: 0 }),
  util.inspect(deep.a, { depth: Infinity }),
  util.inspect(deep.a, false, null),
);
console.log(
  util.inspect(deep.list, { maxArrayLength: 3 }),
  util.inspect("x".repeat(20), { maxStringLength: 5 }),
  util.inspect({ a: 1, b: 2 }, { compact: false }),
);
console.log(
  util.inspect({ b: 1, a: 2 }, { sorted: true }),
  util.inspect(["hidden"], { showHidden: true }),
  util.inspect(
    {
      get x() {
        return 1;
      },
    },
    { getters: true },
  ),
  util.inspect({ a: [1, 2, { b: 3 }] }, { breakLength: 10 }),
);
console.log(util.inspect({ a: 1n, b: "s", c: null, d: undefined, e: Symbol("x"), f: true }, { colors: true }));

class Money {
  constructor(amount) {
    this.amount = amount;
  }
  [util.inspect.custom](depth, options, inspect) {
    return `Money<${inspect(this.amount, options)}>`;
  }
}
console.log(new Money(5), [new Money(1)], util.inspect({ m: new Money({ deep: true }) }));

const later = (value, done) =>
  setTimeout(() => (value < 0 ? done(new RangeError("negative")) : done(null, value * 2)), 1);
const promised = util.promisify(later);
promised(4)
  .then(console.log)
  .then(() => promised(-1))
  .catch((error) => console.log(error.message))
  .then(() => util.promisify(setTimeout)(5, "slept"))
  .then(console.log);
util.callbackify(async (n) => n + 1)(1, (error, value) => console.log("callback", error, value));
console.log(
  util.isDeepStrictEqual({ a: [1, new Set([1])] }, { a: [1, new Set([1])] }),
  util.isDeepStrictEqual([1], ["1"]),
  util.types.isPromise(Promise.resolve()),
  util.types.isRegExp(/x/),
  util.types.isProxy(new Proxy({}, {})),
  util.types.isGeneratorFunction(function* () {}),
  util.types.isUint8Array(Buffer.alloc(1)),
);
function Parent() {}
Parent.prototype.hello = () => "inherited";
function Child() {}
util.inherits(Child, Parent);
console.log(
  new Child().hello(),
  Child.super_ === Parent,
  util.stripVTControlCharacters("\u001b[31mred\u001b[0m"),
  util.inspect.defaultOptions.depth,
  util.toUSVString("\ud800") === "\ufffd",
);

const { values, positionals } = util.parseArgs({
  args: ["-v", "--name", "Ann", "--level=3", "file.txt", "--tag", "a", "--tag", "b", "--", "-x"],
  options: {
    verbose: { type: "boolean", short: "v" },
    name: { type: "string" },
    level: { type: "string", default: "1" },
    tag: { type: "string", multiple: true },
    quiet: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
console.log({ ...values }, positionals);
try {
  util.parseArgs({ args: ["--unknown"], options: {} });
} catch (error) {
  console.log(error.code);
}
console.log(
  util.types.isBoxedPrimitive(Object(1)),
  typeof util.TextEncoder,
  util.inspect(new Map([["k", { v: [1] }]]), { depth: 0 }),
  util.inspect(null),
  util.inspect(-0),
  util.inspect([,]),
  util.inspect("it's"),
);
