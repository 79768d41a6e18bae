// assert: what passes, what fails, and with which message.
const assert = require("assert");
assert(true);
assert.ok(1);
assert.equal(1, "1");
assert.deepEqual({ a: [1, 2] }, { a: [1, 2] });
assert.deepStrictEqual(new Map([[1, { x: 1 }]]), new Map([[1, { x: 1 }]]));
assert.notStrictEqual(1, 2);
assert.throws(() => {
  throw new TypeError("bad value");
}, TypeError);
assert.throws(() => {
  throw new Error("bad value");
}, /bad/);
assert.throws(
  () => {
    throw new Error("x");
  },
  { name: "Error", message: "x" },
);
assert.doesNotThrow(() => {});
assert.match("abc", /b/);

const failing = [
  () => assert.strictEqual(1, 2),
  () => assert.equal(1, 2),
  () => assert(0 > 1, "with a message"),
  () => assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }),
  () => assert.throws(() => {}),
  () => assert.notEqual(1, 1),
  () => assert.fail("gave up"),
  () => assert.match("abc", /x/),
  () => assert.ifError(new Error("passed on")),
  () => assert.strictEqual("a", "b"),
  () => assert.ok(false, new RangeError("own error")),
];
for (const attempt of failing) {
  try {
    attempt();
    console.log("did not fail", String(attempt));
  } catch (error) {
    console.log(error.name, error.code, JSON.stringify(error.message));
  }
}
try {
  assert.strictEqual(3, 4);
} catch ({ actual, expected, operator, generatedMessage }) {
  console.log(actual, expected, operator, generatedMessage);
}
assert.rejects(Promise.reject(new Error("later")), /later/).then(() => console.log("rejected as expected"));
assert.rejects(Promise.resolve(1)).catch((error) => console.log(error.message));
