// What an AsyncLocalStorage holds is seen by every callback that was given meanwhile.
const { AsyncLocalStorage, AsyncResource } = require("async_hooks");
const als = new AsyncLocalStorage(), other = new AsyncLocalStorage();
als.run({ id: 1 }, () => {
  setTimeout(() => console.log("timeout", als.getStore()), 5);
  setImmediate(() => console.log("immediate", als.getStore()));
  process.nextTick(() => console.log("tick", als.getStore()));
  queueMicrotask(() => console.log("microtask", als.getStore()));
  Promise.resolve().then(() => console.log("then", als.getStore())).finally(() => console.log("finally", als.getStore()));
  Promise.reject(1).catch(() => console.log("catch", als.getStore()));
  (async () => { await null; console.log("await", als.getStore()); await new Promise((r) => setTimeout(r, 1)); console.log("await 2", als.getStore()); })();
});
als.run({ id: 2 }, async () => { other.run("x", async () => { await 1; console.log(als.getStore(), other.getStore()); }); await 2; console.log(als.getStore(), other.getStore()); });
console.log(als.getStore());
setTimeout(() => console.log("outside", als.getStore()), 10);
const bound = als.run(3, () => AsyncResource.bind(() => als.getStore()));
console.log(bound(), als.exit(() => als.getStore()), als.run(4, () => AsyncLocalStorage.snapshot())(() => als.getStore()));
als.enterWith(9); console.log(als.getStore()); setTimeout(() => { console.log(als.getStore()); als.disable(); console.log(als.getStore()); }, 20);
const { EventEmitter } = require("events"); const e = new EventEmitter(); e.on("x", () => console.log("event", als.getStore())); als.run(5, () => e.emit("x"));
