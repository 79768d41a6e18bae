// AsyncLocalStorage: what run() and enterWith() hold is seen by every callback given there, whenever it runs.
const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
const { EventEmitter } = require("node:events");
const fs = require("node:fs");
const storage = new AsyncLocalStorage();
const other = new AsyncLocalStorage();
const see = (name) => console.log(name, storage.getStore(), other.getStore());
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

storage.run("a", () => {
  see("at once");
  setTimeout(see, 1, "setTimeout");
  setTimeout(() => { see("nested 1"); setTimeout(() => see("nested 2"), 1); }, 5);
  setImmediate(see, "setImmediate");
  process.nextTick(see, "nextTick");
  queueMicrotask(() => see("queueMicrotask"));
  Promise.resolve().then(() => see("then")).then(() => see("then then")).finally(() => see("finally"));
  Promise.reject(new Error("x")).catch(() => see("catch"));
  fs.readFile(__filename, () => see("readFile"));
  let times = 0;
  const timer = setInterval(() => { see(`setInterval ${++times}`); if (times === 2) clearInterval(timer); }, 20);
  other.run({ id: 1 }, () => setTimeout(see, 60, "both"));
  storage.exit(() => setTimeout(see, 62, "exit"));
});
see("outside");

async function work(name, ms) {
  see(`${name} starts`);
  await sleep(ms);
  see(`${name} slept`);
  for await (const n of (async function* () { yield 1; await sleep(1); yield 2; })()) see(`${name} ${n}`);
  try { await Promise.reject(new Error("no")); } catch { see(`${name} caught`); }
  await { then(done) { see(`${name} thenable`); done(); } };
  return storage.getStore();
}
async function main() {
  await sleep(100);
  const all = await Promise.all([storage.run("one", work, "w1", 5), storage.run("two", work, "w2", 40), work("w3", 90)]);
  console.log(all);
  see("after");

  await storage.run("files", () => fs.promises.readFile(__filename).then(() => see("promises.readFile")));

  // Reactions see what was held where they were given, not where the promise was resolved.
  let resolve;
  const later = new Promise((done) => { resolve = done; });
  const given = storage.run("giver", () => later.then(() => see("given")));
  storage.run("resolver", () => resolve());
  await given;

  const emitter = new EventEmitter();
  emitter.on("event", () => see("event"));
  storage.run("emits", () => emitter.emit("event"));
  const bound = storage.run("bound", () => AsyncLocalStorage.bind((x) => { see("bind"); return x + 1; }));
  console.log(bound(1), bound.length);
  const snapshot = storage.run("snap", () => AsyncLocalStorage.snapshot());
  snapshot(see, "snapshot");
  const resource = storage.run("res", () => new AsyncResource("KIND"));
  console.log(resource.runInAsyncScope(function (x) { see("resource"); return [this.a, x]; }, { a: 1 }, 2));
  try { storage.run("throws", () => { throw new Error("thrown"); }); } catch (error) { console.log(error.message); }
  see("after thrown");

  await (async () => { storage.enterWith("entered"); await null; see("entered"); })();
  setTimeout(() => {
    storage.run("x", () => { storage.disable(); see("disabled"); storage.run("y", () => see("enabled")); });
  }, 1);
}
main();
