import { thing } from "./not-there.mjs";
console.log("never");
