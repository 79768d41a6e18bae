import readline from "node:readline";
// Each line of stdin, numbered.
const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
let n = 0;
for await (const line of lines) console.log(++n, line);
console.log("total", n);
