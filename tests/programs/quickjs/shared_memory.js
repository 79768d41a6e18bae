// SharedArrayBuffer, one that grows too, and what Atomics.wait checks before it waits.
const shared = new SharedArrayBuffer(8, { maxByteLength: 16 });
console.log(shared.byteLength, shared.growable, shared.maxByteLength, new SharedArrayBuffer(4).growable);
const bytes = new Uint8Array(shared);
shared.grow(12);
console.log(shared.byteLength, bytes.length, structuredClone(shared).byteLength, Object.prototype.toString.call(shared));
for (const run of [() => shared.grow(4), () => shared.grow(17), () => new SharedArrayBuffer(8, { maxByteLength: 4 })]) {
  try { run(); console.log("done"); } catch (error) { console.log(error.name); }
}
const numbers = new Int32Array(new SharedArrayBuffer(8));
const attempt = (run) => { try { console.log(run()); } catch (error) { console.log(error.name); } };
attempt(() => Atomics.wait(new Float64Array(1), 0, 0));
attempt(() => Atomics.wait(new Int16Array(new SharedArrayBuffer(4)), 0, 0));
attempt(() => Atomics.wait(new Int32Array(4), 0, 0));
attempt(() => Atomics.wait({}, 0, 0));
attempt(() => Atomics.wait(numbers, 5, 0));
attempt(() => Atomics.wait(numbers, -1, 0));
attempt(() => Atomics.wait(numbers, 0, { valueOf() { throw new SyntaxError("value"); } }));
attempt(() => Atomics.wait(numbers, 0, 0, Symbol()));
attempt(() => Atomics.wait(numbers, 0, 1));
attempt(() => Atomics.wait(numbers, 0, 0, 1));
attempt(() => Atomics.wait(numbers, 0, 1, Infinity));
