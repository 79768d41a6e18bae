// Numbers as text: decimal, fixed, precision, exponents and other bases, digit for digit as in V8.
console.log(7.120236347223045e-307, 2 ** -24, 2 ** -44, 5e-324, 2 ** 1023, 0.1 + 0.2, 1e21, 1e-7, 123456789012345680000, -0, [-0], `${-0}`);
console.log((1.255).toFixed(2), (0.5).toFixed(0), (2.5).toFixed(0), (-1.5).toFixed(0), (123.456).toPrecision(4), (25).toExponential(0), (35).toExponential(0));
console.log((90.12).toString(16), (0.1).toString(3), (255.5).toString(2), (1e21).toString(36), (1e21).toString(7), (-255).toString(36), (2 ** 53).toString(7), (2 ** 70).toString(3));
console.log(NaN.toString(2), (-Infinity).toString(36), (-0).toString(8), (1 / 3).toString(2), (1e-300).toString(16).slice(-20), (0.5).toString(36));
console.log(JSON.parse("19686109595169230000"), JSON.stringify({ a: 2 ** -24, b: 1e21 }), Number("1e-400"), parseFloat(".5.5"));

let hash = 0;
const add = (text) => { for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0; };
for (let e = -1074; e <= 1023; e++) for (const m of [1, 1.5, 3]) add(String(m * 2 ** e));
console.log("powers", hash);
const number = new Float64Array(1);
const bits = new BigUint64Array(number.buffer);
let state = 54321n;
const next = () => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  bits[0] = state;
  return number[0];
};
for (let i = 0; i < 5000; i++) {
  const value = next();
  add(String(value));
  if (Math.abs(value) < 1e20 && Math.abs(value) > 1e-6) add(value.toFixed(3) + value.toPrecision(7) + value.toExponential(5));
}
console.log("decimal", hash);
for (let i = 0; i < 300; i++) {
  const value = next();
  const whole = Number(state >> BigInt(i % 60));
  for (let base = 2; base <= 36; base++) add(whole.toString(base) + (whole / 1024).toString(base) + (i % 10 ? "" : value.toString(base)));
}
console.log("bases", hash);
