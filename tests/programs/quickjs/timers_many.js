// Tens of thousands of timers, immediates and ticks cost in proportion to their number.
const COUNT = 20000;
let done = 0;
for (let i = 0; i < COUNT; i++) setTimeout(() => done++, 0);
const late = [];
for (let i = 0; i < COUNT; i++) late.push(setTimeout(() => done++, 100000 - i));
for (const timer of late) clearTimeout(timer);
for (let i = 0; i < COUNT; i++) setImmediate(() => done++);
const never = Array.from({ length: COUNT }, () => setImmediate(() => done++));
for (const immediate of never) clearImmediate(immediate);
for (let i = 0; i < COUNT; i++) process.nextTick(() => done++);
for (let i = 0; i < COUNT; i++) queueMicrotask(() => done++);
let turns = 0;
const interval = setInterval(() => { if (++turns === 200) clearInterval(interval); }, 0);
let deep = 0;
(function again() { if (++deep < COUNT) process.nextTick(again); })();
process.on("exit", () => console.log(done === 4 * COUNT, turns, deep));
