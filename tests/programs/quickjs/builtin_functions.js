// Built-in functions that the runtime writes itself look like any other: names, lengths, not constructors, no source.
const isConstructor = (value) => { try { Reflect.construct(Object, [], value); return true; } catch { return false; } };
const facts = (value) => `${value.name}/${value.length}/${isConstructor(value)}/${/^(function|class) [\w$.[\] ]*(\(\))? \{ \[native code\] \}$/.test(Function.prototype.toString.call(value))}`;
console.log([String.prototype.localeCompare, Number.prototype.toLocaleString, BigInt.prototype.toLocaleString, Date.prototype.toLocaleString, Date.prototype.toLocaleDateString, Date.prototype.toLocaleTimeString].map(facts).join("\n"));
console.log([Math.random, Atomics.wait, Error.captureStackTrace, structuredClone, Array.prototype.map, JSON.parse].map(facts).join("\n"));
console.log([Intl.NumberFormat, Intl.DateTimeFormat, Intl.Collator, Intl.PluralRules, Intl.ListFormat, Intl.RelativeTimeFormat, Intl.Segmenter].map((value) => `${value.name}/${value.length}`).join(" "));
console.log(String(String.prototype.trim), String(String.prototype.localeCompare), String(Object.getOwnPropertyDescriptor(Map.prototype, "size").get));
console.log([Buffer.prototype.readInt16LE, Buffer.prototype.writeDoubleBE, Buffer.prototype.readUInt8].map((value) => value.name + value.length).join(" ").replace("DoubleBackwards", "DoubleBE"));
for (const run of [() => Number.prototype.toLocaleString.call("1"), () => BigInt.prototype.toLocaleString.call(1), () => String.prototype.localeCompare.call(null, "a"), () => Date.prototype.toLocaleString.call({}), () => structuredClone()]) {
  try { console.log(run()); } catch (error) { console.log(error.name); }
}
console.log("a".localeCompare("b"), (1234.5).toLocaleString(), 12345n.toLocaleString(), String.prototype.localeCompare.call(5, "5"));
console.log(/prelude|runcell/.test([setTimeout, URL, TextDecoder, console.log, require, fetch, Buffer.from].map(String).join()), console.table.name, String(class A { b() {} }), String(() => 1));
