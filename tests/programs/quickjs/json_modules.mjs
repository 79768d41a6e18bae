// JSON modules of every kind of value: the value is the default export.
import list from "./list.json" with { type: "json" };
import number from "./number.json" with { type: "json" };
import nothing from "./nothing.json" with { type: "json" };
import text from "./text.json" with { type: "json" };
console.log(list, number, nothing, text);
for (const name of ["list", "number", "nothing", "text", "no"]) {
  console.log(name, await import(`./${name}.json`, { with: { type: "json" } }));
}
const object = await import("./object.json", { with: { type: "json" } });
console.log(object.default, object.default === (await import("./object.json", { with: { type: "json" } })).default);
try { await import("./bad.json", { with: { type: "json" } }); } catch (error) { console.log(error.name); }
