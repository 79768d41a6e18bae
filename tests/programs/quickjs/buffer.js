// Buffer: encodings, slices, numbers, search, comparison.
const buffer = Buffer.from("héllo wörld");
console.log(buffer, buffer.length, buffer.toString(), buffer.toString("utf8", 0, 3), `${buffer}`);
for (const encoding of ["hex", "base64", "base64url", "latin1", "ascii", "utf16le"])
  console.log(encoding, JSON.stringify(Buffer.from("a£?>").toString(encoding)));
console.log(
  Buffer.from("68656c6c6fzz", "hex").toString(),
  Buffer.from("aGk_", "base64").toString("hex"),
  Buffer.from("é", "latin1"),
  Buffer.from("hi", "utf16le"),
);
console.log(
  Buffer.alloc(3),
  Buffer.alloc(4, "ab"),
  Buffer.from([256, -1, 1.9, "7"]),
  Buffer.from(new Uint16Array([1, 256])),
  Buffer.from({ type: "Buffer", data: [1] }),
);
console.log(
  Buffer.concat([Buffer.from("a"), Buffer.from("bc")]),
  Buffer.concat([Buffer.from("abc")], 2),
  Buffer.byteLength("€"),
  Buffer.byteLength("aGk=", "base64"),
  Buffer.isBuffer(new Uint8Array(1)),
  Buffer.isEncoding("UTF-8"),
);
const slice = buffer.subarray(0, 2);
slice[0] = 72;
console.log(
  buffer.toString(),
  slice.buffer === buffer.buffer,
  JSON.stringify(Buffer.from("x")),
  buffer.slice(-5).toString(),
);
console.log(
  buffer.indexOf("w"),
  buffer.includes("llo"),
  buffer.lastIndexOf("l"),
  buffer.indexOf(Buffer.from("zz")),
  buffer.indexOf(0xc3),
  Buffer.compare(Buffer.from("a"), Buffer.from("b")),
  Buffer.from("a").equals(Buffer.from("a")),
);
const numbers = Buffer.alloc(24);
numbers.writeUInt8(255, 0);
numbers.writeInt16BE(-2, 1);
numbers.writeUInt32LE(0xdeadbeef, 3);
numbers.writeDoubleLE(Math.PI, 8);
numbers.writeBigInt64BE(-5n, 16);
console.log(
  numbers.toString("hex"),
  numbers.readInt8(0),
  numbers.readInt16BE(1),
  numbers.readUInt32LE(3).toString(16),
  numbers.readDoubleLE(8),
  numbers.readBigInt64BE(16),
  numbers.readUIntBE(1, 3),
  numbers.readFloatBE(8),
);
console.log(
  numbers.fill("xy", 0, 4).toString("latin1", 0, 5),
  numbers.write("text", 2),
  numbers.copy(Buffer.alloc(2)),
  Buffer.from([1, 2, 3, 4]).swap16(),
  [...Buffer.from("ab").entries()],
  Buffer.from("abc")
    .map((byte) => byte + 1)
    .toString(),
);
for (const attempt of [
  () => numbers.readInt32LE(22),
  () => Buffer.from(5),
  () => Buffer.from("x", "nonsense"),
  () => Buffer.alloc("x"),
]) {
  try {
    attempt();
  } catch (error) {
    console.log(error.name, error.code);
  }
}
console.log(
  Buffer.from("€").toString("latin1").length,
  Buffer.from([0xe2, 0x82]).toString(),
  typeof Buffer.poolSize,
  buffer instanceof Uint8Array,
  Object.keys(Buffer.from("ab")),
  new Uint8Array(Buffer.from("ab")),
);
