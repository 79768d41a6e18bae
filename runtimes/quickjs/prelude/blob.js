// Owns: Blob and File, and what node:buffer has beside Buffer. Does not own: Buffer (buffer.js).
(function (runcell) {
  "use strict";
  const { Buffer, bytesOf, received, encode } = runcell;
  const inspectCustom = runcell.inspect.custom;
  const parts = Symbol("bytes of a blob");
  const AT_ONCE = 65536; // bytes that a stream gives

  const typeError = (code, message) => Object.assign(new TypeError(message), { code });
  const wrongType = (name, what, value) => typeError("ERR_INVALID_ARG_TYPE", `The "${name}" argument must be ${what}. Received ${received(value)}`);

  function bytesOfPart(part, endings) {
    if (part instanceof Blob) return part[parts];
    if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer || part instanceof SharedArrayBuffer) return bytesOf(part).slice();
    const text = `${part}`.toWellFormed();
    return encode(endings === "native" ? text.replace(/\r\n?/g, "\n") : text);
  }

  function joined(list) {
    const bytes = new Uint8Array(list.reduce((sum, each) => sum + each.length, 0));
    let at = 0;
    for (const each of list) {
      bytes.set(each, at);
      at += each.length;
    }
    return bytes;
  }

  const typeText = (type) => /[^\x20-\x7e]/.test(type) ? "" : type.toLowerCase();

  // What a program reads piece by piece; the web's ReadableStream as far as a blob needs it.
  class ReadableStream {
    #bytes; #at = 0; #locked = false; #cancelled = false;
    constructor(bytes) { this.#bytes = bytes; }
    get locked() { return this.#locked; }
    #next() {
      if (this.#cancelled || this.#at >= this.#bytes.length) return { value: undefined, done: true };
      const value = this.#bytes.slice(this.#at, this.#at += AT_ONCE);
      return { value, done: false };
    }
    async cancel() { this.#cancelled = true; }
    getReader() {
      if (this.#locked) throw typeError("ERR_INVALID_STATE", "Invalid state: ReadableStream is locked");
      this.#locked = true;
      return {
        read: async () => this.#next(),
        cancel: async () => { this.#cancelled = true; },
        releaseLock: () => { this.#locked = false; },
        closed: Promise.resolve(undefined),
      };
    }
    async *values() {
      const reader = this.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    }
    [Symbol.asyncIterator]() { return this.values(); }
    [inspectCustom]() { return `ReadableStream { locked: ${this.#locked}, state: 'readable', supportsBYOB: true }`; }
  }
  Object.defineProperty(ReadableStream.prototype, Symbol.toStringTag, { value: "ReadableStream", configurable: true });

  class Blob {
    #type;
    constructor(...given) {
      const [sources = [], options = {}] = given;
      const iterable = sources !== null && typeof sources === "object" && typeof sources[Symbol.iterator] === "function";
      if (!iterable) throw wrongType("sources", "a sequence", sources);
      if (typeof options !== "object" && typeof options !== "function") throw wrongType("options", "a dictionary", options);
      const { type = "", endings = "transparent" } = options ?? {};
      if (endings !== "transparent" && endings !== "native") {
        throw typeError("ERR_INVALID_ARG_VALUE", `The property 'options.endings' is invalid. Received ${runcell.inspect(endings)}`);
      }
      this.#type = typeText(`${type}`);
      const bytes = joined(Array.from(sources, (part) => bytesOfPart(part, endings)));
      Object.defineProperty(this, parts, { value: bytes });
    }
    get type() { return this.#type; }
    get size() { return this[parts].length; }
    slice(start = 0, end = this.size, type = "") {
      const place = (at) => at < 0 ? Math.max(0, this.size + Math.trunc(at)) : Math.min(Math.trunc(at) || 0, this.size);
      return new Blob([this[parts].subarray(place(start), Math.max(place(start), place(end)))], { type });
    }
    async arrayBuffer() { return this[parts].slice().buffer; }
    async text() { return runcell.decode(this[parts], false); }
    async bytes() { return this[parts].slice(); }
    stream() { return new ReadableStream(this[parts]); }
    [inspectCustom](depth, options, inspect) {
      return `Blob ${inspect({ size: this.size, type: this.type }, options)}`;
    }
  }

  class File extends Blob {
    #name; #lastModified;
    constructor(fileBits, fileName, ...rest) {
      if (arguments.length < 2) throw typeError("ERR_MISSING_ARGS", 'The "fileBits" and "fileName" arguments must be specified');
      super(fileBits, ...rest);
      this.#name = `${fileName}`.toWellFormed();
      const time = rest[0]?.lastModified;
      this.#lastModified = time === undefined ? Date.now() : Math.trunc(Number(time)) || 0;
    }
    get name() { return this.#name; }
    get lastModified() { return this.#lastModified; }
    [inspectCustom](depth, options, inspect) {
      return `File ${inspect({ size: this.size, type: this.type, name: this.name, lastModified: this.lastModified }, options)}`;
    }
  }

  // Enumerable, as the attributes and operations of the web's interfaces are.
  for (const [Type, names] of [[Blob, ["size", "type", "slice", "arrayBuffer", "text", "bytes", "stream"]], [File, ["name", "lastModified"]]]) {
    for (const name of names) Object.defineProperty(Type.prototype, name, { enumerable: true });
  }

  function bytesToLookAt(input) {
    if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer || input instanceof SharedArrayBuffer) return bytesOf(input);
    throw wrongType("input", "an instance of ArrayBuffer, Buffer, or TypedArray", input);
  }

  const TRANSCODES = /^(?:utf-?8|ucs-?2|utf-?16le|latin1|binary|ascii)$/i;
  function transcode(source, from, to) {
    if (!(source instanceof Uint8Array)) throw wrongType("source", "an instance of Buffer or Uint8Array", source);
    if (!TRANSCODES.test(from) || !TRANSCODES.test(to)) {
      throw Object.assign(new Error("Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]"), { code: "U_ILLEGAL_ARGUMENT_ERROR", errno: 1 });
    }
    const text = runcell.decodeText(source, from);
    if (/^(?:utf|ucs)/i.test(to)) return Buffer.from(text, to);
    const most = /^ascii$/i.test(to) ? 0x7f : 0xff;
    return Buffer.from(Array.from(text, (character) => character.codePointAt(0) > most ? 0x3f : character.codePointAt(0)));
  }

  const MAX_LENGTH = 2 ** 31 - 1;
  const MAX_STRING_LENGTH = 536870888;
  function SlowBuffer(size) { return Buffer.allocUnsafeSlow(size); }
  const module = {
    Buffer, SlowBuffer, transcode,
    isUtf8: (input) => runcell.decode(bytesToLookAt(input), true) !== null,
    isAscii: (input) => bytesToLookAt(input).every((byte) => byte < 0x80),
    kMaxLength: MAX_LENGTH, kStringMaxLength: MAX_STRING_LENGTH, btoa, atob,
    constants: { MAX_LENGTH, MAX_STRING_LENGTH }, INSPECT_MAX_BYTES: 50, Blob, resolveObjectURL: () => undefined, File,
  };
  runcell.define("buffer", () => module);
  runcell.global({ Blob, File });
})
