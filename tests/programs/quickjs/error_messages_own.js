// Errors that say less than node's, as the engine does not know the names that node would give.
const nothing = undefined;
const list = [1];
const frozen = Object.freeze({ x: 1 });
const attempts = [
  () => list.map({}),
  () => {
    "use strict";
    frozen.x = 2;
  },
  () => [...nothing],
  () => {
    const [a] = null;
  },
  () => {
    const { a } = nothing;
  },
  () => {
    for (const x of 5);
  },
  () => new Map([1]),
  () => BigInt(1.5),
  () => BigInt("x"),
  () => "x".repeat(-1),
  () => (1).toFixed(101),
  () => Object.defineProperty(frozen, "y", {}),
  () => new Proxy({}, null),
  () => Reflect.ownKeys(1),
  () => Object.setPrototypeOf(Object.preventExtensions({}), {}),
  () => new (class A extends nothing {})(),
  () => Promise(),
  () => Symbol.keyFor("x"),
  () => String.fromCodePoint(-1),
];
for (const attempt of attempts) {
  try {
    attempt();
    console.log("nothing thrown:", String(attempt));
  } catch (error) {
    console.log(`${error.name}: ${error.message}`);
  }
}
