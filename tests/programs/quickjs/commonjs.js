// CommonJS: require of the program's own files, folders, JSON, packages, built-in modules.
const tool = require("./tool");
const { helper } = require("./lib");
const data = require("./data.json");
const fs = require("fs");

console.log(tool.name, tool.twice(4), helper(), data.items);
console.log(require("./tool") === tool, require("node:fs") === fs);
console.log(require("package-one").id, require("@scope/two/sub").id);
console.log(
  module.exports === exports,
  module.id,
  require.main === module,
  __filename.endsWith("/main.js"),
  __dirname.length > 1,
);
console.log(require.resolve("fs"), require.resolve("./tool").endsWith("/tool.js"));
console.log(require("./a").done, require("./b").done);
console.log(require("./counter").next(), require("./counter").next());
console.log(this === exports, typeof globalThis.module, typeof arguments, arguments.length);

for (const name of ["./missing", "missing-package", "./lib/nothing.js", "node:nothing"]) {
  try {
    require(name);
  } catch (error) {
    console.log(error.code, error.message.split("\n")[0]);
  }
}
try {
  require("./throws");
} catch (error) {
  console.log(error.message);
}
try {
  require("./bad-syntax");
} catch (error) {
  console.log(error.name);
}
try {
  require("./bad.json");
} catch (error) {
  console.log(error.name, error.message.includes("bad.json"));
}
exports.late = true;
console.log(module.exports);
