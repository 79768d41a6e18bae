// What a cell cannot do says so.
const attempts = {
  exec: () => require("child_process").execSync("ls"),
  spawn: () => require("node:child_process").spawn("ls"),
  http: () => require("http").get("http://example.com"),
  server: () => require("http").createServer(),
  https: () => require("https").request("https://example.com"),
  net: () => require("net").connect(80),
  dns: () => require("dns").lookup("example.com"),
  thread: () => new (require("worker_threads").Worker)("x.js"),
  zlib: () => require("zlib").gzipSync("x"),
  cipher: () => require("crypto").createCipheriv("aes"),
  wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  kill: () => process.kill(2),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    console.log(name, "worked");
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
}
const { execSync } = require("child_process");
console.log(typeof execSync, typeof XMLHttpRequest, typeof WebSocket, typeof fetch);
fetch("http://example.com").catch((error) => console.log(error.name, error.message, error.cause.message));
import("node:http").then(({ request }) => {
  try {
    request("x");
  } catch (error) {
    console.log(error.message);
  }
});
