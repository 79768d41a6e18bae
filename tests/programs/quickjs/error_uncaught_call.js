const list = [1, 2, 3];
const total = list
  .map((n) => n * 2)
  .summ((a, b) => a + b);
console.log(total);
