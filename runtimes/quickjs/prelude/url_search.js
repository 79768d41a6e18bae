// Owns: URLSearchParams.
(function (runcell) {
  "use strict";
  const bindings = new WeakMap(); // params -> what to tell when they change

  function encode(text) {
    let out = "";
    for (const byte of runcell.encode(String(text).toWellFormed())) {
      const character = String.fromCharCode(byte);
      if (byte === 0x20) out += "+";
      else if (/[A-Za-z0-9*\-._]/.test(character)) out += character;
      else out += "%" + byte.toString(16).toUpperCase().padStart(2, "0");
    }
    return out;
  }
  const decode = (text) => runcell.decodePercent(text.replaceAll("+", " "));

  function pairsOf(query) {
    return query.split("&").filter((part) => part !== "").map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
  }

  class URLSearchParams {
    #pairs = [];
    constructor(init = "") {
      if (typeof init === "object" && init !== null || typeof init === "function") {
        if (typeof init[Symbol.iterator] === "function") {
          for (const pair of init) {
            const both = [...pair];
            if (both.length !== 2) throw Object.assign(new TypeError("Each query pair must be an iterable [name, value] tuple"), { code: "ERR_INVALID_TUPLE" });
            this.#pairs.push(both.map(String));
          }
        } else for (const key of Object.keys(init)) this.#pairs.push([key, String(init[key])]);
      } else this.#pairs = pairsOf(String(init).replace(/^\?/, ""));
    }
    #changed() { bindings.get(this)?.(this.toString()); }
    static reset(params, query) { params.#pairs = pairsOf(query); }

    get size() { return this.#pairs.length; }
    append(name, value) { this.#pairs.push([String(name), String(value)]); this.#changed(); }
    delete(name, value) {
      this.#pairs = this.#pairs.filter(([k, v]) => k !== String(name) || (value !== undefined && v !== String(value)));
      this.#changed();
    }
    get(name) { return this.#pairs.find(([k]) => k === String(name))?.[1] ?? null; }
    getAll(name) { return this.#pairs.filter(([k]) => k === String(name)).map(([, v]) => v); }
    has(name, value) { return this.#pairs.some(([k, v]) => k === String(name) && (value === undefined || v === String(value))); }
    set(name, value) {
      const at = this.#pairs.findIndex(([k]) => k === String(name));
      if (at < 0) this.#pairs.push([String(name), String(value)]);
      else {
        this.#pairs[at] = [String(name), String(value)];
        this.#pairs = this.#pairs.filter(([k], i) => i <= at || k !== String(name));
      }
      this.#changed();
    }
    sort() {
      this.#pairs.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
      this.#changed();
    }
    forEach(callback, self) { for (const [name, value] of this.#pairs) Reflect.apply(callback, self, [value, name, this]); }
    *entries() { for (const [name, value] of this.#pairs) yield [name, value]; }
    *keys() { for (const [name] of this.#pairs) yield name; }
    *values() { for (const [, value] of this.#pairs) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"); }
    [runcell.inspect.custom](depth, options, inspect) {
      if (this.#pairs.length === 0) return "URLSearchParams {}";
      const pairs = this.#pairs.map(([name, value]) => `${inspect(name)} => ${inspect(value)}`);
      const wide = pairs.reduce((width, pair) => width + pair.length + 2, 0) > (options.breakLength ?? 80);
      return wide ? `URLSearchParams {\n  ${pairs.join(",\n  ")} }` : `URLSearchParams { ${pairs.join(", ")} }`;
    }
  }
  const { reset } = URLSearchParams;
  delete URLSearchParams.reset;

  runcell.global({ URLSearchParams });
  Object.assign(runcell, { bindParams: (params, tell) => bindings.set(params, tell), resetParams: reset });
})
