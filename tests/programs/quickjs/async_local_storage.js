// What an AsyncLocalStorage holds is seen by every callback that was given meanwhile.
// The order of timers of 1 ms beside immediates is nobody's promise: the lines are sorted.
const { inspect } = require("util");
const said = [];
said.push = (...words) => { said[said.length] = words.map((word) => typeof word === "string" ? word : inspect(word)).join(" "); };
process.on("exit", () => console.log([...said].sort().join("\n")));
const { AsyncLocalStorage, AsyncResource } = require("async_hooks");
const als = new AsyncLocalStorage(), other = new AsyncLocalStorage();
als.run({ id: 1 }, () => {
  setTimeout(() => said.push("timeout", als.getStore()), 5);
  setImmediate(() => said.push("immediate", als.getStore()));
  process.nextTick(() => said.push("tick", als.getStore()));
  queueMicrotask(() => said.push("microtask", als.getStore()));
  Promise.resolve().then(() => said.push("then", als.getStore())).finally(() => said.push("finally", als.getStore()));
  Promise.reject(1).catch(() => said.push("catch", als.getStore()));
  (async () => { await null; said.push("await", als.getStore()); await new Promise((r) => setTimeout(r, 1)); said.push("await 2", als.getStore()); })();
});
als.run({ id: 2 }, async () => { other.run("x", async () => { await 1; said.push(als.getStore(), other.getStore()); }); await 2; said.push(als.getStore(), other.getStore()); });
said.push(als.getStore());
setTimeout(() => said.push("outside", als.getStore()), 10);
const bound = als.run(3, () => AsyncResource.bind(() => als.getStore()));
said.push(bound(), als.exit(() => als.getStore()), als.run(4, () => AsyncLocalStorage.snapshot())(() => als.getStore()));
als.enterWith(9); said.push(als.getStore()); setTimeout(() => { said.push(als.getStore()); als.disable(); said.push(als.getStore()); }, 20);
const { EventEmitter } = require("events"); const e = new EventEmitter(); e.on("x", () => said.push("event", als.getStore())); als.run(5, () => e.emit("x"));
