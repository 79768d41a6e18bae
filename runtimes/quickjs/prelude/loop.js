// Owns: timers, immediates, ticks, promise rejections, and the loop that runs
// a program to its end. What becomes of an error nobody caught is in process.js.
(function (runcell) {
  "use strict";
  const { jobs, now, ready } = runcell;
  const timers = []; // a heap of entries: by due time, then by age
  const called = new Map(); // timers that a program has made a number of
  const immediates = new Set();
  let firstTick; // { callback, parts, next }
  let lastTick;
  const unhandled = new Map(); // promise -> reason
  const sources = new Set(); // what else can wake the loop: { fd, turn() }
  const TOO_LONG = 2 ** 31 - 1;
  let age = 0;
  let waitedFor = 0; // timers that keep the program alive
  let holds = false; // whether the program has an AsyncLocalStorage: then callbacks see what was held when they were given
  const held = () => holds ? runcell.context() : undefined;

  const before = (one, other) => one.due < other.due || (one.due === other.due && one.born < other.born);
  function put(entry, at) {
    timers[at] = entry;
    entry.at = at;
  }
  // Moves a timer up or down the heap, from where there is a hole at `at`.
  function settle(entry, at) {
    for (let above; at > 0 && before(entry, timers[above = (at - 1) >> 1]); at = above) put(timers[above], at);
    for (;;) {
      let below = 2 * at + 1;
      if (below + 1 < timers.length && before(timers[below + 1], timers[below])) below++;
      if (below >= timers.length || !before(timers[below], entry)) break;
      put(timers[below], at);
      at = below;
    }
    put(entry, at);
  }
  function insert(entry) {
    if (entry.live) waitedFor++;
    timers.push(entry);
    settle(entry, timers.length - 1);
  }
  function remove(entry) {
    const { at } = entry;
    if (at < 0) return;
    if (entry.live) waitedFor--;
    entry.at = -1;
    const last = timers.pop();
    if (last !== entry) settle(last, at);
  }

  class Timeout {
    #entry;
    constructor(callback, delay, parts, repeat) {
      this._onTimeout = callback;
      this._idleTimeout = delay;
      this.#entry = { timer: this, parts, repeat, id: ++age, due: 0, born: 0, at: -1, live: true, cleared: false, context: held() };
      this.refresh();
    }
    static entryOf(timer) { return #entry in timer ? timer.#entry : undefined; }
    refresh() {
      const entry = this.#entry;
      remove(entry);
      entry.born = ++age;
      // A delay of 0 or 1 is due at once: no program waits for the clock to tick.
      entry.due = Math.floor(now()) + (this._idleTimeout > 1 ? this._idleTimeout : 0);
      insert(entry);
      return this;
    }
    #wanted(live) {
      const entry = this.#entry;
      if (entry.at >= 0) waitedFor += live - entry.live;
      entry.live = live;
      return this;
    }
    ref() { return this.#wanted(true); }
    unref() { return this.#wanted(false); }
    hasRef() { return this.#entry.live; }
    close() { clearTimeout(this); return this; }
    [Symbol.toPrimitive]() {
      const entry = this.#entry;
      if (!entry.cleared) called.set(entry.id, entry);
      return entry.id;
    }
    [Symbol.dispose]() { clearTimeout(this); }
  }
  const { entryOf } = Timeout;
  delete Timeout.entryOf;

  function delayOf(value) {
    const delay = Math.trunc(Number(value));
    return delay >= 1 && delay <= TOO_LONG ? delay : 1;
  }

  function needFunction(callback) {
    if (typeof callback === "function") return;
    const error = new TypeError(`The "callback" argument must be of type function. Received ${runcell.received(callback)}`);
    throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
  }

  function setTimeout(callback, delay, ...parts) {
    needFunction(callback);
    return new Timeout(callback, delayOf(delay), parts, false);
  }
  function setInterval(callback, delay, ...parts) {
    needFunction(callback);
    return new Timeout(callback, delayOf(delay), parts, true);
  }
  function clearTimeout(timer) {
    const what = typeof timer;
    const found = what === "number" || what === "string" ? called.get(Number(timer)) : what === "object" && timer !== null ? entryOf(timer) : undefined;
    if (!found) return;
    found.cleared = true;
    called.delete(found.id);
    remove(found);
  }

  class Immediate {
    #callback; #parts; #context = held();
    constructor(callback, parts) {
      this.#callback = callback;
      this.#parts = parts;
    }
    static run(immediate) { call(immediate.#callback, immediate, immediate.#parts, immediate.#context); }
    ref() { return this; }
    unref() { return this; }
    hasRef() { return true; }
    [Symbol.dispose]() { clearImmediate(this); }
  }
  const runImmediate = Immediate.run;
  delete Immediate.run;
  function setImmediate(callback, ...parts) {
    needFunction(callback);
    const immediate = new Immediate(callback, parts);
    immediates.add(immediate);
    return immediate;
  }
  function clearImmediate(immediate) {
    immediates.delete(immediate);
  }

  function nextTick(callback, ...parts) {
    needFunction(callback);
    const tick = { callback, parts, context: held(), next: undefined };
    if (lastTick) lastTick.next = tick;
    else firstTick = tick;
    lastTick = tick;
  }

  // The engine says which promises were rejected with nobody listening, and which found a listener later.
  function rejected(promise, reason, handled) {
    if (handled) unhandled.delete(promise);
    else unhandled.set(promise, reason);
  }

  function call(callback, self, parts, context) {
    if (holds) runcell.context(context);
    try {
      Reflect.apply(callback, self, parts);
    } catch (error) {
      runcell.uncaught(error, "uncaughtException");
    }
  }

  function microtasks() {
    for (;;) {
      try {
        return jobs();
      } catch (error) {
        runcell.uncaught(error, "uncaughtException");
      }
    }
  }

  // Everything that has to happen before the next timer or event: ticks, then promise jobs.
  function drain() {
    do {
      while (firstTick) {
        const { callback, parts, context } = firstTick;
        firstTick = firstTick.next;
        if (!firstTick) lastTick = undefined;
        call(callback, undefined, parts, context);
      }
      microtasks();
    } while (firstTick);
    if (unhandled.size === 0) return;
    const lost = [...unhandled];
    unhandled.clear();
    for (const [promise, reason] of lost) runcell.uncaught(reason, "unhandledRejection", promise);
    drain();
  }

  function runTimers() {
    const time = Math.floor(now());
    const newest = age;
    for (;;) {
      const entry = timers[0];
      if (!entry || entry.due > time || entry.born > newest) return;
      const { timer } = entry;
      remove(entry);
      call(timer._onTimeout, timer, entry.parts, entry.context);
      if (entry.repeat && !entry.cleared && entry.at < 0) timer.refresh();
      else if (entry.at < 0) called.delete(entry.id);
      drain();
    }
  }

  function runImmediates() {
    for (const immediate of [...immediates]) {
      if (!immediates.delete(immediate)) continue;
      runImmediate(immediate);
      drain();
    }
  }

  // Waits until the next timer is due or a source has something, and lets sources act.
  function wait() {
    const first = timers[0];
    const delay = immediates.size ? 0 : first ? Math.max(0, first.due - now()) : -1;
    for (const source of sources) {
      if (delay === 0 && !ready(source.fd, 0)) continue;
      if (delay > 0 && !ready(source.fd, Math.ceil(delay))) continue;
      call(source.turn, source, []);
      drain();
      return;
    }
    if (delay > 0) ready(-1, delay);
  }

  const alive = () => immediates.size > 0 || sources.size > 0 || waitedFor > 0;

  function runLoop() {
    drain();
    while (alive()) {
      if (timers.length) runTimers();
      if (immediates.size) runImmediates();
      if (alive()) wait();
    }
  }

  const globals = { setTimeout, clearTimeout, setInterval, clearInterval: clearTimeout, setImmediate, clearImmediate };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  }
  Object.assign(runcell, { timers: globals, nextTick, rejected, drain, microtasks, runLoop, sources, Timeout, startHolding: () => { holds = true; } });
})
