// Arrays up to ES2023, and sort stability.
const list = [5, 1, 4];
console.log(list.toSorted(), list.toReversed(), list.with(0, 9), list.toSpliced(1, 1, "x", "y"), list);
console.log(
  [1, 2, 3, 4].findLast((n) => n % 2),
  [1, 2, 3].findLastIndex((n) => n > 5),
  list.at(-1),
  "text".at(-2),
);
console.log(
  [1, [2, [3, [4]]]].flat(),
  [1, [2, [3, [4]]]].flat(Infinity),
  [1, 2].flatMap((n) => [n, n * 10]),
);
console.log(
  [3, 20, 100].sort(),
  [3, 20, 100].sort((a, b) => b - a),
  ["b", undefined, "a"].sort(),
  [, 1, undefined].sort(),
);
const people = Array.from({ length: 40 }, (_, i) => ({ group: i % 3, order: i }));
people.sort((a, b) => a.group - b.group);
console.log(
  people.every((person, i) => i === 0 || people[i - 1].group < person.group || people[i - 1].order < person.order),
);
console.log([1, 2, 3, 4, 5].copyWithin(0, 3), new Array(3).fill("x"), Array.of(7), [1, 2, 3].fill(0, 1));
console.log([1, 2, 3].includes(NaN), [NaN].includes(NaN), [NaN].indexOf(NaN), [1, 2, 1].lastIndexOf(1));
console.log(
  [1, 2, 3].reduce((a, b) => a + b),
  ["a", "b"].reduceRight((a, b) => a + b),
  [1, 2].entries().next(),
  [..."ab"].keys().next(),
);
console.log(Array.isArray([]), [1, 2, 3].join("-"), [null, undefined, [1, [2]]].join(), String([1, [2, 3]]), [] + []);
console.log(
  [3, 1, 2].toString(),
  [1, 2, 3].slice(-2),
  [1, 2, 3].splice(1, 1),
  [1, 2, 3].some((n) => n > 2),
  [].every(() => false),
);
const sparse = [1, , 3];
console.log(
  sparse.length,
  1 in sparse,
  sparse.map((n) => n * 2),
  Object.keys(sparse),
  sparse.findLast(() => true),
);
const long = [];
long[5] = "five";
long.length = 7;
console.log(long, Array.from("héy"), Array.from({ length: 2, 0: "a" }), Array.from(new Map([[1, 2]])));
console.log(
  new Uint8Array([3, 1, 2]).toSorted(),
  new Float32Array([1.5]).with(0, 2),
  Object.fromEntries([["a", 1]]),
  Array.prototype.concat.call(1, 2).length,
);
