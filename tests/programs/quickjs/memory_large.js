// A hundred megabytes are no trouble, and are given back.
let total = 0;
for (let round = 0; round < 20; round++) {
  const block = new Uint8Array(20_000_000);
  block[round] = round;
  total += block.length;
}
const text = "abc".repeat(5_000_000);
console.log(total, text.length, new Map(Array.from({ length: 200_000 }, (_, i) => [i, `v${i}`])).get(199_999));
try {
  new Uint8Array(2 ** 40);
} catch (error) {
  console.log(error.name);
}
try {
  "x".repeat(2 ** 31);
} catch (error) {
  console.log(error.name);
}
