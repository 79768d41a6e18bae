// structuredClone: what it copies, what it refuses.
class Point {
  constructor() {
    this.x = 1;
  }
  get double() {
    return 2;
  }
}
const original = {
  date: new Date(0),
  pattern: /x/gi,
  map: new Map([["k", { deep: 1 }]]),
  set: new Set([1]),
  bytes: new Uint8Array([1, 2]),
  big: 1n,
  nested: { list: [1, , 3] },
  nothing: undefined,
  nan: NaN,
  boxed: new Number(5),
  point: new Point(),
};
original.self = original;
original.again = original.nested;
const copy = structuredClone(original);
console.log(copy);
console.log(
  copy !== original,
  copy.self === copy,
  copy.again === copy.nested,
  copy.map.get("k") !== original.map.get("k"),
  copy.point instanceof Point,
  copy.date instanceof Date,
);
const error = structuredClone(new RangeError("kept", { cause: "why" }));
console.log(error instanceof RangeError, error.message, error.cause);
const buffer = new ArrayBuffer(8);
const moved = structuredClone(buffer, { transfer: [buffer] });
console.log(moved.byteLength, buffer.byteLength, structuredClone("text"), structuredClone(null));
for (const value of [() => {}, Symbol("s"), { method() {} }, new WeakMap(), Promise.resolve()]) {
  try {
    structuredClone(value);
  } catch (failure) {
    console.log(failure.name, failure.code, failure.message);
  }
}
