// Allocating without end ends: by an error that can be caught, or by the memory limit.
const kept = [];
for (;;) kept.push(new Array(10000).fill(kept.length));
