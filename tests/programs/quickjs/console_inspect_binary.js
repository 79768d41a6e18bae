// How console.log shows bytes: typed arrays, buffers, views.
console.log(new Uint8Array([1, 2, 255]), new Float64Array([0.5, -0, NaN]), new BigInt64Array([1n, -1n]));
console.log(new Uint8Array(0), new Int16Array(3), new Uint8ClampedArray([300, -5]));
console.log(new Uint8Array(130));
console.log(new ArrayBuffer(4), new Uint8Array([1, 2, 3]).buffer);
console.log(new DataView(new ArrayBuffer(2)));
console.log(Buffer.from("hello"), Buffer.alloc(0), Buffer.alloc(60, 7));
console.log({ bytes: new Uint8Array([9]), buffer: Buffer.from([1]) });
console.log(
  new Uint16Array([1000, 2000]).map((x) => x * 2),
  [...new Uint8Array([1, 2])],
);
