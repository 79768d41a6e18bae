// Owns: the small globals of the web platform: performance, crypto,
// structuredClone, navigator, and names that fail with a clear reason.
(function (runcell) {
  "use strict";
  const { now, fill, kind, global } = runcell;
  const marks = new Map();

  class Performance {
    get timeOrigin() { return Date.now() - this.now(); }
    now() { return now() - runcell.startedAt(); }
    mark(name) {
      const entry = { name: String(name), entryType: "mark", startTime: this.now(), duration: 0, detail: null };
      marks.set(entry.name, entry);
      return entry;
    }
    measure(name, from, to) {
      const start = typeof from === "string" ? marks.get(from)?.startTime ?? 0 : 0;
      const end = typeof to === "string" ? marks.get(to)?.startTime ?? 0 : this.now();
      return { name: String(name), entryType: "measure", startTime: start, duration: end - start, detail: null };
    }
    clearMarks(name) { if (name === undefined) marks.clear(); else marks.delete(String(name)); }
    clearMeasures() {}
    getEntries() { return [...marks.values()]; }
    getEntriesByName(name) { return this.getEntries().filter((entry) => entry.name === name); }
    getEntriesByType(type) { return this.getEntries().filter((entry) => entry.entryType === type); }
    timerify(run) { return run; }
    toJSON() { return { timeOrigin: this.timeOrigin }; }
  }

  class Crypto {
    getRandomValues(array) {
      if (!ArrayBuffer.isView(array) || array instanceof Float32Array || array instanceof Float64Array || array instanceof DataView) {
        throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
      }
      if (array.byteLength > 65536) throw new DOMException("The requested length exceeds 65536 bytes", "QuotaExceededError");
      fill(runcell.bytesOf(array));
      return array;
    }
    randomUUID() {
      const bytes = fill(new Uint8Array(16));
      bytes[6] = bytes[6] & 0x0f | 0x40;
      bytes[8] = bytes[8] & 0x3f | 0x80;
      return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    }
  }

  const uncloneable = (value) => {
    const what = typeof value === "function" || typeof value === "symbol" ? String(value) : "#<" + (value.constructor?.name ?? "Object") + ">";
    return new DOMException(`${what} could not be cloned.`, "DataCloneError");
  };
  const errorTypes = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

  function clone(value, seen, moved) {
    if (typeof value === "function" || typeof value === "symbol") throw uncloneable(value);
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (copy) => { seen.set(value, copy); return copy; };
    const what = kind(value);
    switch (what) {
      case "date": return keep(new Date(value.getTime()));
      case "regexp": return keep(new RegExp(value.source, value.flags));
      case "arraybuffer": return keep(moved.includes(value) ? value.transfer() : value.slice(0));
      case "typedarray": case "dataview": {
        const Type = globalThis[Object.prototype.toString.call(value).slice(8, -1)];
        const length = what === "dataview" ? value.byteLength : value.length;
        const offset = value.byteOffset;
        return keep(new Type(clone(value.buffer, seen, moved), offset, length));
      }
      case "map": {
        const copy = keep(new Map());
        for (const [k, v] of [...value]) copy.set(clone(k, seen, moved), clone(v, seen, moved));
        return copy;
      }
      case "set": {
        const copy = keep(new Set());
        for (const item of [...value]) copy.add(clone(item, seen, moved));
        return copy;
      }
      case "error": {
        const made = keep(new (errorTypes[value.name] ?? Error)(value.message));
        Object.defineProperty(made, "stack", { value: value.stack, writable: true, configurable: true });
        if (Object.hasOwn(value, "cause")) Object.defineProperty(made, "cause", { value: clone(value.cause, seen, moved), writable: true, configurable: true });
        return made;
      }
      case "array": {
        const copy = keep(new Array(value.length));
        for (const key of Object.keys(value)) copy[key] = clone(value[key], seen, moved);
        return copy;
      }
      case "": break;
      default: throw uncloneable(value);
    }
    for (const Wrapper of [Number, String, Boolean, BigInt]) {
      if (value instanceof Wrapper) return keep(Object(value.valueOf()));
    }
    if (value instanceof SharedArrayBuffer) return keep(value);
    if (value instanceof Blob) return keep(value.slice(0, value.size, value.type));
    const copy = keep({});
    for (const key of Object.keys(value)) copy[key] = clone(value[key], seen, moved);
    return copy;
  }

  const { structuredClone } = { structuredClone(...given) {
    if (given.length === 0) throw Object.assign(new TypeError("The \"value\" argument must be specified"), { code: "ERR_MISSING_ARGS" });
    return clone(given[0], new Map(), given[1]?.transfer ?? []);
  } };

  const fetch = async () => {
    throw new TypeError("fetch failed", { cause: new Error("a cell has no network") });
  };

  const random = { random: { value: runcell.random, writable: true, configurable: true, enumerable: false } };
  Object.defineProperties(Math, random);
  const performance = new Performance();
  global({ Performance, performance, Crypto, crypto: new Crypto(), structuredClone, fetch, global: globalThis, navigator: { userAgent: "quickjs", hardwareConcurrency: 1, language: "en-US", languages: ["en-US"], platform: "wasi" } });
  runcell.structuredClone = structuredClone;
})
