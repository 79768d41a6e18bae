// Owns: one run, from the job to its exit code. Last of the prelude.
(function (runcell) {
  "use strict";

  // A program that touches what most programs touch.
  const SAMPLE = `
    class A { #x = 1; get x() { return this.#x; } static of(...all) { return all.map((a) => new A(a)); } }
    const list = A.of(1, 2, 3), { length } = list, text = \`\${length} \${list[0].x}\`;
    for (const [k, v] of Object.entries({ a: 1, b: [1, 2, { c: "d" }] })) console.log(k, v, text);
    function* gen() { yield 1; }
    console.log([...gen()], new Map([[1, 2]]), new Set("ab"), /a(b)?/.exec("ab"), JSON.stringify({ a: [1] }), JSON.parse("[1]"));
    try { null.x } catch (error) { console.log(error.message, error.stack) }
    setTimeout(() => console.log(1.5.toFixed(2), "a-b".split("-").join(), [3, 1, 2].sort().reduce((a, b) => a + b)), 0);
    (async () => { await null; console.log(await Promise.all([1])); })();
    console.error(new Error("x"), parseInt("1"), Math.max(1, 2), Number("1"), String(2n), new Date(0).toISOString());
  `;

  // The engine makes its functions when they are first asked for: ask for all of them.
  function touch(object, seen) {
    if ((typeof object !== "object" && typeof object !== "function") || object === null || seen.has(object)) return;
    seen.add(object);
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key) ?? {};
      for (const part of [value, get, set]) touch(part, seen);
    }
    touch(Object.getPrototypeOf(object), seen);
  }

  // What the prelude gets of a built-in object is what it is now, whatever a program makes of it. What programs are
  // meant to change, the process and the console, stays as it is.
  function keep() {
    const seen = new Set([runcell.process, runcell.console, runcell.EventEmitter, Object.getPrototypeOf(runcell.process)]);
    touch(globalThis, seen);
    for (const object of [runcell.process, runcell.console, runcell.EventEmitter]) seen.delete(object);
    for (const object of seen) {
      const names = Reflect.ownKeys(object);
      const plain = typeof object === "function" && names.every((name) => name === "name" || name === "length");
      if (plain || runcell.kind(object) === "proxy") continue;
      const twin = { __proto__: null };
      for (const name of names) Object.defineProperty(twin, name, Object.getOwnPropertyDescriptor(object, name));
      runcell.keep(object, twin);
    }
  }

  // Called before the image is taken, with output switched off: what is done here is not done in every run.
  runcell.warm = () => {
    touch(globalThis, new Set());
    for (const path of ["/work/warm.js", "/work/warm.mjs", "/work/warm.js"]) {
      runcell.start({ program: path, args: [], env: {} });
      const done = runcell.runSource(path, SAMPLE);
      done?.then(() => {});
      runcell.runLoop();
    }
    runcell.forgetMain();
    runcell.start({ program: "", args: [], env: {} });
    keep();
  };

  runcell.main = (job) => {
    const { process, uncaught } = runcell;
    let unsettled = false;
    runcell.start(job);
    try {
      const done = runcell.runMain(job.program);
      if (done instanceof Promise) {
        unsettled = true;
        done.then(() => { unsettled = false; }, (error) => {
          unsettled = false;
          uncaught(error, "uncaughtException");
        });
        runcell.microtasks();
      }
    } catch (error) {
      uncaught(error, "uncaughtException");
    }
    runcell.runLoop();
    const listens = runcell.hasListeners(process);
    if (listens && process.listenerCount("beforeExit") > 0) {
      process.emit("beforeExit", process.exitCode ?? 0);
      runcell.runLoop();
    }
    if (unsettled) {
      runcell.write(2, "Warning: the program ended while it was still waiting at a top-level await\n");
      process.exitCode ??= 13;
    }
    if (process.exitCode || listens) runcell.exitProgram();
    return 0;
  };
})
