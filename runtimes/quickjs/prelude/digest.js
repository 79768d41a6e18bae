// Owns: the hash functions behind node:crypto: MD5, SHA-1, SHA-2.
(function (runcell) {
  "use strict";
  const primes = [];
  for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);

  // The first 64 bits of the fraction of the square or cube root of n, exactly.
  function fraction(n, power) {
    const scaled = BigInt(n) << BigInt(64 * power);
    let low = 0n;
    let high = 1n << 70n;
    while (high - low > 1n) {
      const middle = low + high >> 1n;
      if (middle ** BigInt(power) <= scaled) low = middle;
      else high = middle;
    }
    return low & 0xffffffffffffffffn;
  }
  const roots = (count, power) => primes.slice(0, count).map((prime) => fraction(prime, power));
  const K64 = roots(80, 3);
  const K32 = Int32Array.from(K64.slice(0, 64), (value) => Number(value >> 32n) | 0);
  const H64 = roots(16, 2);
  const sha256Start = Int32Array.from(H64.slice(0, 8), (value) => Number(value >> 32n) | 0);
  const sha224Start = Int32Array.from(H64.slice(8, 16), (value) => Number(value & 0xffffffffn) | 0);
  const K_MD5 = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
  const S_MD5 = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

  function padded(bytes, block, little) {
    const tail = block === 128 ? 16 : 8;
    const size = Math.ceil((bytes.length + 1 + tail) / block) * block;
    const out = new Uint8Array(size);
    out.set(bytes);
    out[bytes.length] = 0x80;
    new DataView(out.buffer).setBigUint64(size - 8, BigInt(bytes.length) * 8n, little);
    return new DataView(out.buffer);
  }
  const left = (value, count) => value << count | value >>> 32 - count;
  const right = (value, count) => value >>> count | value << 32 - count;

  function words(state, count, little) {
    const out = new DataView(new ArrayBuffer(4 * count));
    for (let i = 0; i < count; i++) out.setInt32(4 * i, state[i], little);
    return new Uint8Array(out.buffer);
  }

  function md5(bytes) {
    const data = padded(bytes, 64, true);
    const h = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    for (let at = 0; at < data.byteLength; at += 64) {
      let [a, b, c, d] = h;
      for (let i = 0; i < 64; i++) {
        const round = i >> 4;
        const f = round === 0 ? b & c | ~b & d : round === 1 ? d & b | ~d & c : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
        const g = round === 0 ? i : round === 1 ? 5 * i + 1 & 15 : round === 2 ? 3 * i + 5 & 15 : 7 * i & 15;
        const sum = a + f + K_MD5[i] + data.getInt32(at + 4 * g, true) | 0;
        [a, d, c, b] = [d, c, b, b + left(sum, S_MD5[round * 4 + (i & 3)]) | 0];
      }
      [a, b, c, d].forEach((value, i) => { h[i] = h[i] + value | 0; });
    }
    return words(h, 4, true);
  }

  function sha1(bytes) {
    const data = padded(bytes, 64, false);
    const h = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
    const w = new Int32Array(80);
    for (let at = 0; at < data.byteLength; at += 64) {
      for (let i = 0; i < 80; i++) w[i] = i < 16 ? data.getInt32(at + 4 * i) : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
      let [a, b, c, d, e] = h;
      for (let i = 0; i < 80; i++) {
        const round = Math.floor(i / 20);
        const f = round === 0 ? b & c | ~b & d : round === 2 ? b & c | b & d | c & d : b ^ c ^ d;
        const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round];
        [e, d, c, b, a] = [d, c, left(b, 30), a, left(a, 5) + f + e + k + w[i] | 0];
      }
      [a, b, c, d, e].forEach((value, i) => { h[i] = h[i] + value | 0; });
    }
    return words(h, 5, false);
  }

  function sha2of32(bytes, start, count) {
    const data = padded(bytes, 64, false);
    const h = start.slice();
    const w = new Int32Array(64);
    for (let at = 0; at < data.byteLength; at += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = data.getInt32(at + 4 * i); continue; }
        const x = w[i - 15];
        const y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (right(x, 7) ^ right(x, 18) ^ x >>> 3) + (right(y, 17) ^ right(y, 19) ^ y >>> 10);
      }
      let [a, b, c, d, e, f, g, z] = h;
      for (let i = 0; i < 64; i++) {
        const one = z + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (e & f ^ ~e & g) + K32[i] + w[i] | 0;
        const two = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
        z = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
      }
      h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += z;
    }
    return words(h, count, false);
  }

  function sha2of64(bytes, start, size) {
    const data = padded(bytes, 128, false);
    const cut = (value) => BigInt.asUintN(64, value);
    const turn = (value, count) => cut(value >> count | value << 64n - count);
    let h = start.slice();
    const w = [];
    for (let at = 0; at < data.byteLength; at += 128) {
      for (let i = 0; i < 80; i++) {
        if (i < 16) { w[i] = data.getBigUint64(at + 8 * i); continue; }
        const x = w[i - 15];
        const y = w[i - 2];
        w[i] = cut(w[i - 16] + w[i - 7] + (turn(x, 1n) ^ turn(x, 8n) ^ x >> 7n) + (turn(y, 19n) ^ turn(y, 61n) ^ y >> 6n));
      }
      let [a, b, c, d, e, f, g, z] = h;
      for (let i = 0; i < 80; i++) {
        const one = z + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + (e & f ^ cut(~e) & g) + K64[i] + w[i];
        const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + (a & b ^ a & c ^ b & c);
        [z, g, f, e, d, c, b, a] = [g, f, e, cut(d + one), c, b, a, cut(one + two)];
      }
      h = [a, b, c, d, e, f, g, z].map((value, i) => cut(h[i] + value));
    }
    const out = new DataView(new ArrayBuffer(64));
    h.forEach((value, i) => out.setBigUint64(8 * i, value));
    return new Uint8Array(out.buffer).slice(0, size);
  }

  runcell.digests = {
    md5: { block: 64, run: md5 }, sha1: { block: 64, run: sha1 },
    sha224: { block: 64, run: (bytes) => sha2of32(bytes, sha224Start, 7) }, sha256: { block: 64, run: (bytes) => sha2of32(bytes, sha256Start, 8) },
    sha384: { block: 128, run: (bytes) => sha2of64(bytes, H64.slice(8, 16), 48) }, sha512: { block: 128, run: (bytes) => sha2of64(bytes, H64.slice(0, 8), 64) },
  };
})
