// Owns: the web's Event, CustomEvent, EventTarget, AbortController and AbortSignal.
(function (runcell) {
  "use strict";
  const inspectCustom = runcell.inspect.custom;

  class Event {
    #type; #options; #stopped = false; #prevented = false;
    constructor(type, options = {}) {
      this.#type = String(type);
      this.#options = options ?? {};
      Object.defineProperties(this, {
        target: { value: null, writable: true, configurable: true },
        currentTarget: { value: null, writable: true, configurable: true },
        timeStamp: { value: performance.now(), configurable: true },
      });
    }
    get type() { return this.#type; }
    get bubbles() { return Boolean(this.#options.bubbles); }
    get cancelable() { return Boolean(this.#options.cancelable); }
    get composed() { return Boolean(this.#options.composed); }
    get defaultPrevented() { return this.#prevented; }
    get eventPhase() { return this.currentTarget ? 2 : 0; }
    get isTrusted() { return false; }
    get stopped() { return this.#stopped; }
    preventDefault() { if (this.cancelable) this.#prevented = true; }
    stopPropagation() {}
    stopImmediatePropagation() { this.#stopped = true; }
    composedPath() { return this.currentTarget ? [this.currentTarget] : []; }
    [inspectCustom](depth, options, inspect) {
      return `${this.constructor.name} ${inspect({ type: this.type, defaultPrevented: this.defaultPrevented, cancelable: this.cancelable, timeStamp: this.timeStamp }, options)}`;
    }
  }

  class CustomEvent extends Event {
    #detail;
    constructor(type, options = {}) {
      super(type, options);
      this.#detail = options?.detail ?? null;
    }
    get detail() { return this.#detail; }
  }

  class EventTarget {
    #listeners = new Map();

    addEventListener(type, listener, options) {
      if (listener === null || listener === undefined) return;
      const { once = false, capture = options === true, signal } = typeof options === "object" && options !== null ? options : {};
      if (signal?.aborted) return;
      type = String(type);
      if (!this.#listeners.has(type)) this.#listeners.set(type, []);
      const list = this.#listeners.get(type);
      if (list.some((entry) => entry.listener === listener && entry.capture === capture)) return;
      list.push({ listener, once, capture });
      signal?.addEventListener("abort", () => this.removeEventListener(type, listener, { capture }), { once: true });
    }

    removeEventListener(type, listener, options) {
      const capture = typeof options === "object" && options !== null ? Boolean(options.capture) : options === true;
      const list = this.#listeners.get(String(type)) ?? [];
      const at = list.findIndex((entry) => entry.listener === listener && entry.capture === capture);
      if (at >= 0) this.#listeners.set(String(type), list.toSpliced(at, 1));
    }

    dispatchEvent(event) {
      if (!(event instanceof Event)) throw new TypeError('The "event" argument must be an instance of Event');
      event.target = this;
      event.currentTarget = this;
      const handler = this[`on${event.type}`];
      const list = [...(this.#listeners.get(event.type) ?? [])];
      if (typeof handler === "function") list.unshift({ listener: handler });
      for (const { listener, once, capture } of list) {
        if (event.stopped) break;
        if (once) this.removeEventListener(event.type, listener, { capture });
        try {
          if (typeof listener === "function") Reflect.apply(listener, this, [event]);
          else listener.handleEvent(event);
        } catch (error) {
          runcell.nextTick(() => { throw error; });
        }
      }
      event.currentTarget = null;
      return !event.defaultPrevented;
    }
  }

  const make = Symbol("make");

  class AbortSignal extends EventTarget {
    #aborted = false; #reason;
    constructor(key) {
      if (key !== make) throw new TypeError("Illegal constructor");
      super();
      Object.defineProperty(this, "onabort", { value: null, writable: true, configurable: true });
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }

    static [make](signal, reason = new DOMException("This operation was aborted", "AbortError")) {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason;
      signal.dispatchEvent(new Event("abort"));
    }
    static abort(reason) {
      const signal = new AbortSignal(make);
      AbortSignal[make](signal, reason);
      return signal;
    }
    static timeout(ms) {
      const signal = new AbortSignal(make);
      setTimeout(() => AbortSignal[make](signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")), ms).unref();
      return signal;
    }
    static any(signals) {
      const joined = new AbortSignal(make);
      for (const signal of signals) {
        if (signal.aborted) AbortSignal[make](joined, signal.reason);
        else signal.addEventListener("abort", () => AbortSignal[make](joined, signal.reason), { once: true });
      }
      return joined;
    }
    [inspectCustom]() { return `AbortSignal { aborted: ${this.#aborted} }`; }
  }

  class AbortController {
    #signal = new AbortSignal(make);
    get signal() { return this.#signal; }
    abort(reason) { AbortSignal[make](this.#signal, reason); }
    [inspectCustom]() { return `AbortController { signal: AbortSignal { aborted: ${this.#signal.aborted} } }`; }
  }

  runcell.global({ Event, CustomEvent, EventTarget, AbortSignal, AbortController });
})
