// Owns: node:async_hooks. What an AsyncLocalStorage holds is one map of all of them, which is never changed but
// replaced: the engine carries it along promises, awaits and microtasks (context.h), the loop along its callbacks.
(function (runcell) {
  "use strict";
  const { context } = runcell;

  // Calls with `held` in place of what is held now.
  function within(held, callback, self, parts) {
    const before = context(held);
    try {
      return Reflect.apply(callback, self, parts);
    } finally {
      context(before);
    }
  }
  const needFunction = (value, name) => {
    if (typeof value === "function") return;
    throw Object.assign(new TypeError(`The "${name}" argument must be of type function. Received ${runcell.received(value)}`), { code: "ERR_INVALID_ARG_TYPE" });
  };
  function bind(callback, self) {
    needFunction(callback, "fn");
    const held = context();
    const bound = function (...parts) { return within(held, callback, self === undefined ? this : self, parts); };
    Object.defineProperty(bound, "length", { value: callback.length, configurable: true });
    return bound;
  }

  class AsyncLocalStorage {
    constructor() { runcell.startHolding(); }
    #with(store) { return new Map(context()).set(this, store); }
    run(store, callback, ...parts) { return within(this.#with(store), callback, undefined, parts); }
    exit(callback, ...parts) { return this.run(undefined, callback, ...parts); }
    getStore() { return context()?.get(this); }
    enterWith(store) { context(this.#with(store)); }
    disable() {
      const rest = new Map(context());
      rest.delete(this);
      context(rest);
    }
    static bind(callback) { return bind(callback); }
    static snapshot() { return bind((callback, ...parts) => Reflect.apply(callback, undefined, parts)); }
  }

  let last = 1;
  class AsyncResource {
    #held = context(); #id = ++last;
    constructor(type) {
      if (typeof type !== "string") throw Object.assign(new TypeError(`The "type" argument must be of type string. Received ${runcell.received(type)}`), { code: "ERR_INVALID_ARG_TYPE" });
      this.type = type;
    }
    runInAsyncScope(callback, self, ...parts) { return within(this.#held, callback, self, parts); }
    bind(callback, self) {
      needFunction(callback, "fn");
      const resource = this;
      return function (...parts) { return resource.runInAsyncScope(callback, self === undefined ? this : self, ...parts); };
    }
    asyncId() { return this.#id; }
    triggerAsyncId() { return 1; }
    emitDestroy() { return this; }
    static bind(callback, type, self) { return new AsyncResource(type || callback.name || "bound-anonymous-fn").bind(callback, self); }
  }

  runcell.define("async_hooks", () => ({
    AsyncLocalStorage, AsyncResource, executionAsyncId: () => 1, triggerAsyncId: () => 0, executionAsyncResource: () => ({}),
    createHook: () => ({ enable() { return this; }, disable() { return this; } }),
  }));
})
