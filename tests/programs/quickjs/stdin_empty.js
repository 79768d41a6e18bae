// Nothing on stdin: each way sees the end at once.
const fs = require("fs");
console.log(JSON.stringify(fs.readFileSync(0, "utf8")), JSON.stringify(fs.readFileSync("/dev/stdin", "utf8")));
process.stdin.on("data", () => console.log("never"));
process.stdin.on("end", () => console.log("end"));
