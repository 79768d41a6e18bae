// All of stdin at once.
const input = require("fs").readFileSync(0, "utf8");
const [count, ...rest] = input.trim().split("\n");
console.log(
  Number(count),
  rest.map((line) =>
    line
      .split(" ")
      .map(Number)
      .reduce((a, b) => a + b),
  ),
);
