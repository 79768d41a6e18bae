// Owns: the text of a value as console.log and util.inspect show it, in the
// layout that users of Node know. Does not own: the text of errors (errors.js),
// format strings and the console (console.js).
(function (runcell) {
  "use strict";
  const { kind, settled, target } = runcell;
  const custom = Symbol.for("nodejs.util.inspect.custom");
  const defaults = {
    depth: 2, showHidden: false, breakLength: 80, compact: 3, sorted: false,
    maxArrayLength: 100, maxStringLength: 10000, colors: false, getters: false,
  };
  const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
  const escapes = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\" };
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const sharedByteLength = Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength").get;
  const iteratorTags = /^(Array|String|RegExp String) Iterator$/;

  function quote(text) {
    let mark = "'";
    if (text.includes("'")) mark = !text.includes('"') ? '"' : !text.includes("`") && !text.includes("${") ? "`" : "'";
    let body = text.replace(/[\x00-\x1f\x7f-\x9f\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, (c) => {
      const code = c.charCodeAt(0);
      return escapes[c] ?? (code > 0xff ? "\\u" + code.toString(16) : "\\x" + code.toString(16).toUpperCase().padStart(2, "0"));
    });
    if (mark === "'") body = body.replaceAll("'", "\\'");
    return mark + body + mark;
  }

  function number(value) {
    return Object.is(value, -0) ? "-0" : String(value);
  }

  // What stands for a value of a kind on a terminal, when `colors` is asked for.
  const PAINTS = { string: [32, 39], symbol: [32, 39], number: [33, 39], bigint: [33, 39], boolean: [33, 39], undefined: [90, 39], null: [1, 22], date: [35, 39], regexp: [31, 39], special: [36, 39] };
  function paint(text, what, state) {
    const paints = state.colors ? PAINTS[what] : undefined;
    return paints ? `\x1b[${paints[0]}m${text}\x1b[${paints[1]}m` : text;
  }
  const widthOf = (text, state) => state.colors ? text.replace(/\x1b\[\d+m/g, "").length : text.length;

  function primitive(value, state, top) {
    if (top && typeof value === "string") return value;
    return paint(primitiveText(value, state), value === null ? "null" : typeof value, state);
  }

  function primitiveText(value, state) {
    switch (typeof value) {
      case "string": {
        const cut = value.length > state.maxStringLength ? value.length - state.maxStringLength : 0;
        const shown = cut ? value.slice(0, state.maxStringLength) : value;
        const more = cut ? `... ${cut} more character${cut > 1 ? "s" : ""}` : "";
        if (shown.length > 16 && shown.length > state.breakLength - state.indent - 4 && shown.includes("\n")) {
          const lines = shown.split(/(?<=\n)/).map(quote);
          return lines.join(` +\n${" ".repeat(state.indent + 2)}`) + more;
        }
        return quote(shown) + more;
      }
      case "number": return number(value);
      case "bigint": return `${value}n`;
      case "symbol": return value.toString();
      default: return String(value);
    }
  }

  // The name of what made an object, as far up its chain as needed; "" when there is none.
  function constructorName(object) {
    for (let at = object; at; at = Object.getPrototypeOf(at)) {
      const own = Object.getOwnPropertyDescriptor(at, "constructor");
      if (own && typeof own.value === "function" && own.value.name !== "" && (at === object || object instanceof own.value)) {
        return own.value.name;
      }
    }
    return "";
  }

  function prefix(name, fallback, tag, size) {
    let text = name === "" ? `[${fallback}: null prototype]` : name;
    if (size !== undefined) text = name === "" ? `[${fallback}(${size}): null prototype]` : `${name}(${size})`;
    if (tag && tag !== name) text += ` [${tag}]`;
    return text + " ";
  }

  function keysOf(object, state) {
    let keys = state.showHidden ? Object.getOwnPropertyNames(object) : Object.keys(object);
    const symbols = Object.getOwnPropertySymbols(object);
    for (const symbol of symbols) {
      if (state.showHidden || Object.prototype.propertyIsEnumerable.call(object, symbol)) keys.push(symbol);
    }
    if (state.sorted) keys.sort(state.sorted === true ? undefined : state.sorted);
    return keys;
  }

  const isIndex = (key, length) => typeof key === "string" && /^(0|[1-9]\d*)$/.test(key) && Number(key) < length;

  function property(object, key, state, bare) {
    const facts = Object.getOwnPropertyDescriptor(object, key) ?? { value: object[key], enumerable: true };
    let text;
    if (facts.get || facts.set) {
      text = facts.get ? (facts.set ? "[Getter/Setter]" : "[Getter]") : "[Setter]";
      if (facts.get && state.getters) {
        try { text = `[Getter: ${nested(facts.get.call(object), state, 2)}]`; } catch (error) { text = `[Getter: <Inspection threw (${error?.message})>]`; }
      }
    } else {
      text = nested(facts.value, state, 2);
    }
    if (bare) return text;
    let name = key === "__proto__" ? "['__proto__']" : typeof key === "symbol" ? `[${key.toString()}]` : identifier.test(key) ? key : quote(key);
    if (!facts.enumerable) name = `[${typeof key === "symbol" ? key.toString() : key}]`;
    return `${name}: ${text}`;
  }

  function nested(value, state, indent) {
    state.indent += indent;
    const text = format(value, state, false);
    state.indent -= indent;
    return text;
  }

  function elements(array, length, state, at) {
    const shown = Math.min(length, Math.max(0, state.maxArrayLength ?? Infinity));
    const out = [];
    let holes = 0;
    let index = 0;
    const flush = () => {
      if (holes) out.push(`<${holes} empty item${holes > 1 ? "s" : ""}>`);
      holes = 0;
    };
    for (; index < length && out.length + (holes ? 1 : 0) < shown + (holes ? 1 : 0); index++) {
      if (at || Object.hasOwn(array, index)) {
        flush();
        if (out.length >= shown) break;
        out.push(at ? at(array[index]) : property(array, String(index), state, true));
      } else holes++;
    }
    flush();
    state.extra = length > index;
    if (state.extra) out.push(more(length - index));
    return out;
  }

  const more = (count) => `... ${count} more item${count > 1 ? "s" : ""}`;

  function limited(iterable, size, state, show) {
    const shown = Math.min(size, state.maxArrayLength ?? Infinity);
    const out = [];
    for (const item of iterable) {
      if (out.length >= shown) break;
      out.push(show(item));
    }
    if (size > shown) out.push(more(size - shown));
    return out;
  }

  function functionBase(value, name, tag) {
    const source = Function.prototype.toString.call(value);
    if (/^class\b/.test(source)) {
      let text = value.name === "" ? "[class (anonymous)" : `[class ${value.name}`;
      const parent = Object.getPrototypeOf(value);
      if (typeof parent === "function" && parent.name) text += ` extends ${parent.name}`;
      else if (parent === null) text += " extends [null prototype]";
      return text + "]";
    }
    const type = /Function$/.test(name) ? name : tag && /Function$/.test(tag) ? tag : "Function";
    let text = value.name === "" ? `[${type} (anonymous)]` : `[${type}: ${value.name}]`;
    if (name === "") text += " [null prototype]";
    return text;
  }

  // What stands between the braces of an object of a known kind:
  // { open, close, items, base, grouped }. `base` is shown instead of braces when nothing else is.
  function describe(value, what, name, tag, state) {
    const braces = (head) => ({ open: head + "{", close: "}", items: [] });
    switch (what) {
      case "array": {
        const plain = name === "Array" && !tag;
        const head = plain ? "" : prefix(name, "Array", tag, value.length);
        return { open: head + "[", close: "]", items: () => elements(value, value.length, state), grouped: true, length: value.length };
      }
      case "typedarray": {
        const length = value.length;
        const own = Object.prototype.toString.call(value).slice(8, -1);
        return { open: prefix(name, own, tag, length) + "[", close: "]", grouped: true, length,
          items: () => elements(value, length, state, (item) => typeof item === "bigint" ? `${item}n` : number(item)) };
      }
      case "map":
        return { open: prefix(name, "Map", tag, value.size) + "{", close: "}",
          items: () => limited(Map.prototype.entries.call(value), value.size, state, ([k, v]) => `${nested(k, state, 2)} => ${nested(v, state, 2)}`) };
      case "set":
        return { open: prefix(name, "Set", tag, value.size) + "{", close: "}",
          items: () => limited(Set.prototype.values.call(value), value.size, state, (v) => nested(v, state, 2)) };
      case "function": return { ...braces(""), base: paint(functionBase(value, name, tag), "special", state) };
      case "regexp": return { ...braces(""), base: paint(RegExp.prototype.toString.call(value), "regexp", state) };
      case "date": {
        const time = Date.prototype.getTime.call(value);
        return { ...braces(""), base: paint(Number.isNaN(time) ? "Invalid Date" : Date.prototype.toISOString.call(value), "date", state) };
      }
      case "error": return { ...braces(""), base: runcell.errorText(value, state, nested), error: true };
      case "promise": {
        const [state_, result] = settled(value);
        const items = () => [state_ === 0 ? "<pending>" : state_ === 1 ? nested(result, state, 2) : `<rejected> ${nested(result, state, 2)}`];
        return { ...braces(prefix(name, "Promise", tag)), items };
      }
      case "arraybuffer": {
        const bytes = new Uint8Array(value);
        const items = () => {
          let hex = [...bytes.subarray(0, 50)].map((b) => b.toString(16).padStart(2, "0")).join(" ");
          if (bytes.length > 50) hex += ` ... ${bytes.length - 50} more byte${bytes.length > 51 ? "s" : ""}`;
          return [`[Uint8Contents]: <${hex}>`, `[byteLength]: ${bytes.length}`];
        };
        return { ...braces(prefix(name, "ArrayBuffer", tag)), items };
      }
      case "dataview":
        return { ...braces(prefix(name, "DataView", tag)), items: () => ["byteLength", "byteOffset", "buffer"].map((k) => `[${k}]: ${nested(value[k], state, 2)}`) };
      case "weakmap": case "weakset":
        return { ...braces(prefix(name, what === "weakmap" ? "WeakMap" : "WeakSet", tag)), items: () => ["<items unknown>"] };
      case "weakref":
        return braces(prefix(name, "WeakRef", tag));
    }
    return describeOther(value, name, tag, state, braces);
  }

  function describeOther(value, name, tag, state, braces) {
    const shape = Object.prototype.toString.call(value).slice(8, -1);
    for (const [type, Wrapper] of [["Number", Number], ["String", String], ["Boolean", Boolean], ["BigInt", BigInt], ["Symbol", Symbol]]) {
      if (shape !== type && tag !== type) continue;
      try {
        const inner = Wrapper.prototype.valueOf.call(value);
        const shown = primitive(inner, state, false);
        const own = name && name !== type ? `${type} (${name})` : type;
        return { ...braces(""), base: `[${own}: ${shown}]`, skip: type === "String" ? inner.length : 0 };
      } catch { /* only named so */ }
    }
    if (shape === "SharedArrayBuffer") {
      try {
        sharedByteLength.call(value);
        return describe(value, "arraybuffer", name, tag, state);
      } catch { /* only named so */ }
    }
    if (shape === "Arguments") {
      return braces("[Arguments] ");
    }
    const rest = runcell.rest(value);
    if (rest) return { ...braces(`[${rest[0]}] `), items: () => rest[1].map((item) => nested(item, state, 2)) };
    if (tag && iteratorTags.test(tag) && typeof value.next === "function") return braces(`Object [${tag}] `);
    if (tag && /Generator$/.test(tag) && name === "") return braces(`Object [${tag}] `);
    if (name === "Object" && !tag) return braces("");
    if (name === "" && tag === "Module") return braces("[Module: null prototype] ");
    return braces(prefix(name, "Object", tag));
  }

  function circular(value, state) {
    state.loops ??= new Map();
    if (!state.loops.has(value)) state.loops.set(value, state.loops.size + 1);
    return paint(`[Circular *${state.loops.get(value)}]`, "special", state);
  }

  function tagOf(value, name) {
    let tag;
    // An own property is shown as one.
    if (Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag)) return "";
    try { tag = value[Symbol.toStringTag]; } catch { /* a getter that throws */ }
    return typeof tag === "string" && tag !== "" && tag !== name ? tag : "";
  }

  function format(value, state, top) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return primitive(value, state, top);
    let what = kind(value);
    if (what === "proxy") {
      const behind = target(value);
      if (behind === null || behind === undefined) return "<Revoked Proxy>";
      return format(behind, state, top);
    }
    const own = state.customInspect !== false && value[custom];
    if (typeof own === "function" && own !== runcell.inspect && value.constructor?.prototype !== value) {
      const depth = state.depth === null ? null : state.depth - state.level;
      const result = own.call(value, depth, { ...state, depth }, runcell.inspect);
      if (typeof result === "string") return result.replaceAll("\n", `\n${" ".repeat(state.indent)}`);
      if (result !== value) return format(result, state, false);
    }
    if (state.seen.includes(value)) return circular(value, state);
    return formatObject(value, what, state);
  }

  function formatObject(value, what, state) {
    const name = constructorName(value);
    const tag = tagOf(value, name);
    const shape = describe(value, what, name, tag, state);
    const length = shape.length ?? shape.skip ?? 0;
    let keys = keysOf(value, state);
    if (length || shape.grouped) keys = keys.filter((key) => !isIndex(key, length));
    if (shape.error) keys = runcell.errorKeys(value, keys);
    if (what === "regexp") keys = keys.filter((key) => key !== "lastIndex");
    if (what === "function" && state.showHidden) keys = keys.filter((key) => !["length", "name", "prototype", "arguments", "caller"].includes(key));
    if (shape.base !== undefined && keys.length === 0) return shape.base;
    if (keys.length === 0 && isEmpty(value, what, shape)) return shape.open + shape.close;
    if (state.depth !== null && state.level > state.depth) {
      return shape.base !== undefined && what !== "" ? shape.base : paint(`[${what === "array" ? "Array" : prefix(name, "Object", tag).trimEnd()}]`, "special", state);
    }
    state.seen.push(value);
    state.level++;
    state.extra = false;
    state.current = state.level - 1;
    const items = typeof shape.items === "function" ? shape.items() : [];
    const extra = state.extra;
    for (const key of keys) items.push(property(value, key, state, false));
    state.level--;
    state.seen.pop();
    let open = shape.open;
    if (shape.base !== undefined) open = `${shape.base} ${open}`;
    const index = state.loops?.get(value);
    if (index !== undefined) open = `<ref *${index}> ${open}`;
    return items.length === 0 ? open + shape.close : layout(items, open, shape, state, extra, value);
  }

  const isEmpty = (value, what, shape) => shape.items === undefined || (Array.isArray(shape.items) && shape.items.length === 0)
    || (what === "map" || what === "set" ? value.size === 0 : shape.length === 0);

  // Lays items out: on one line if at most three levels are inside, in columns (long arrays), or one a line.
  function layout(items, open, shape, state, extra, value) {
    const gap = " ".repeat(state.indent);
    const base = shape.base ?? "";
    const count = items.length;
    if (state.compact >= 1) {
      if (shape.grouped && count > 6) items = columns(items, extra, value, state);
      if (state.current - state.level < state.compact && count === items.length) {
        let width = 2 * items.length + state.indent + shape.open.length + base.length + 10;
        for (const item of items) width += widthOf(item, state);
        if (width <= state.breakLength && !base.includes("\n") && !items.some((item) => item.includes("\n"))) {
          return `${open} ${items.join(", ")} ${shape.close}`;
        }
      }
    }
    return `${open}\n${gap}  ${items.join(`,\n${gap}  `)}\n${gap}${shape.close}`;
  }

  // Rows of a roughly square table, as many columns as fit; the items themselves if too uneven.
  function columns(items, extra, value, state) {
    const count = extra ? items.length - 1 : items.length;
    const lengths = items.slice(0, count).map((item) => widthOf(item, state));
    const longest = Math.max(...lengths);
    const cell = longest + 2;
    const total = lengths.reduce((sum, length) => sum + length + 2, 0);
    if (cell * 3 + state.indent >= state.breakLength) return items;
    if (total / cell <= 5 && longest > 6) return items;
    const width = Math.max(cell - 3 - Math.sqrt(cell - total / items.length), 1);
    const across = Math.min(Math.round(Math.sqrt(2.5 * width * count) / width),
      Math.floor((state.breakLength - state.indent) / cell), state.compact * 4, 15);
    if (across <= 1) return items;
    const widths = Array.from({ length: across }, (_, column) => {
      let most = 0;
      for (let i = column; i < count; i += across) most = Math.max(most, lengths[i]);
      return most + 2;
    });
    let right = true;
    for (let i = 0; i < items.length && right; i++) right = typeof value[i] === "number" || typeof value[i] === "bigint";
    const rows = [];
    for (let i = 0; i < count; i += across) {
      const last = Math.min(i + across, count) - 1;
      let row = "";
      for (let at = i; at < last; at++) {
        const text = `${items[at]}, `;
        const gap = " ".repeat(Math.max(0, widths[at - i] - lengths[at] - 2));
        row += right ? gap + text : text + gap;
      }
      rows.push(row + (right ? " ".repeat(Math.max(0, widths[last - i] - lengths[last] - 2)) : "") + items[last]);
    }
    if (extra) rows.push(items[count]);
    return rows;
  }

  function inspect(value, options, ...legacy) {
    const state = { ...defaults, indent: 0, level: 0, seen: [] };
    if (typeof options === "boolean") {
      state.showHidden = options;
      if (legacy[0] !== undefined) state.depth = legacy[0];
    } else if (options) Object.assign(state, options);
    if (state.depth === Infinity) state.depth = null;
    if (state.compact === true) state.compact = 3;
    state.indent = 0;
    state.level = 0;
    state.seen = [];
    state.loops = undefined;
    return format(value, state, false);
  }
  inspect.custom = custom;
  inspect.defaultOptions = defaults;

  Object.assign(runcell, { inspect, quote });
})
