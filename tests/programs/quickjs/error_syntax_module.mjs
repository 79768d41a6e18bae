import { x } from "./broken.mjs";
console.log("never");
