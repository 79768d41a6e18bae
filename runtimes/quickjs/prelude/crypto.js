// Owns: node:crypto (hashes, HMAC, random values; no ciphers) and crypto.subtle.digest.
(function (runcell) {
  "use strict";
  const { digests, fill, Buffer } = runcell;
  const bytesFrom = (data, encoding) => typeof data === "string" ? runcell.encodeText(data, encoding) : runcell.bytesOf(data);

  function digestOf(name) {
    const found = digests[String(name).toLowerCase().replace(/^(sha)-/, "$1").replace(/^rsa-/, "")];
    if (found) return found;
    throw Object.assign(new Error(`Digest method not supported: ${name}`), { code: "ERR_OSSL_EVP_UNSUPPORTED" });
  }

  class Hash {
    #parts = []; #finish; #done = false;
    constructor(finish) { this.#finish = finish; }
    update(data, encoding) {
      if (this.#done) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
      if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw Object.assign(new TypeError(`The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${runcell.received(data)}`), { code: "ERR_INVALID_ARG_TYPE" });
      this.#parts.push(bytesFrom(data, encoding).slice());
      return this;
    }
    digest(encoding) {
      if (this.#done) throw Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
      this.#done = true;
      const out = runcell.bufferView(this.#finish(Buffer.concat(this.#parts)));
      return encoding && encoding !== "buffer" ? out.toString(encoding) : out;
    }
    copy() {
      const other = new Hash(this.#finish);
      other.#parts = [...this.#parts];
      return other;
    }
  }

  function hmac(name, key, data) {
    const { block, run } = digestOf(name);
    const padded = new Uint8Array(block);
    padded.set(key.length > block ? run(key) : key);
    const inner = run(Buffer.concat([padded.map((byte) => byte ^ 0x36), data]));
    return run(Buffer.concat([padded.map((byte) => byte ^ 0x5c), inner]));
  }

  function pbkdf2Sync(password, salt, iterations, size, name = "sha1") {
    const key = bytesFrom(password);
    const out = [];
    for (let i = 1, made = 0; made < size; i++) {
      const number = new Uint8Array(4);
      new DataView(number.buffer).setUint32(0, i);
      let last = hmac(name, key, Buffer.concat([bytesFrom(salt), number]));
      const block = last.slice();
      for (let k = 1; k < iterations; k++) {
        last = hmac(name, key, last);
        block.forEach((byte, at) => { block[at] = byte ^ last[at]; });
      }
      out.push(block);
      made += block.length;
    }
    return Buffer.concat(out, size);
  }

  function randomInt(low, high, callback) {
    if (high === undefined || typeof high === "function") [low, high, callback] = [0, low, high];
    if (!(low < high)) throw Object.assign(new RangeError(`The value of "max" is out of range. It must be greater than the value of "min" (${low}). Received ${high}`), { code: "ERR_OUT_OF_RANGE" });
    const range = BigInt(high - low);
    const limit = (1n << 64n) / range * range;
    const word = new BigUint64Array(1);
    do fill(runcell.bytesOf(word)); while (word[0] >= limit);
    const value = low + Number(word[0] % range);
    if (callback) runcell.nextTick(callback, null, value);
    else return value;
  }

  function randomBytes(size, callback) {
    const bytes = fill(new Uint8Array(size));
    const buffer = runcell.bufferView(bytes);
    if (callback) runcell.nextTick(callback, null, buffer);
    else return buffer;
  }

  function timingSafeEqual(a, b) {
    if (a.byteLength !== b.byteLength) throw Object.assign(new RangeError("Input buffers must have the same byte length"), { code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH" });
    const other = runcell.bytesOf(b);
    return runcell.bytesOf(a).reduce((sum, byte, i) => sum | byte ^ other[i], 0) === 0;
  }

  const subtle = { async digest(name, data) { return digestOf(name.name ?? name).run(runcell.bytesOf(data)).buffer; } };
  Object.defineProperty(globalThis.crypto, "subtle", { value: subtle, configurable: true });

  const absent = (name) => () => { throw new Error(`crypto.${name} is not part of this runtime (it has hashes, HMAC and random values)`); };
  const crypto = {
    createHash: (name) => new Hash(digestOf(name).run),
    createHmac: (name, key) => new Hash((data) => (digestOf(name), hmac(name, bytesFrom(key), data))),
    hash: (name, data, encoding = "hex") => new Hash(digestOf(name).run).update(data).digest(encoding),
    getHashes: () => Object.keys(digests), pbkdf2Sync, pbkdf2: (...parts) => { const done = parts.pop(); const key = pbkdf2Sync(...parts); runcell.nextTick(done, null, key); },
    randomBytes, randomInt, timingSafeEqual, randomUUID: () => globalThis.crypto.randomUUID(), getRandomValues: (array) => globalThis.crypto.getRandomValues(array),
    randomFillSync: (array) => { fill(runcell.bytesOf(array)); return array; }, webcrypto: globalThis.crypto, subtle,
  };
  for (const name of ["createCipheriv", "createDecipheriv", "createSign", "createVerify", "generateKeyPairSync", "scryptSync", "createECDH"]) crypto[name] = absent(name);
  runcell.define("crypto", () => crypto);
})
