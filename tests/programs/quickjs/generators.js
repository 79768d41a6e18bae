// Generators, iterators, async iteration.
function* range(start, end, step = 1) {
  for (let i = start; i < end; i += step) yield i;
}
console.log(
  [...range(0, 5)],
  Math.max(...range(0, 10, 3)),
  Array.from(range(1, 4), (x) => x * x),
);

function* conversation() {
  try {
    const name = yield "name?";
    const age = yield `age of ${name}?`;
    return { name, age };
  } finally {
    console.log("cleaned up");
  }
}
const talk = conversation();
console.log(talk.next(), talk.next("Ann"), talk.next(30), talk.next());
const early = conversation();
early.next();
console.log(early.return("stopped"), early.next());
const thrown = conversation();
thrown.next();
try {
  thrown.throw(new Error("into it"));
} catch (error) {
  console.log(error.message);
}
function* delegating() {
  const result = yield* inner();
  yield result;
  yield* "ab";
}
function* inner() {
  yield 1;
  return "returned";
}
console.log([...delegating()]);

class Tree {
  constructor(value, left, right) {
    Object.assign(this, { value, left, right });
  }
  *[Symbol.iterator]() {
    if (this.left) yield* this.left;
    yield this.value;
    if (this.right) yield* this.right;
  }
}
console.log([...new Tree(2, new Tree(1), new Tree(3))]);

const iterable = {
  [Symbol.iterator]() {
    let n = 3;
    return {
      next: () => ({ done: n === 0, value: n-- }),
      return() {
        console.log("closed");
        return {};
      },
    };
  },
};
for (const n of iterable) if (n === 2) break;
const [head] = iterable;
console.log(head);

function* fibonacci() {
  for (let [a, b] = [0n, 1n]; ; [a, b] = [b, a + b]) yield a;
}
for (const n of fibonacci()) {
  if (n > 1000n) {
    console.log(n);
    break;
  }
}

async function* ticker(count) {
  for (let i = 1; i <= count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield i;
  }
}
(async () => {
  for await (const tick of ticker(3)) console.log("tick", tick);
  for await (const item of [Promise.resolve("p"), "plain"]) console.log(item);
  const ticks = ticker(5);
  console.log(await ticks.next(), await ticks.return("over"), await ticks.next());
  try {
    for await (const x of (async function* () {
      throw new Error("async");
    })())
      console.log(x);
  } catch (error) {
    console.log(error.message);
  }
})();
