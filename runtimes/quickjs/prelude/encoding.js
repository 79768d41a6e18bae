// Owns: TextEncoder and TextDecoder.
(function (runcell) {
  "use strict";
  const LABELS = {
    "utf-8": ["utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8"],
    "windows-1252": ["latin1", "iso-8859-1", "iso8859-1", "ascii", "us-ascii", "windows-1252", "cp1252", "l1"],
    "utf-16le": ["utf-16le", "utf-16", "ucs-2", "unicode", "iso-10646-ucs-2"],
    "utf-16be": ["utf-16be"],
  };
  // What 0x80..0x9f mean in windows-1252, which the web calls latin1.
  const HIGH = "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";

  const wellFormed = (text) => text.isWellFormed() ? text : text.toWellFormed();

  function bytesOf(input) {
    if (input instanceof Uint8Array) return input;
    if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    if (input instanceof ArrayBuffer || input instanceof SharedArrayBuffer) return new Uint8Array(input);
    throw Object.assign(new TypeError("The \"input\" argument must be an instance of ArrayBuffer or ArrayBufferView"), { code: "ERR_INVALID_ARG_TYPE" });
  }

  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return runcell.encode(wellFormed(String(text))); }
    encodeInto(text, target) {
      let read = 0;
      let written = 0;
      for (const character of wellFormed(String(text))) {
        const bytes = runcell.encode(character);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
  }

  function latin1(bytes) {
    let text = "";
    for (const byte of bytes) text += byte >= 0x80 && byte < 0xa0 ? HIGH[byte - 0x80] : String.fromCharCode(byte);
    return text;
  }

  function utf16(bytes, big) {
    let text = "";
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      text += String.fromCharCode(big ? bytes[i] << 8 | bytes[i + 1] : bytes[i + 1] << 8 | bytes[i]);
    }
    return text;
  }

  // How many bytes at the end belong to a character that is not complete yet.
  function unfinished(bytes, encoding) {
    if (encoding.startsWith("utf-16")) {
      const odd = bytes.length % 2;
      const at = bytes.length - odd - 2;
      const unit = at < 0 ? 0 : encoding === "utf-16be" ? bytes[at] : bytes[at + 1];
      return odd + ((unit & 0xfc) === 0xd8 ? 2 : 0);
    }
    for (let back = 1; encoding === "utf-8" && back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back];
      if (byte < 0x80) return 0;
      if (byte >= 0xc2) return back < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0) ? back : 0;
    }
    return 0;
  }

  class TextDecoder {
    #encoding; #fatal; #keepMark; #rest = new Uint8Array(0); #started = false;

    constructor(label = "utf-8", options = {}) {
      const wanted = String(label).trim().toLowerCase();
      this.#encoding = Object.keys(LABELS).find((name) => LABELS[name].includes(wanted));
      if (!this.#encoding) throw Object.assign(new RangeError(`The "${label}" encoding is not supported`), { code: "ERR_ENCODING_NOT_SUPPORTED" });
      this.#fatal = Boolean(options?.fatal);
      this.#keepMark = Boolean(options?.ignoreBOM);
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#keepMark; }

    decode(input = new Uint8Array(0), options = {}) {
      let bytes = bytesOf(input);
      if (this.#rest.length) {
        const joined = new Uint8Array(this.#rest.length + bytes.length);
        joined.set(this.#rest);
        joined.set(bytes, this.#rest.length);
        bytes = joined;
      }
      const stream = Boolean(options?.stream);
      const keep = stream ? unfinished(bytes, this.#encoding) : 0;
      this.#rest = bytes.slice(bytes.length - keep);
      let text = this.#text(bytes.subarray(0, bytes.length - keep), stream);
      if (!this.#started && !this.#keepMark && text.startsWith("\ufeff")) text = text.slice(1);
      this.#started = stream && (this.#started || bytes.length > keep);
      return text;
    }

    #text(bytes, stream) {
      let text;
      if (this.#encoding === "utf-8") text = runcell.decode(bytes, this.#fatal);
      else if (this.#encoding === "windows-1252") text = latin1(bytes);
      else {
        text = utf16(bytes, this.#encoding === "utf-16be");
        const bad = bytes.length % 2 === 1 || !text.isWellFormed();
        if (bad && this.#fatal) text = null;
        else if (bad) text = text.toWellFormed() + (bytes.length % 2 ? "\ufffd" : "");
      }
      if (text !== null) return text;
      if (!stream) this.#started = false;
      throw Object.assign(new TypeError(`The encoded data was not valid for encoding ${this.#encoding}`), { code: "ERR_ENCODING_INVALID_ENCODED_DATA" });
    }
  }

  runcell.global = (values) => {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === "function" && value.prototype && !Object.hasOwn(value.prototype, Symbol.toStringTag) && /^class\b/.test(String(value))) {
        Object.defineProperty(value.prototype, Symbol.toStringTag, { value: name, configurable: true });
      }
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
    }
  };
  runcell.global({ TextEncoder, TextDecoder });
  Object.assign(runcell, { bytesOf });
})
