// ES modules of several files: named, default, namespace, cyclic, dynamic and JSON imports.
import greet, { shout, count as counter, increment } from "./lib/greet.mjs";
import * as shapes from "./lib/shapes.js";
import settings from "./settings.json" with { type: "json" };
import { even } from "./lib/even.mjs";
import { readFileSync } from "node:fs";
import path, { basename } from "path";
import legacy from "./legacy.cjs";
export const own = "exported by main";

console.log(greet("Ann"), shout("bob"));
increment();
increment();
console.log(counter, Object.keys(shapes), shapes.default.name, shapes.area(3));
console.log(settings.name, settings.list.length);
console.log(even(10), even(7));
console.log(typeof readFileSync, basename("/a/b.txt"), path.extname("x.js"));
console.log(legacy.kind, legacy.answer);

const { shout: again, default: greetAgain } = await import("./lib/greet.mjs");
console.log(again === shout, greetAgain === greet);
const lazy = await import(`./lib/${["la", "zy"].join("")}.mjs`);
console.log(lazy.loaded);
console.log((await import("./settings.json", { with: { type: "json" } })).default.name);
await import("./missing.mjs").catch((error) => console.log(error.code));
await import("./lib/broken.mjs").catch((error) => console.log(error.name));
await import("nowhere").catch((error) => console.log(error.code));

console.log(
  import.meta.url.startsWith("file:///"),
  import.meta.filename.endsWith("main.mjs"),
  typeof import.meta.dirname,
);
console.log(this, Object.prototype.toString.call(shapes), shapes);
try {
  shapes.area = 1;
} catch (error) {
  console.log(error.name);
}
try {
  counter = 5;
} catch (error) {
  console.log(error.message);
}
