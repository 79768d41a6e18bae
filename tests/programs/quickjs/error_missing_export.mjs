import { nothing } from "node:path";
console.log("never");
