// Serves `dist` with a running server's API behind it: `node dev.mjs [SERVER [PORT]]`. For work on the page alone.
import { createServer, request } from "node:http";
import { existsSync, readFileSync } from "node:fs";

const server = new URL(process.argv[2] ?? "http://127.0.0.1:8080");
const port = Number(process.argv[3] ?? 0);
const policy = readFileSync(new URL("../crates/http/src/web.rs", import.meta.url), "utf8")
  .match(/const POLICY: &str = "([^"]*)"/)[1].replace(/\\\n\s*/g, "");
const media = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

createServer((asked, answer) => {
  const path = asked.url === "/" ? "index.html" : asked.url.slice(1);
  if (asked.url === "/" || asked.url.startsWith("/assets/")) {
    const file = new URL(`dist/${path}`, import.meta.url);
    if (!existsSync(file)) return answer.writeHead(404).end();
    const headers = { "content-type": media[path.split(".").pop()], "content-security-policy": policy, "cache-control": "no-store" };
    return answer.writeHead(200, headers).end(readFileSync(file));
  }
  const options = { host: server.hostname, port: server.port, path: asked.url, method: asked.method, headers: asked.headers };
  const passed = request(options, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
    got.on("error", () => answer.destroy());
  });
  passed.on("error", () => answer.headersSent ? answer.destroy() : answer.writeHead(502).end("the server does not answer"));
  answer.on("close", () => passed.destroy());
  asked.pipe(passed);
}).listen(port, "127.0.0.1", function () { console.log(`http://127.0.0.1:${this.address().port}`); });
