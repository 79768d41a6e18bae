// BigInt: arithmetic, conversions, comparison, bit operations.
const big = 2n ** 100n;
console.log(big, -big / 3n, big % 7n, -7n / 2n, -7n % 3n);
console.log(BigInt("0xff"), BigInt("  12  "), BigInt(Number.MAX_SAFE_INTEGER) + 2n, BigInt(true));
console.log(
  5n > 4,
  5n == 5,
  5n === 5,
  1n < 1.5,
  [3n, 1, 2n, 10].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
);
console.log(typeof 1n, 0n ? "truthy" : "falsy", !1n, 1n && "and");
console.log(123456789012345678901234567890n.toString(36), 255n.toString(16), big.toLocaleString("en-US"));
console.log(BigInt.asUintN(8, -1n), BigInt.asIntN(8, 255n), BigInt.asUintN(64, -1n));
console.log(0b1010n & 6n, 5n | 8n, 5n ^ 1n, ~5n, 1n << 70n, -9n >> 1n);
console.log(Number(12345678901234567890n), parseInt("12n"), Number.isInteger(5n));
console.log(new BigInt64Array([2n ** 63n])[0], new BigUint64Array([-1n])[0]);
let factorial = 1n;
for (let i = 1n; i <= 30n; i++) factorial *= i;
console.log(factorial, `${factorial}`.length, { value: factorial });
console.log(JSON.stringify({ n: 1n }, (key, value) => (typeof value === "bigint" ? String(value) : value)));
for (const attempt of [
  () => 1n + 1,
  () => Math.max(1n),
  () => +1n,
  () => BigInt(1.5),
  () => 1n / 0n,
  () => 2n ** -1n,
  () => JSON.stringify(1n),
  () => BigInt(undefined),
]) {
  try {
    console.log(attempt());
  } catch (error) {
    console.log(error.name);
  }
}
