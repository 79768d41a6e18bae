// Clocks: performance.now, hrtime, Date.now agree and go forward.
const start = performance.now();
const wall = Date.now();
const precise = process.hrtime.bigint();
setTimeout(() => {
  const elapsed = performance.now() - start;
  console.log(
    elapsed >= 19 && elapsed < 2000,
    Date.now() - wall >= 19,
    process.hrtime.bigint() - precise >= 19_000_000n,
  );
  console.log(
    typeof performance.timeOrigin,
    process.uptime() > 0,
    process.hrtime().length,
    process.hrtime([0, 0])[0] >= 0,
  );
  performance.mark("a");
  console.log(performance.measure("m", "a").duration >= 0, process.memoryUsage().heapUsed > 0);
}, 20);
queueMicrotask(() => console.log("microtask first"));
try {
  queueMicrotask("no function");
} catch (error) {
  console.log(error.name);
}
