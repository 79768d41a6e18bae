// What tells a program where it runs: ours, not node's.
const os = require("os");
console.log(process.platform, process.arch, process.argv, process.execPath);
console.log(os.platform(), os.type(), os.EOL === "\n", os.tmpdir(), process.cwd(), __filename, __dirname);
console.log(navigator.userAgent, Object.keys(process.versions));
