// Owns: EventEmitter (node:events). The DOM's Event and EventTarget are in event_target.js.
(function (runcell) {
  "use strict";
  const table = Symbol("listeners");

  // No private members: programs also mix these methods into objects of their own.
  function add(emitter, name, listener, once, first) {
    if (typeof listener !== "function") {
      const error = new TypeError(`The "listener" argument must be of type function. Received ${runcell.received(listener)}`);
      throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
    }
    if (emitter[table]?.has("newListener")) emitter.emit("newListener", name, listener);
    // Not enumerable, and made at the first listener: an emitter is inspected as what it is otherwise.
    if (!Object.hasOwn(emitter, table)) Object.defineProperty(emitter, table, { value: new Map(), configurable: true });
    const entry = { listener, once };
    const list = emitter[table].get(name) ?? [];
    emitter[table].set(name, first ? [entry, ...list] : [...list, entry]);
    return emitter;
  }

  class EventEmitter {
    static defaultMaxListeners = 10;

    on(name, listener) { return add(this, name, listener, false, false); }
    addListener(name, listener) { return this.on(name, listener); }
    once(name, listener) { return add(this, name, listener, true, false); }
    prependListener(name, listener) { return add(this, name, listener, false, true); }
    prependOnceListener(name, listener) { return add(this, name, listener, true, true); }

    off(name, listener) {
      const list = this[table]?.get(name);
      const at = list ? list.findLastIndex((entry) => entry.listener === listener) : -1;
      if (at >= 0) {
        // Lists are never changed, so that an emit under way still calls everyone it started with.
        const rest = list.toSpliced(at, 1);
        if (rest.length) this[table].set(name, rest);
        else this[table].delete(name);
        if (this[table].has("removeListener")) this.emit("removeListener", name, listener);
      }
      return this;
    }
    removeListener(name, listener) { return this.off(name, listener); }

    removeAllListeners(name) {
      if (name === undefined) this[table]?.clear();
      else this[table]?.delete(name);
      return this;
    }

    emit(name, ...values) {
      const list = this[table]?.get(name);
      if (!list || list.length === 0) {
        if (name !== "error") return false;
        const [error] = values;
        if (runcell.isError(error)) throw error;
        const unhandled = new Error(`Unhandled error. (${typeof error === "string" ? `'${error}'` : runcell.inspect(error)})`);
        throw Object.assign(unhandled, { code: "ERR_UNHANDLED_ERROR", context: error });
      }
      for (const entry of list) {
        if (entry.once) this.off(name, entry.listener);
        Reflect.apply(entry.listener, this, values);
      }
      return true;
    }

    listenerCount(name) { return this[table]?.get(name)?.length ?? 0; }
    listeners(name) { return (this[table]?.get(name) ?? []).map((entry) => entry.listener); }
    rawListeners(name) { return this.listeners(name); }
    eventNames() { return [...(this[table]?.keys() ?? [])]; }
    setMaxListeners() { return this; }
    getMaxListeners() { return EventEmitter.defaultMaxListeners; }
  }

  // Classes of old call EventEmitter.call(this): let it be called, not only constructed.
  const Callable = new Proxy(EventEmitter, {
    apply() {},
  });
  Object.defineProperty(EventEmitter.prototype, "constructor", { value: Callable, writable: true, configurable: true, enumerable: false });

  function once(emitter, name, options = {}) {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      if (emitter instanceof EventTarget) return emitter.addEventListener(name, (event) => resolve([event]), { once: true });
      const fail = (error) => { emitter.off(name, done); reject(error); };
      const done = (...values) => { emitter.off("error", fail); resolve(values); };
      emitter.once(name, done);
      if (name !== "error") emitter.once("error", fail);
    });
  }

  async function* on(emitter, name) {
    const queue = [];
    let wake;
    let failed;
    const push = (...values) => { queue.push(values); wake?.(); };
    const fail = (error) => { failed = { error }; wake?.(); };
    emitter.on(name, push);
    if (name !== "error") emitter.on("error", fail);
    try {
      for (;;) {
        while (queue.length) yield queue.shift();
        if (failed) throw failed.error;
        await new Promise((resolve) => { wake = resolve; });
      }
    } finally {
      emitter.off(name, push);
      emitter.off("error", fail);
    }
  }

  Object.assign(EventEmitter, { EventEmitter: Callable, once, on, listenerCount: (emitter, name) => emitter.listenerCount(name) });

  // "Received an instance of Foo", as Node's argument errors end.
  runcell.received = (value) => {
    if (value === undefined || value === null) return String(value);
    if (typeof value === "function") return `function ${value.name}`;
    if (typeof value === "object") return value.constructor?.name ? `an instance of ${value.constructor.name}` : runcell.inspect(value, { depth: -1 });
    return `type ${typeof value} (${runcell.inspect(value).slice(0, 28)})`;
  };
  runcell.hasListeners = (emitter) => emitter[table] !== undefined;
  runcell.EventEmitter = Callable;
})
