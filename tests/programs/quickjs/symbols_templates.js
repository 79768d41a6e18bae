// Symbols, tagged templates, well-known symbols.
const id = Symbol("id");
const object = { [id]: 1, [Symbol.for("shared")]: 2, text: 3 };
console.log(
  object[id],
  id.toString(),
  id.description,
  Symbol.for("shared") === Symbol.for("shared"),
  Symbol.keyFor(Symbol.for("shared")),
);
console.log(Object.getOwnPropertySymbols(object), JSON.stringify(object), Object.keys(object));

const tag = (strings, ...values) =>
  strings.raw.map((text, i) => text + (i < values.length ? `<${values[i]}>` : "")).join("");
console.log(tag`a${1}b${"two"}c\n`, tag`plain`, String.raw`C:\new\table ${1 + 1}`);
const cached = () => ((strings) => strings)`same`;
console.log(cached() === cached(), ((strings) => strings[0])`\unicode`);
console.log(
  `nested ${`inner ${[1, 2].map((n) => `#${n}`).join(" ")}`}`,
  `multi
line`,
);

class Even {
  static [Symbol.hasInstance](n) {
    return n % 2 === 0;
  }
}
console.log(2 instanceof Even, 3 instanceof Even);
class Collection {
  get [Symbol.toStringTag]() {
    return "Collection";
  }
  static get [Symbol.species]() {
    return Array;
  }
}
console.log(
  String(new Collection()),
  Object.prototype.toString.call(null),
  Object.prototype.toString.call(function* () {}),
);
const spreadable = { length: 2, 0: "a", 1: "b", [Symbol.isConcatSpreadable]: true };
console.log(["x"].concat(spreadable), "a-b".split({ [Symbol.split]: (text) => ["custom", text] }));
console.log(Symbol.iterator in [], Symbol.asyncIterator.toString(), typeof Symbol.dispose);
{
  const resources = [];
  const open = (name) => ({ [Symbol.dispose]: () => resources.push(name) });
  const first = open("first");
  first[Symbol.dispose]();
  console.log(resources);
}
try {
  `${id}`;
} catch (error) {
  console.log(error.name, error.message);
}
