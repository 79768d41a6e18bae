// The engine's own errors, in the words that users of Node know.
const user = {
  name: "Ann",
  tags: ["a"],
  nested: {},
  get only() {
    return 1;
  },
};
const nothing = undefined;
const list = [1, 2];
const frozen = Object.freeze({ x: 1, list: [] });
class Account {
  #balance = 0;
  static read(other) {
    return other.#balance;
  }
}

const attempts = [
  () => nothing.property,
  () => null.property,
  () => {
    nothing.property = 1;
  },
  () => user.missing.deeper,
  () => user.missing[0],
  () => user.greet(),
  () => user.nested.deep.call(),
  () => user.nested.method("argument", list[0]),
  () => user.tags[0](),
  () => list.map(nothing),
  () => nothing(),
  () => user.name(),
  () => list.at(0).toFixed(1).missing(),
  () => list.forEach((each) => each.run()),
  () => (() => 5)()(),
  () => new user.Missing(),
  () => new nothing(),
  () => new (() => {})(),
  () => undeclared,
  () => {
    undeclared.x = 1;
  },
  () => {
    early;
    let early = 1;
  },
  () => {
    list = [];
  },
  () => Account(),
  () => Account.read({}),
  () => new Set(5),
  () => JSON.parse(""),
  () => JSON.parse("{bad"),
  () => JSON.parse('{"a": 1,}'),
  () => JSON.parse("[1, 2"),
  () => JSON.parse("hello"),
  () => JSON.parse("[1] x"),
  () => JSON.parse('"open'),
  () => JSON.stringify(10n),
  () => 1n + 1,
  () => 1n / 0n,
  () => Symbol("s") + "",
  () => +Symbol("s"),
  () => new Array(-1),
  () => (1).toString(1),
  () => new Date(NaN).toISOString(),
  () => [].reduce((a, b) => a + b),
  () => decodeURIComponent("%"),
  () => "a".matchAll(/a/),
  () => structuredClone(() => {}),
  () => "x".normalize("bad"),
  () => {
    throw new Error("own", { cause: "c" });
  },
];
for (const attempt of attempts) {
  try {
    attempt();
    console.log("nothing thrown:", String(attempt));
  } catch (error) {
    console.log(`${error.name}: ${error.message}`);
  }
}
