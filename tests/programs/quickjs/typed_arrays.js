// Typed arrays, ArrayBuffer, DataView.
console.log(
  new Uint8Array([256, -1, 1.9]),
  new Uint8ClampedArray([256, -1, 1.5, 2.5]),
  new Int8Array([128]),
  Uint16Array.from("123"),
  Float32Array.of(0.1),
);
const buffer = new ArrayBuffer(8);
const bytes = new Uint8Array(buffer);
const words = new Uint32Array(buffer, 4, 1);
words[0] = 0x01020304;
console.log(bytes, words.byteOffset, words.byteLength, new Uint8Array(words.buffer, 4));
const view = new DataView(buffer);
view.setInt16(0, -2);
view.setFloat64(0, Math.E, true);
console.log(view.getInt16(0), view.getFloat64(0, true), view.getUint8(7), view.getBigUint64(0) > 0n, view.byteLength);
console.log(
  bytes.subarray(2, 4).length,
  bytes.slice(2, 4).buffer === buffer,
  bytes.set([9, 8], 6),
  bytes.at(-1),
  [...bytes.entries()].length,
  bytes.indexOf(9),
);
console.log(
  new Float64Array([3, NaN, -0, 0, -1]).sort(),
  new Int16Array([3, 1, 2]).sort((a, b) => b - a),
  new Uint8Array([1, 2, 3]).reduce((a, b) => a + b),
  new Uint8Array(2).fill(7),
  Array.from(new Int8Array([1, 2]).map((n) => n * 100)),
);
console.log(
  Object.keys(new Uint8Array(2)),
  5 in new Uint8Array(2),
  new Uint8Array(2)[5],
  (() => {
    const a = new Uint8Array(1);
    a[3] = 1;
    a.note = "kept";
    return a;
  })(),
);
console.log(
  buffer.slice(1, 3),
  ArrayBuffer.isView(view),
  buffer.byteLength,
  new Uint8Array([1, 2]).join("+"),
  String(new Uint8Array([1, 2])),
  new BigUint64Array(1),
  JSON.stringify(new Uint8Array(2)),
  new Uint8Array(new Set([5])),
);
for (const attempt of [
  () => new Uint32Array(buffer, 1),
  () => new Uint8Array(-1),
  () => view.getInt32(6),
  () => new BigInt64Array([1]),
  () => new Uint8Array([1n]),
  () => new Uint16Array(new ArrayBuffer(3)),
  () => Uint8Array(2),
  () => bytes.set([1, 2, 3], 7),
]) {
  try {
    console.log(attempt());
  } catch (error) {
    console.log(error.name);
  }
}
