// Owns: the host of a URL: IPv4 in all its spellings, IPv6, and names, with
// punycode for those that are not ASCII.
(function (runcell) {
  "use strict";
  const FORBIDDEN = /[\x00\t\n\r #/:<>?@[\\\]^|]/;
  const FORBIDDEN_NAME = /[\x00-\x20"#%/:<>?@[\\\]^`{|}\x7f]/;

  function ipv4Number(text) {
    if (text === "") return NaN;
    if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? 0 : parseInt(text, 16);
    if (/^0[0-7]+$/.test(text)) return parseInt(text, 8);
    return /^\d+$/.test(text) ? Number(text) : NaN;
  }

  // The dotted form; null if it is meant as a number but is none; undefined if it is a name.
  function ipv4(text) {
    const parts = text.replace(/\.$/, "").split(".");
    if (!/^(?:\d+|0x[0-9a-f]*)$/i.test(parts.at(-1))) return undefined;
    const numbers = parts.map(ipv4Number);
    if (parts.length > 4 || numbers.some(Number.isNaN) || numbers.slice(0, -1).some((n) => n > 255)) return null;
    const last = numbers.at(-1);
    if (last >= 256 ** (5 - parts.length)) return null;
    let value = last;
    numbers.slice(0, -1).forEach((n, i) => { value += n * 256 ** (3 - i); });
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
  }

  function ipv6(text) {
    const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
    if (tail) {
      const bytes = tail[2].split(".").map(Number);
      if (bytes.some((byte) => byte > 255)) return null;
      text = `${tail[1]}${(bytes[0] * 256 + bytes[1]).toString(16)}:${(bytes[2] * 256 + bytes[3]).toString(16)}`;
    }
    const halves = text.split("::");
    if (halves.length > 2) return null;
    const groups = halves.map((half) => half === "" ? [] : half.split(":"));
    if (groups.flat().some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
    const count = groups.flat().length;
    if (halves.length === 2 ? count > 7 : count !== 8) return null;
    const all = [...groups[0], ...Array(8 - count).fill("0"), ...(groups[1] ?? [])].map((group) => parseInt(group, 16));
    let best = { at: -1, length: 1 };
    for (let i = 0; i < 8; i++) {
      let length = 0;
      while (i + length < 8 && all[i + length] === 0) length++;
      if (length > best.length) best = { at: i, length };
      i += length;
    }
    const hex = all.map((group) => group.toString(16));
    if (best.at < 0) return `[${hex.join(":")}]`;
    return `[${hex.slice(0, best.at).join(":")}::${hex.slice(best.at + best.length).join(":")}]`;
  }

  // One label of a name in punycode (RFC 3492).
  function punycode(label) {
    const points = [...label].map((character) => character.codePointAt(0));
    const basic = points.filter((point) => point < 128);
    let out = String.fromCodePoint(...basic);
    if (out) out += "-";
    let n = 128, delta = 0, bias = 72, handled = basic.length;
    const digit = (d) => String.fromCharCode(d < 26 ? d + 97 : d + 22);
    while (handled < points.length) {
      const next = Math.min(...points.filter((point) => point >= n));
      delta += (next - n) * (handled + 1);
      n = next;
      for (const point of points) {
        if (point < n) delta++;
        if (point !== n) continue;
        let q = delta;
        for (let k = 36; ; k += 36) {
          const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
          if (q < t) break;
          out += digit(t + (q - t) % (36 - t));
          q = Math.floor((q - t) / (36 - t));
        }
        out += digit(q);
        let scaled = handled === basic.length ? Math.floor(delta / 700) : delta >> 1;
        scaled += Math.floor(scaled / (handled + 1));
        let k = 0;
        for (; scaled > 455; k += 36) scaled = Math.floor(scaled / 35);
        bias = k + Math.floor(36 * scaled / (scaled + 38));
        delta = 0;
        handled++;
      }
      delta++;
      n++;
    }
    return `xn--${out}`;
  }

  function decodePercent(text) {
    if (!text.includes("%")) return text;
    const bytes = [];
    const source = runcell.encode(text);
    for (let i = 0; i < source.length; i++) {
      const hex = source[i] === 37 ? String.fromCharCode(source[i + 1] ?? 0, source[i + 2] ?? 0) : "";
      if (/^[0-9a-f]{2}$/i.test(hex)) {
        bytes.push(parseInt(hex, 16));
        i += 2;
      } else bytes.push(source[i]);
    }
    return runcell.decode(new Uint8Array(bytes), false);
  }

  // The host as it is written in a URL, or null if it is not valid.
  runcell.parseHost = (text, special) => {
    if (text.startsWith("[")) return text.endsWith("]") ? ipv6(text.slice(1, -1)) : null;
    if (!special) return FORBIDDEN.test(text) ? null : runcell.urlEscape(text, /[\x00-\x1f\x7f-\u{10ffff}]/u);
    const name = decodePercent(text).normalize("NFKC").toLowerCase();
    const ascii = name.split(/[.\u3002\uff0e\uff61]/).map((label) => /[^\x00-\x7f]/.test(label) ? punycode(label) : label).join(".");
    if (ascii === "" || FORBIDDEN_NAME.test(ascii)) return null;
    const number = ipv4(ascii);
    return number === undefined ? ascii : number;
  };
  runcell.decodePercent = decodePercent;
})
