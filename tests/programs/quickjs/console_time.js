// console.time: only the shape of what is printed can be known.
console.time();
console.time("work");
console.timeLog("work", "extra", { a: 1 });
console.timeEnd("work");
console.timeEnd();
console.timeEnd("never started");
