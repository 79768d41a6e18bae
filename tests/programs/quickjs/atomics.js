// Atomics and SharedArrayBuffer work; there is only one thread, so waiting ends by its timeout.
const shared = new SharedArrayBuffer(16);
const numbers = new Int32Array(shared);
console.log(
  Atomics.add(numbers, 0, 5),
  Atomics.sub(numbers, 0, 2),
  Atomics.load(numbers, 0),
  Atomics.exchange(numbers, 0, 9),
);
console.log(
  Atomics.compareExchange(numbers, 0, 9, 1),
  Atomics.or(numbers, 0, 6),
  Atomics.and(numbers, 0, 3),
  Atomics.xor(numbers, 0, 1),
  Atomics.store(numbers, 1, 7),
  numbers,
);
const start = Date.now();
console.log(
  Atomics.wait(numbers, 0, 2, 30),
  Atomics.wait(numbers, 0, 99, 30),
  Date.now() - start >= 29,
  Atomics.notify(numbers, 0),
  Atomics.isLockFree(4),
);
console.log(
  shared.byteLength,
  shared.slice(0, 4).byteLength,
  shared instanceof SharedArrayBuffer,
  Object.prototype.toString.call(shared),
  new Uint8Array(shared, 0, 5),
);
const big = new BigInt64Array(new SharedArrayBuffer(8));
console.log(Atomics.add(big, 0, 5n), Atomics.load(big, 0));
try {
  Atomics.add(new Float64Array(1), 0, 1);
} catch (error) {
  console.log(error.name);
}
try {
  Atomics.load(numbers, 10);
} catch (error) {
  console.log(error.name);
}
