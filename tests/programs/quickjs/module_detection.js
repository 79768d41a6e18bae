import { readFileSync } from "fs";
// A .js file with import statements is an ES module, and may await.
const text = await Promise.resolve("awaited");
console.log(typeof readFileSync, text, typeof module);
