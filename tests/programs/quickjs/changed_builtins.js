// What a program makes of the built-in objects does not reach the runtime's own functions: here, all of them break.
const { log, error } = console;
const { ownKeys } = Reflect;
const { getOwnPropertyDescriptor, defineProperty, getPrototypeOf } = Object;
const fs = require("fs");
const util = require("util");
const path = require("path");
const assert = require("assert");
const EventEmitter = require("events");
const values = {
  map: new Map([["k", { deep: [1, 2] }]]), set: new Set("ab"), date: new Date(0), list: [1, "two", [3, [4, [5]]]], pattern: /a+/g, big: 10n ** 20n,
  bytes: new Uint8Array([1, 2, 3]), buffer: Buffer.from("hé"), failed: new RangeError("no"), url: new URL("http://a.b/c?d=e#f"), symbol: Symbol("s"), promise: Promise.resolve(7),
};
const emitter = new EventEmitter();
emitter.on("x", (...parts) => log("heard", parts));
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const kept = {
  setTimeout, setImmediate, queueMicrotask, structuredClone, atob, btoa, URL, encode: encoder.encode.bind(encoder), decode: decoder.decode.bind(decoder),
  from: Buffer.from.bind(Buffer), concat: Buffer.concat.bind(Buffer), Blob,
};

const broken = function () { throw "a built-in that the program broke"; };
const all = [];
const seen = new Set([process, console, getPrototypeOf(process)]);
(function visit(object) {
  if ((typeof object !== "object" && typeof object !== "function") || object === null || seen.has(object)) return;
  seen.add(object);
  all.push(object);
  for (const key of ownKeys(object)) {
    const facts = getOwnPropertyDescriptor(object, key);
    for (const part of [facts.value, facts.get, facts.set]) visit(part);
  }
  visit(getPrototypeOf(object));
})(globalThis);
const keep = ["console", "process", "globalThis", "undefined", "NaN", "Infinity"];
for (let i = 0; i < all.length; i++) {
  const object = all[i];
  const keys = ownKeys(object);
  for (let j = 0; j < keys.length; j++) {
    const key = keys[j];
    let skip = typeof object === "function" && (key === "prototype" || key === "name" || key === "length");
    for (let k = 0; k < keep.length; k++) skip ||= object === globalThis && keep[k] === key;
    const facts = getOwnPropertyDescriptor(object, key);
    if (skip || !facts.configurable || key === "constructor") continue;
    defineProperty(object, key, { __proto__: null, value: typeof facts.value === "function" || facts.get ? broken : "broken", writable: true, configurable: true });
  }
}
const names = ["get", "set", "value", "type", "0", "length", "default", "toJSON"];
for (let i = 0; i < names.length; i++) defineProperty(getPrototypeOf({}), names[i], { __proto__: null, get: broken, set: broken, configurable: true });

log("broken", all.length > 300);
log(values.map, values.set, values.date, values.list, values.pattern, values.big, values.symbol);
log(values.bytes, values.buffer, values.promise, { a: { b: { c: { d: 1 } } }, [values.symbol]: -0 });
log("%s %d %i %f %j %o %%", "text", 42, "7.9", "1.5", { a: [1] }, [1]);
console.table([{ a: 1, b: "x" }, { a: 2, b: "y" }]);
console.group("group");
console.info(util.format("%s", 1), util.inspect("it's"), util.isDeepStrictEqual([1, { a: 2 }], [1, { a: 2 }]));
console.groupEnd();
fs.writeFileSync("file.txt", "one\ntwo");
fs.appendFileSync("file.txt", "\n€");
log(fs.readFileSync("file.txt", "utf8"), fs.existsSync("file.txt"), fs.statSync("file.txt").size);
log(path.join("/a", "..", "b", "c.txt"), path.extname("x.tar.gz"), path.relative("/a/b", "/a/c/d"));
log(kept.decode(kept.encode("né")), kept.atob(kept.btoa("hi")), kept.structuredClone({ a: [1, { b: 2 }] }));
log(new kept.URL("../x?y=1#z", "http://h:8080/a/b"), kept.concat([kept.from("ff00", "hex"), kept.from("é")]), new kept.Blob(["abc", kept.from("d")]));
try { assert.deepStrictEqual({ a: 1 }, { a: 2 }); } catch (failure) { log(failure.code); }
try { require("lodash"); } catch (failure) { log(failure.code); }
emitter.emit("x", 1, "two");
kept.setTimeout((...parts) => log("timer", parts), 1, "a", "b");
kept.setImmediate(() => log("immediate"));
process.nextTick(() => log("tick"));
kept.queueMicrotask(() => log("microtask"));
process.on("exit", (code) => log("exit", code));
(async () => {
  await null;
  log("awaited");
  throw values.failed;
})();
