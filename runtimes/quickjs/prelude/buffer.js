// Owns: Buffer: bytes with text encodings, comparison, search and numbers at offsets. Does not own: what else
// node:buffer has (blob.js).
(function (runcell) {
  "use strict";
  const NAMES = { utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url", latin1: "latin1", binary: "latin1", ascii: "ascii", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le" };

  function encodingOf(name) {
    const wanted = String(name ?? "utf8").toLowerCase();
    if (Object.hasOwn(NAMES, wanted)) return NAMES[wanted];
    throw Object.assign(new TypeError(`Unknown encoding: ${name}`), { code: "ERR_UNKNOWN_ENCODING" });
  }

  // Lenient, as Node is: either alphabet, white space and missing padding are fine.
  function fromBase64(text) {
    const clean = text.replace(/=.*$/s, "").replace(/[^A-Za-z0-9+/_-]/g, "").replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.fromBase64(clean.length % 4 === 1 ? clean.slice(0, -1) : clean);
  }

  function encode(text, encoding) {
    switch (encodingOf(encoding)) {
      case "utf8": return runcell.encode(text.toWellFormed());
      case "hex": return Uint8Array.fromHex(/^(?:[0-9a-f]{2})*/i.exec(text)[0]);
      case "base64": case "base64url": return fromBase64(text);
      case "utf16le": {
        const bytes = new Uint8Array(text.length * 2);
        for (let i = 0; i < text.length; i++) {
          bytes[2 * i] = text.charCodeAt(i);
          bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
        }
        return bytes;
      }
      default: return Uint8Array.from(text, (character) => character.charCodeAt(0));
    }
  }

  function decode(bytes, encoding) {
    switch (encodingOf(encoding)) {
      case "utf8": return runcell.decode(bytes, false);
      case "hex": return bytes.toHex();
      case "base64": return bytes.toBase64();
      case "base64url": return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
      default: {
        const wide = encodingOf(encoding) === "utf16le";
        const mask = encodingOf(encoding) === "ascii" ? 0x7f : 0xff;
        let text = "";
        for (let i = 0; i + (wide ? 1 : 0) < bytes.length; i += wide ? 2 : 1) {
          text += String.fromCharCode(wide ? bytes[i] | bytes[i + 1] << 8 : bytes[i] & mask);
        }
        return text;
      }
    }
  }

  const wrongType = (what, value) => Object.assign(new TypeError(`${what} Received ${runcell.received(value)}`), { code: "ERR_INVALID_ARG_TYPE" });
  function sizeOf(size) {
    if (typeof size !== "number") throw wrongType(`The "size" argument must be of type number.`, size);
    if (size >= 0 && size <= 2 ** 31 - 1) return size;
    throw Object.assign(new RangeError(`The value of "size" is out of range. It must be >= 0 && <= ${2 ** 31 - 1}. Received ${size}`), { code: "ERR_OUT_OF_RANGE" });
  }

  class Buffer extends Uint8Array {
    static poolSize = 8192;
    // Programs of old make buffers of texts and lists with `new`.
    constructor(value, second, third) {
      if (typeof value === "string") {
        const bytes = encode(value, second);
        super(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      } else if (Array.isArray(value)) super(Array.from(value, Number));
      else super(value, second, third);
    }
    static from(value, second, third) {
      if (typeof value === "string") return view(encode(value, second));
      if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Buffer(value, second, third);
      if (ArrayBuffer.isView(value) || Array.isArray(value)) return copyOf(value);
      if (value?.type === "Buffer" && Array.isArray(value.data)) return copyOf(value.data);
      const plain = value?.valueOf?.();
      if (plain !== undefined && plain !== null && plain !== value) return Buffer.from(plain, second, third);
      if (typeof value?.length === "number") return copyOf(Array.from(value));
      throw wrongType("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object.", value);
    }
    static of(...bytes) { return copyOf(bytes); }
    static alloc(size, fill, encoding) {
      const buffer = new Buffer(sizeOf(size));
      return fill === undefined || fill === 0 ? buffer : buffer.fill(fill, encoding);
    }
    static allocUnsafe(size) { return new Buffer(sizeOf(size)); }
    static allocUnsafeSlow(size) { return new Buffer(sizeOf(size)); }
    static isBuffer(value) { return value instanceof Buffer; }
    static isEncoding(name) { return typeof name === "string" && Object.hasOwn(NAMES, name.toLowerCase()); }
    static byteLength(value, encoding) {
      if (typeof value === "string") return encode(value, encoding).length;
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return value.byteLength;
      throw wrongType(`The "string" argument must be of type string or an instance of Buffer or ArrayBuffer.`, value);
    }
    static compare(a, b) { return Buffer.prototype.compare.call(a, b); }
    static concat(list, total) {
      if (!Array.isArray(list)) throw wrongType(`The "list" argument must be an instance of Array.`, list);
      total ??= list.reduce((sum, item) => sum + item.length, 0);
      const joined = new Buffer(total);
      let at = 0;
      for (const item of list) {
        joined.set(item.subarray(0, Math.max(0, total - at)), at);
        at += Math.min(item.length, total - at);
      }
      return joined;
    }

    toString(encoding, start = 0, end = this.length) { return decode(this.subarray(Math.max(0, start), Math.max(0, end)), encoding); }
    toLocaleString(encoding, start, end) { return this.toString(encoding, start, end); }
    toJSON() { return { type: "Buffer", data: Array.from(this) }; }
    equals(other) {
      if (!(other instanceof Uint8Array)) throw wrongType(`The "otherBuffer" argument must be an instance of Buffer or Uint8Array.`, other);
      return this.compare(other) === 0;
    }
    compare(other, start = 0, end = other.length, from = 0, to = this.length) {
      const a = this.subarray(from, to);
      const b = other.subarray(start, end);
      const length = Math.min(a.length, b.length);
      for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
      return Math.sign(a.length - b.length);
    }
    slice(start, end) { return this.subarray(start, end); }
    write(text, offset = 0, length = this.length - offset, encoding) {
      if (typeof offset === "string") [offset, length, encoding] = [0, this.length, offset];
      else if (typeof length === "string") [length, encoding] = [this.length - offset, length];
      let bytes = encode(text, encoding).subarray(0, Math.min(length, this.length - offset));
      if (encodingOf(encoding) === "utf8") while (bytes.length && runcell.decode(bytes, true) === null) bytes = bytes.subarray(0, -1);
      this.set(bytes, offset);
      return bytes.length;
    }
    copy(target, at = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - at));
      target.set(part, at);
      return part.length;
    }
    fill(value, start = 0, end = this.length, encoding) {
      if (typeof start === "string") [start, encoding] = [0, start];
      else if (typeof end === "string") [end, encoding] = [this.length, end];
      if (typeof value === "number" || typeof value === "boolean") return super.fill(Number(value), start, end);
      const bytes = typeof value === "string" ? encode(value, encoding) : value;
      for (let i = start; i < end; i++) this[i] = bytes.length ? bytes[(i - start) % bytes.length] : 0;
      return this;
    }
    indexOf(value, from = 0, encoding) {
      if (typeof from === "string") [from, encoding] = [0, from];
      if (typeof value === "number") return super.indexOf(value & 255, from);
      const bytes = typeof value === "string" ? encode(value, encoding) : value;
      if (from < 0) from = Math.max(0, this.length + from);
      outer: for (let i = from; i <= this.length - bytes.length; i++) {
        for (let j = 0; j < bytes.length; j++) if (this[i + j] !== bytes[j]) continue outer;
        return i;
      }
      return -1;
    }
    lastIndexOf(value, from = this.length, encoding) {
      if (typeof value === "number") return super.lastIndexOf(value & 255, from);
      const bytes = typeof value === "string" ? encode(value, encoding) : value;
      for (let i = Math.min(from, this.length - bytes.length); i >= 0; i--) {
        if (bytes.every((byte, j) => this[i + j] === byte)) return i;
      }
      return -1;
    }
    includes(value, from, encoding) { return this.indexOf(value, from, encoding) !== -1; }
    swap(width) {
      for (let i = 0; i + width <= this.length; i += width) super.subarray(i, i + width).reverse();
      return this;
    }
    swap16() { return this.swap(2); }
    swap32() { return this.swap(4); }
    swap64() { return this.swap(8); }
    readUIntBE(at, width) { return this.subarray(at, at + width).reduce((value, byte) => value * 256 + byte, 0); }
    readUIntLE(at, width) { return this.subarray(at, at + width).reduceRight((value, byte) => value * 256 + byte, 0); }
    readIntBE(at, width) { return signed(this.readUIntBE(at, width), width); }
    readIntLE(at, width) { return signed(this.readUIntLE(at, width), width); }
    writeUIntBE(value, at, width) {
      for (let i = width - 1; i >= 0; i--, value = Math.floor(value / 256)) this[at + i] = value;
      return at + width;
    }
    writeUIntLE(value, at, width) {
      for (let i = 0; i < width; i++, value = Math.floor(value / 256)) this[at + i] = value;
      return at + width;
    }
    writeIntBE(value, at, width) { return this.writeUIntBE(value < 0 ? value + 256 ** width : value, at, width); }
    writeIntLE(value, at, width) { return this.writeUIntLE(value < 0 ? value + 256 ** width : value, at, width); }
    [runcell.inspect.custom]() {
      const shown = this.subarray(0, 50).toHex().replace(/..(?=.)/g, "$& ");
      const rest = this.length - 50;
      return `<Buffer ${shown}${rest > 0 ? ` ... ${rest} more byte${rest > 1 ? "s" : ""}` : ""}>`;
    }
    get parent() { return this.buffer; }
    get offset() { return this.byteOffset; }
  }
  for (const name of ["parent", "offset", "swap"]) Object.defineProperty(Buffer.prototype, name, { enumerable: false });

  const signed = (value, width) => value >= 256 ** width / 2 ? value - 256 ** width : value;
  const view = (bytes) => new Buffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const copyOf = (bytes) => {
    const buffer = new Buffer(bytes.length);
    buffer.set(ArrayBuffer.isView(bytes) ? bytes : Array.from(bytes, Number));
    return buffer;
  };

  // readInt8, writeUInt16LE, readDoubleBE ...: one pair for each type and byte order.
  const kinds = { Int8: 1, Uint8: 1, Int16: 2, Uint16: 2, Int32: 4, Uint32: 4, Float32: 4, Float64: 8, BigInt64: 8, BigUint64: 8 };
  const called = { Float32: "Float", Float64: "Double", BigUint64: "BigUInt64", Uint8: "UInt8", Uint16: "UInt16", Uint32: "UInt32" };
  for (const [type, width] of Object.entries(kinds)) {
    for (const order of width === 1 ? [""] : ["LE", "BE"]) {
      const check = (buffer, at) => {
        if (Number.isInteger(at) && at >= 0 && at + width <= buffer.length) return;
        const error = new RangeError(`The value of "offset" is out of range. It must be >= 0 and <= ${buffer.length - width}. Received ${at}`);
        throw Object.assign(error, { code: "ERR_OUT_OF_RANGE" });
      };
      const read = function (at = 0) {
        check(this, at);
        return new DataView(this.buffer, this.byteOffset, this.byteLength)[`get${type}`](at, order === "LE");
      };
      const write = function (value, at = 0) {
        check(this, at);
        new DataView(this.buffer, this.byteOffset, this.byteLength)[`set${type}`](at, value, order === "LE");
        return at + width;
      };
      for (const name of new Set([type, called[type] ?? type])) {
        for (const [verb, run] of [["read", read], ["write", write]]) {
          const value = verb === "read" ? { [verb + name + order](at) { return run.call(this, at); } }[verb + name + order]
            : { [verb + name + order](value, at) { return run.call(this, value, at); } }[verb + name + order];
          Object.defineProperty(value, "length", { value: verb === "read" ? 0 : 1, configurable: true });
          Object.defineProperty(Buffer.prototype, verb + name + order, { value, writable: true, configurable: true, enumerable: false });
        }
      }
    }
  }

  runcell.global({ Buffer });
  Object.defineProperty(Buffer.prototype, Symbol.toStringTag, { get: () => "Uint8Array", configurable: true });
  Object.assign(runcell, { Buffer, bufferView: view, encodeText: encode, decodeText: decode });
})
