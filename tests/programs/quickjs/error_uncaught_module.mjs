import { area } from "./lib/shape.mjs";
console.log("imported");
area(null);
