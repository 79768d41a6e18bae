// Owns: node:util.
(function (runcell) {
  "use strict";
  const { inspect, format, formatWith, kind, received } = runcell;
  const customPromisify = Symbol.for("nodejs.util.promisify.custom");

  function promisify(original) {
    if (typeof original !== "function") throw Object.assign(new TypeError(`The "original" argument must be of type function. Received ${received(original)}`), { code: "ERR_INVALID_ARG_TYPE" });
    if (original[customPromisify]) return original[customPromisify];
    return function (...parts) {
      return new Promise((resolve, reject) => {
        Reflect.apply(original, this, [...parts, (error, value) => error ? reject(error) : resolve(value)]);
      });
    };
  }
  promisify.custom = customPromisify;
  setTimeout[customPromisify] = (delay, value) => new Promise((resolve) => { setTimeout(resolve, delay, value); });
  setImmediate[customPromisify] = (value) => new Promise((resolve) => { setImmediate(resolve, value); });

  function callbackify(original) {
    return function (...parts) {
      const callback = parts.pop();
      Reflect.apply(original, this, parts).then((value) => runcell.nextTick(callback, null, value), (error) => runcell.nextTick(callback, error ?? new Error("rejected")));
    };
  }

  function inherits(constructor, parent) {
    Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
    Object.setPrototypeOf(constructor.prototype, parent.prototype);
  }

  function deprecate(run, message, code) {
    let warned = false;
    return function (...parts) {
      if (!warned) {
        warned = true;
        runcell.write(2, `(quickjs) ${code ? `[${code}] ` : ""}DeprecationWarning: ${message}\n`);
      }
      return new.target ? Reflect.construct(run, parts, new.target) : Reflect.apply(run, this, parts);
    };
  }

  const sameKeys = (a, b, strict, seen) => {
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    if (!keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key], strict, seen))) return false;
    if (!strict) return true;
    const symbols = (value) => Object.getOwnPropertySymbols(value).filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
    const own = symbols(a);
    return own.length === symbols(b).length && own.every((symbol) => Object.hasOwn(b, symbol) && deepEqual(a[symbol], b[symbol], strict, seen));
  };

  function sameEntries(a, b, strict, seen) {
    if (a.size !== b.size) return false;
    const rest = [...b];
    for (const item of a) {
      const at = rest.findIndex((other) => kind(a) === "map"
        ? deepEqual(item[0], other[0], strict, new Map(seen)) && deepEqual(item[1], other[1], strict, new Map(seen))
        : deepEqual(item, other, strict, new Map(seen)));
      if (at < 0) return false;
      rest.splice(at, 1);
    }
    return true;
  }

  function deepEqual(a, b, strict, seen = new Map()) {
    if (strict ? Object.is(a, b) : a == b || (a !== a && b !== b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const what = kind(a);
    if (what !== kind(b)) return false;
    if (seen.get(a) === b) return true;
    seen.set(a, b);
    switch (what) {
      case "date": if (a.getTime() !== b.getTime()) return false; break;
      case "regexp": if (String(a) !== String(b) || a.lastIndex !== b.lastIndex) return false; break;
      case "error": if (a.message !== b.message || a.name !== b.name || !deepEqual(a.cause, b.cause, strict, seen)) return false; break;
      case "array": if (a.length !== b.length) return false; break;
      case "map": case "set": if (!sameEntries(a, b, strict, seen)) return false; break;
      case "arraybuffer": return deepEqual(new Uint8Array(a), new Uint8Array(b), strict, seen);
      case "typedarray": case "dataview": {
        const left = runcell.bytesOf(a);
        const right = runcell.bytesOf(b);
        if (left.length !== right.length || !left.every((byte, i) => byte === right[i])) return false;
        break;
      }
      case "weakmap": case "weakset": case "promise": case "function": return false;
    }
    for (const Wrapper of [Number, String, Boolean, BigInt, Symbol]) {
      if (a instanceof Wrapper && !(b instanceof Wrapper && Object.is(a.valueOf(), b.valueOf()))) return false;
    }
    return what === "typedarray" || sameKeys(a, b, strict, seen);
  }

  const is = (what) => (value) => typeof value === "object" && value !== null && kind(value) === what;
  const named = (name) => (value) => ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === `[object ${name}]`;
  const source = (value) => typeof value === "function" ? Object.prototype.toString.call(value) : "";
  const types = {
    isMap: is("map"), isSet: is("set"), isDate: is("date"), isRegExp: is("regexp"), isPromise: is("promise"), isNativeError: is("error"), isProxy: (value) => Object(value) === value && kind(value) === "proxy",
    isWeakMap: is("weakmap"), isWeakSet: is("weakset"), isArrayBuffer: is("arraybuffer"), isAnyArrayBuffer: is("arraybuffer"), isDataView: is("dataview"), isTypedArray: is("typedarray"),
    isUint8Array: named("Uint8Array"), isInt8Array: named("Int8Array"), isUint16Array: named("Uint16Array"), isInt16Array: named("Int16Array"), isUint32Array: named("Uint32Array"), isInt32Array: named("Int32Array"), isFloat32Array: named("Float32Array"), isFloat64Array: named("Float64Array"),
    isAsyncFunction: (value) => /^\[object Async/.test(source(value)), isGeneratorFunction: (value) => /GeneratorFunction\]$/.test(source(value)),
    isGeneratorObject: (value) => Object.prototype.toString.call(value) === "[object Generator]",
    isBoxedPrimitive: (value) => [Number, String, Boolean, BigInt, Symbol].some((Wrapper) => value instanceof Wrapper),
  };

  const CODES = { reset: 0, bold: 1, dim: 2, italic: 3, underline: 4, inverse: 7, black: 30, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, white: 37, gray: 90, grey: 90 };
  const styleText = (style, text) => [style].flat().reduceRight((inner, name) => `\x1b[${CODES[name] ?? 0}m${inner}\x1b[${CODES[name] >= 30 ? 39 : CODES[name] === 1 || CODES[name] === 2 ? 22 : 20 + CODES[name]}m`, text);
  const stripVTControlCharacters = (text) => String(text).replace(/\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07)/g, "");

  function parseArgs({ args = runcell.process.argv.slice(2), options = {}, allowPositionals = false, strict = true } = {}) {
    const values = Object.create(null);
    const positionals = [];
    const fail = (code, message) => { throw Object.assign(new TypeError(message), { code }); };
    const put = (name, value) => {
      if (options[name]?.multiple) (values[name] = Array.isArray(values[name]) ? values[name] : []).push(value);
      else values[name] = value;
    };
    for (let i = 0; i < args.length; i++) {
      const [, long, , inline] = /^--([^=]+)(=(.*))?$/s.exec(args[i]) ?? [];
      const short = /^-([^-].*)$/s.exec(args[i])?.[1];
      if (args[i] === "--") { positionals.push(...args.slice(i + 1)); break; }
      if (long === undefined && short === undefined) {
        if (!allowPositionals && strict) fail("ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${args[i]}'. This command does not take positional arguments`);
        positionals.push(args[i]);
        continue;
      }
      const name = long ?? Object.keys(options).find((key) => options[key].short === short[0]);
      const option = options[name];
      if (!option && strict) fail("ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${args[i]}'`);
      if (option?.type === "string") put(name, inline ?? (short?.length > 1 ? short.slice(1) : args[++i]));
      else {
        put(name ?? short, inline ?? true);
        if (short?.length > 1) args = args.toSpliced(i + 1, 0, `-${short.slice(1)}`);
      }
    }
    for (const [name, { default: initial }] of Object.entries(options)) if (initial !== undefined && !(name in values)) values[name] = initial;
    return { values, positionals };
  }

  const util = {
    inspect, format, formatWithOptions: (options, ...parts) => formatWith(options, parts), promisify, callbackify, inherits, deprecate, types, styleText, stripVTControlCharacters, parseArgs,
    isDeepStrictEqual: (a, b) => deepEqual(a, b, true), TextEncoder, TextDecoder, debuglog: () => Object.assign(() => {}, { enabled: false }), toUSVString: (text) => String(text).toWellFormed(),
    isArray: Array.isArray, aborted: (signal) => new Promise((resolve) => signal.addEventListener("abort", resolve)), getSystemErrorName: (number) => `E${number}`,
  };
  util.debug = util.debuglog;
  runcell.define("util", () => util);
  runcell.define("util/types", () => types);
  Object.assign(runcell, { deepEqual });
})
