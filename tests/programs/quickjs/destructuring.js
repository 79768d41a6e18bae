// Destructuring, spread, defaults, optional chaining, logical assignment, labels, comma, exponent.
const { a, b: renamed = 2, ...rest } = { a: 1, c: 3, d: 4 };
console.log(a, renamed, rest);
const [first, , third = "default", ...tail] = [1, 2, undefined, 4, 5];
console.log(first, third, tail);
const {
  x: {
    y: [, deep],
  },
} = { x: { y: [0, "deep"] } };
console.log(deep);
let [p, q] = [1, 2];
[p, q] = [q, p];
console.log(p, q);
const key = "computed";
const { [key]: value } = { computed: "by name" };
console.log(value);
const call = ({ name, age = 30 } = {}, [head] = ["none"], ...others) => [name, age, head, others];
console.log(call(), call({ name: "Ann" }, ["h"], 1, 2));
console.log([..."héllo"], { ...{ a: 1 }, ...null, ..."hi" }, Math.max(...[1, 5], ...new Set([9])));

const user = {
  profile: { tags: ["x"] },
  greet() {
    return "hi";
  },
};
console.log(user?.profile?.tags?.[0], user.missing?.deep.deeper, user.greet?.(), user.nothing?.());
console.log(null ?? "default", 0 ?? "default", 0 || "default", "" && "never");
let count = null;
count ??= 5;
count ||= 6;
count &&= 7;
console.log(count, 2 ** 10, 2 ** (3 ** 2), (-2) ** 2);

outer: for (let i = 0; i < 3; i++) {
  for (let j = 0; j < 3; j++) {
    if (j === 1) continue outer;
    if (i === 2) break outer;
    console.log("label", i, j);
  }
}
block: {
  console.log("in block");
  break block;
}
switch (3) {
  case 1:
    console.log("one");
  default:
    console.log("falls");
  case 2:
    console.log("through");
    break;
  case 4:
    console.log("never");
}
console.log(((1, 2), 3), void 0, typeof undeclared, delete user.greet, "greet" in user);
console.log(1_000_000, 0b1010, 0o17, 0xff, 0.5, 5, 1e21, 0.1 + 0.2, 123456789012345680000);
console.log(parseInt("12abc"), parseFloat(".5e1x"), Number(""), Number("0x1f"), +[], +{}, [] + {}, [1] == 1);
console.log(
  (25).toString(2),
  (255).toString(16),
  (0.5).toString(2),
  (1.005).toFixed(2),
  (1234.5678).toExponential(2),
  (0.00001234).toPrecision(2),
);
for (const i in "ab") console.log(i);
for (const [k, v] of Object.entries({ k1: 1, k2: 2 })) console.log(k, v);
const closures = [];
for (let i = 0; i < 3; i++) closures.push(() => i);
console.log(closures.map((f) => f()));
