// Owns: timers, immediates, ticks, promise rejections, and the loop that runs
// a program to its end. What becomes of an error nobody caught is in process.js.
(function (runcell) {
  "use strict";
  const { jobs, now, ready } = runcell;
  const timers = []; // by due time, then by age
  const immediates = [];
  const ticks = [];
  const unhandled = new Map(); // promise -> reason
  const sources = new Set(); // what else can wake the loop: { fd, turn() }
  const TOO_LONG = 2 ** 31 - 1;
  let age = 0;

  class Timeout {
    #live = true;
    constructor(callback, delay, parts, repeat) {
      this._onTimeout = callback;
      this._idleTimeout = delay;
      Object.defineProperties(this, {
        parts: { value: parts }, repeat: { value: repeat }, id: { value: ++age },
        due: { writable: true, value: 0 }, born: { writable: true, value: 0 }, cleared: { writable: true, value: false },
      });
      this.refresh();
    }
    refresh() {
      remove(this);
      this.born = ++age;
      // A delay of 0 or 1 is due at once: no program waits for the clock to tick.
      this.due = Math.floor(now()) + (this._idleTimeout > 1 ? this._idleTimeout : 0);
      let at = timers.length;
      while (at > 0 && timers[at - 1].due > this.due) at--;
      timers.splice(at, 0, this);
      return this;
    }
    ref() { this.#live = true; return this; }
    unref() { this.#live = false; return this; }
    hasRef() { return this.#live; }
    close() { clearTimeout(this); return this; }
    [Symbol.toPrimitive]() { return this.id; }
    [Symbol.dispose]() { clearTimeout(this); }
  }

  function remove(timer) {
    const at = timers.indexOf(timer);
    if (at >= 0) timers.splice(at, 1);
  }

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
    const found = timer instanceof Timeout ? timer : timers.find((each) => each.id === Number(timer));
    if (!found) return;
    found.cleared = true;
    remove(found);
  }

  class Immediate {
    constructor(callback, parts) {
      Object.defineProperties(this, { callback: { value: callback }, parts: { value: parts } });
    }
    ref() { return this; }
    unref() { return this; }
    hasRef() { return true; }
    [Symbol.dispose]() { clearImmediate(this); }
  }
  function setImmediate(callback, ...parts) {
    needFunction(callback);
    const immediate = new Immediate(callback, parts);
    immediates.push(immediate);
    return immediate;
  }
  function clearImmediate(immediate) {
    const at = immediates.indexOf(immediate);
    if (at >= 0) immediates.splice(at, 1);
  }

  function nextTick(callback, ...parts) {
    needFunction(callback);
    ticks.push({ callback, parts });
  }

  // The engine says which promises were rejected with nobody listening, and which found a listener later.
  function rejected(promise, reason, handled) {
    if (handled) unhandled.delete(promise);
    else unhandled.set(promise, reason);
  }

  function call(callback, self, parts) {
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
      while (ticks.length) {
        const { callback, parts } = ticks.shift();
        call(callback, undefined, parts);
      }
      microtasks();
    } while (ticks.length);
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
      const timer = timers.find((each) => each.due <= time && each.born <= newest);
      if (!timer) return;
      remove(timer);
      call(timer._onTimeout, timer, timer.parts);
      if (timer.repeat && !timer.cleared && !timers.includes(timer)) timer.refresh();
      drain();
    }
  }

  function runImmediates() {
    for (const immediate of immediates.splice(0)) {
      call(immediate.callback, immediate, immediate.parts);
      drain();
    }
  }

  // Waits until the next timer is due or a source has something, and lets sources act.
  function wait() {
    const first = timers[0];
    const delay = immediates.length ? 0 : first ? Math.max(0, first.due - now()) : -1;
    for (const source of sources) {
      if (delay === 0 && !ready(source.fd, 0)) continue;
      if (delay > 0 && !ready(source.fd, Math.ceil(delay))) continue;
      call(source.turn, source, []);
      drain();
      return;
    }
    if (delay > 0) ready(-1, delay);
  }

  const alive = () => immediates.length > 0 || sources.size > 0 || timers.some((timer) => timer.hasRef());

  function runLoop() {
    drain();
    while (alive()) {
      if (timers.length) runTimers();
      if (immediates.length) runImmediates();
      if (alive()) wait();
    }
  }

  const globals = { setTimeout, clearTimeout, setInterval, clearInterval: clearTimeout, setImmediate, clearImmediate };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  }
  Object.assign(runcell, { timers: globals, nextTick, rejected, drain, microtasks, runLoop, sources, Timeout });
})
