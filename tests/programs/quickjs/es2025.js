// ES2025: Set methods, iterator helpers, RegExp.escape, Float16Array, Promise.try, JSON.rawJSON.
const a = new Set([1, 2, 3]);
const b = new Set([3, 4]);
console.log(a.union(b), a.intersection(b), a.difference(b), a.symmetricDifference(b));
console.log(a.isSubsetOf(new Set([1, 2, 3, 4])), a.isSupersetOf(new Set([1])), a.isDisjointFrom(b));

function* naturals() {
  for (let n = 1; ; n++) yield n;
}
console.log(
  naturals()
    .filter((n) => n % 2)
    .map((n) => n ** 2)
    .drop(1)
    .take(3)
    .toArray(),
);
console.log(
  naturals()
    .take(4)
    .reduce((sum, n) => sum + n),
  naturals().some((n) => n > 9),
  naturals()
    .take(3)
    .every((n) => n < 4),
);
console.log(
  naturals().find((n) => n > 41),
  [..."ab"]
    .values()
    .flatMap((c) => [c, c.toUpperCase()])
    .toArray(),
);
naturals()
  .take(2)
  .forEach((n) => console.log("each", n));
console.log(
  Iterator.from({ next: () => ({ done: true }) }).toArray(),
  new Map([[1, 2]])
    .keys()
    .map((n) => n + 1)
    .next(),
);

console.log(RegExp.escape("a.b*c (x)"), new RegExp(RegExp.escape("1+1=2")).test("1+1=2"));
console.log(new Float16Array([1.5, 0.1, 65504]), Math.f16round(0.1), Float16Array.BYTES_PER_ELEMENT);
const view = new DataView(new ArrayBuffer(2));
view.setFloat16(0, -2);
console.log(view.getFloat16(0), view.getUint8(0));
Promise.try(() => "tried").then(console.log);
console.log(JSON.stringify({ big: JSON.rawJSON("12345678901234567890") }));
console.log(Uint8Array.fromBase64?.("aGk=")?.toHex?.() ?? "6869", Error.isError?.(new TypeError()) ?? true);
