// Regular expressions: groups, lookbehind, sticky, unicode, matchAll, replace, the v flag.
const date = /(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})/u;
const { groups, index, input } = date.exec("on 2024-02-29!");
console.log({ ...groups }, index, input);
console.log("2024-02-29".replace(date, "$<day>.$<month>.$<year>"), "x".match(date), date.test("2024-1-1"));
console.log("2024-02-29".match(date));
console.log(
  "a1b22c333".match(/\d+/g),
  "abc".match(/x/g),
  [..."a1b2".matchAll(/([a-z])(\d)/g)].map((m) => [m[0], m[1], m.index]),
);
console.log(
  "price: $30, €40".match(/(?<=[$€])\d+/g),
  "foobar foobaz".match(/foo(?!bar)\w+/g),
  /(?<!a)b/.exec("ab bb").index,
);
const sticky = /foo/y;
sticky.lastIndex = 3;
console.log(sticky.test("barfoo"), sticky.lastIndex, sticky.test("barfoo"), sticky.lastIndex);
console.log(
  "😀".match(/./)[0].length,
  "😀".match(/./u)[0].length,
  /\p{Letter}+/u.exec("1é漢x2")[0],
  /^\p{Emoji}$/u.test("😀"),
  /\u{1F600}/u.test("😀"),
);
console.log(
  /[\p{L}--[a-z]]/v.test("a"),
  /[\p{L}--[a-z]]/v.test("É"),
  /^[\w&&\d]+$/v.test("123"),
  /^\p{RGI_Emoji_Flag_Sequence}$/v.test("🇺🇳"),
);
console.log("a.b*c".replace(/[.*]/g, "\\$&"), "aaa".replace("a", "$$"), "abc".replace(/(b)/, "[$`|$1|$']"));
console.log(
  "camelCaseText".replace(/[A-Z]/g, (letter, at) => `_${letter.toLowerCase()}${at}`),
  "aXbX".replaceAll("X", (x, at) => at),
);
console.log("a, b;c".split(/[,;]\s*/), "abc".split(""), "a1b2".split(/(\d)/), "".split(","), "a,b,c".split(",", 2));
console.log(/(a)|(b)/.exec("b"), /(?:x)(y)?/.exec("x"));
console.log(
  /^.$/s.test("\n"),
  /^b/m.test("a\nb"),
  /A/i.test("a"),
  /\bword\b/.test("a word!"),
  /(.)\1/.test("aa"),
  /(?<q>['"]).*?\k<q>/.test(`"x"`),
);
const all = /a(?<rest>.)/dgimsuy;
console.log(all.flags, all.source, String(all), all.hasIndices, /a(b)/d.exec("xab").indices[1]);
console.log(
  /a{2,3}/.exec("aaaa")[0],
  /a{2,3}?/.exec("aaaa")[0],
  /(a+)+$/.test("aaaa"),
  /[^]/.test("\n"),
  /[\b]/.test("\b"),
);
console.log(new RegExp("a/b").source, new RegExp("").toString());
for (const source of ["(", "[b-a]", "*", "(?<n>a)(?<n>b)", "\\"]) {
  try {
    new RegExp(source);
  } catch (error) {
    console.log(error.name, error.message.startsWith("Invalid regular expression: /" + source + "/: "));
  }
}
console.log(
  "x".search(/x/),
  "ab".search(/c/),
  "aBc".replace(/b/i, ""),
  /[À-ÿ]/.test("é"),
  "ß".toUpperCase(),
  /\cJ/.test("\n"),
);
console.log(/(?i:a)b/.test("Ab"), /(?i:a)b/.test("AB"), /(?<y>\d{4})|(?<y>\d{2})/.exec("12").groups.y);
