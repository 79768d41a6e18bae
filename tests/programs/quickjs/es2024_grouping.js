// ES2024: Object.groupBy, Map.groupBy, well-formed strings, resizable buffers, Promise.withResolvers, Array.fromAsync.
const food = [
  { name: "apple", kind: "fruit" },
  { name: "carrot", kind: "vegetable" },
  { name: "pear", kind: "fruit" },
];
console.log(Object.groupBy(food, ({ kind }) => kind));
console.log(Map.groupBy([1, 2, 3, 4], (n) => (n % 2 ? "odd" : "even")));
console.log("ab\uD800".isWellFormed(), "ab\uD800".toWellFormed() === "ab\uFFFD", "ok".isWellFormed());

const buffer = new ArrayBuffer(4, { maxByteLength: 16 });
const view = new Uint8Array(buffer);
buffer.resize(8);
console.log(buffer.resizable, buffer.maxByteLength, view.length);
const moved = buffer.transfer();
console.log(buffer.detached, buffer.byteLength, moved.byteLength);
console.log(Object.hasOwn({ a: 1 }, "a"), "a-b-a".replaceAll("a", "x"), Array.fromAsync.length);

(async () => {
  console.log(await Array.fromAsync([Promise.resolve(1), 2], (n) => n * 2));
  console.log(
    await Array.fromAsync(
      (async function* () {
        yield "a";
        yield "b";
      })(),
    ),
  );
  const { promise, resolve, reject } = Promise.withResolvers();
  resolve("resolved");
  console.log(await promise, typeof reject);
})();
