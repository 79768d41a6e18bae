// import() in code that a program makes of text looks from the file of who made it.
import "./lib/evals.mjs";
import evals from "./lib/evals.cjs";
await evals();
console.log((await eval("import('./lib/value.mjs')")).default);
