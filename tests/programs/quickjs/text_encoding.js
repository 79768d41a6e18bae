// TextEncoder, TextDecoder, atob, btoa, escape, encodeURIComponent, normalize.
const encoder = new TextEncoder();
console.log(encoder.encode("aé€😀"), encoder.encode("\ud800"), encoder.encode().length, encoder.encoding);
console.log(encoder.encodeInto("a€b", new Uint8Array(4)), encoder.encodeInto("€", new Uint8Array(2)));
const decoder = new TextDecoder();
console.log(
  decoder.decode(new Uint8Array([0xe2, 0x82, 0xac])),
  decoder.decode(new Uint8Array([0xff, 0x41])),
  decoder.decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x42])),
  decoder.decode(),
);
console.log(
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf])).length,
  decoder.decode(new Uint16Array([0x4141])),
  decoder.decode(new DataView(new Uint8Array([67, 68]).buffer, 1)),
);
const stream = new TextDecoder();
console.log(
  stream.decode(new Uint8Array([0xf0, 0x9f]), { stream: true }) +
    stream.decode(new Uint8Array([0x98, 0x80]), { stream: true }) +
    stream.decode(),
);
console.log(
  new TextDecoder("utf-16le").decode(new Uint8Array([0x41, 0, 0xac, 0x20])),
  new TextDecoder("latin1").decode(new Uint8Array([0xe9, 0x80])),
  new TextDecoder("UTF8").encoding,
  decoder.fatal,
);
console.log(
  [
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf0, 0x90, 0x41],
    [0xe2, 0x82],
    [0xf5, 0x80],
  ].map((bytes) => [...decoder.decode(new Uint8Array(bytes))].length),
);
for (const attempt of [
  () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])),
  () => new TextDecoder("nonsense"),
  () => decoder.decode("text"),
]) {
  try {
    attempt();
  } catch (error) {
    console.log(error.name, error.code);
  }
}

console.log(
  btoa("hello"),
  btoa(""),
  btoa("\xff\x00"),
  btoa(12),
  atob("aGVsbG8="),
  atob("aGVsbG8"),
  atob(" aGk = "),
  atob("").length,
  atob("/+8=").charCodeAt(0),
);
for (const attempt of [() => btoa("é€"), () => atob("a"), () => atob("a*b="), () => atob("ab===")]) {
  try {
    console.log(attempt());
  } catch (error) {
    console.log(error.name, error.code, error instanceof DOMException);
  }
}
console.log(
  encodeURIComponent("a b&c/é😀'!"),
  encodeURI("http://x/ü?a=b c#d"),
  decodeURIComponent("%E2%82%AC%20"),
  decodeURI("%2F%41"),
  escape("é ü"),
  unescape("%u20AC%41"),
);
console.log(
  "e\u0301".normalize() === "é",
  "ﬁ".normalize("NFKC"),
  "é".normalize("NFD").length,
  [..."👨‍👩‍👧"].length,
  "😀".codePointAt(0).toString(16),
  String.fromCodePoint(0x1f600),
  "😀".charCodeAt(1),
);
console.log(
  "abc".padStart(6, "12"),
  "abc".padEnd(5, "."),
  "  x ".trim() + "|",
  "  x ".trimStart() + "|",
  "a\tb".length,
  "abc".substring(2, 0),
  "abc".substr(-2, 1),
  "abc".slice(-2),
  "Hello"[0],
  "ß".localeCompare("ss"),
);
console.log(
  "ÀÉ".toLowerCase(),
  "ŉ".toUpperCase(),
  "ΑΣ".toLowerCase(),
  "a".codePointAt(5),
  "x".repeat(3),
  "one two".split(" ", 1),
  "a\u2028b".split(/\s/),
  "z" > "a",
  "é" < "z",
);
