// toLocaleString and Intl for en-US: what snippets use.
console.log(
  (1234567.891).toLocaleString(),
  (1234.5).toLocaleString("en-US"),
  (0.5).toLocaleString(),
  (-1e6).toLocaleString(),
);
console.log(
  (1234.5).toLocaleString("en-US", { style: "currency", currency: "USD" }),
  (5).toLocaleString("en-US", { style: "currency", currency: "JPY" }),
);
console.log(
  (0.256).toLocaleString("en-US", { style: "percent" }),
  (0.256).toLocaleString("en-US", { style: "percent", minimumFractionDigits: 1 }),
);
console.log(
  (3.14159).toLocaleString("en-US", { maximumFractionDigits: 2 }),
  (2).toLocaleString("en-US", { minimumFractionDigits: 2 }),
);
console.log(
  (5).toLocaleString("en-US", { minimumIntegerDigits: 2 }),
  (1234567).toLocaleString("en-US", { notation: "compact" }),
  123456n.toLocaleString(),
);
console.log(
  new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 }).format(123456),
  new Intl.NumberFormat().format(1e9),
  NaN.toLocaleString(),
  Infinity.toLocaleString(),
);

const date = new Date(Date.UTC(2024, 1, 29, 15, 4, 5));
console.log(
  date.toLocaleDateString("en-US"),
  "|",
  date.toLocaleDateString("en-US", { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
);
console.log(
  date.toLocaleDateString("en-US", { month: "short", day: "numeric" }),
  "|",
  date.toLocaleDateString("en-US", { dateStyle: "medium" }),
  "|",
  date.toLocaleDateString(undefined, { year: "2-digit", month: "2-digit", day: "2-digit" }),
);
console.log(
  new Intl.DateTimeFormat("en-US", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC" }).format(date),
  new Intl.DateTimeFormat("en-US").format(date),
);
console.log(
  new Intl.DateTimeFormat().resolvedOptions().timeZone,
  date.toLocaleTimeString("en-US", { hour: "numeric", hour12: true }).replace(/\s/g, " "),
);

console.log(
  ["b", "a", "C", "ä", "B"].sort((a, b) => a.localeCompare(b)),
  "a".localeCompare("b"),
  "a".localeCompare("A"),
  "résumé".localeCompare("resume"),
);
console.log(
  ["item 10", "item 9", "Item 1"].sort(new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare),
);
console.log(
  new Intl.PluralRules("en-US").select(1),
  new Intl.PluralRules("en-US", { type: "ordinal" }).select(22),
  new Intl.ListFormat("en").format(["a", "b", "c"]),
);
console.log(
  new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-1, "day"),
  new Intl.RelativeTimeFormat("en").format(3, "weeks"),
);
console.log(
  [...new Intl.Segmenter("en").segment("a👨‍👩‍👧é")].map((part) => part.segment),
  "İ".toLocaleLowerCase("en").length,
  "straße".toLocaleUpperCase(),
);
