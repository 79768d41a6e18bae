// Prints as JSON how JavaScript's library sees `runcell mcp`. The argument: the server.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const HELLO = {
  python: "print('hi')",
  quickjs: "console.log('hi')",
  ruby: "puts 'hi'",
  php: 'echo "hi\\n";',
  clang: '#include <stdio.h>\nint main(void) { puts("hi"); }',
  clangpp: '#include <iostream>\nint main() { std::cout << "hi\\n"; }',
};
const PLOT =
  "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nplt.plot([1, 4])\nplt.savefig('plot.png')";
const COUNT = "import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.15)";
const { RUNCELL_CACHE_DIR, RUNCELL_DATA_DIR, PATH } = process.env;

const client = new Client({ name: "it", version: "1" });
await client.connect(
  new StdioClientTransport({
    command: process.argv[2],
    args: ["mcp", "--tools", "run,files,images,jobs"],
    // The library passes on only some variables by itself.
    env: { RUNCELL_CACHE_DIR, RUNCELL_DATA_DIR, PATH },
  }),
);

async function run(runtime, code, more = {}, options = {}) {
  const call = { name: "run_code", arguments: { runtime, code, ...more } };
  const { content, isError } = await client.callTool(call, undefined, { timeout: 300_000, ...options });
  const of = (type) => content.filter((block) => block.type === type);
  return {
    texts: of("text").map((block) => block.text),
    images: of("image"),
    files: of("resource").map((block) => block.resource.text),
    error: isError,
  };
}

const seen = { tools: (await client.listTools()).tools.map((tool) => tool.name), hello: {} };
for (const [runtime, code] of Object.entries(HELLO)) seen.hello[runtime] = (await run(runtime, code)).texts[2];
const copy = "open('out.csv', 'w').write(open('in.csv').read() * 2)";
seen.files = (await run("python", copy, { files: [{ path: "in.csv", content: "a,b\n" }], outputs: ["out.csv"] })).files;
const limits = [{ name: "timeout_ms", value: 60_000 }];
seen.plots = (await run("python", PLOT, { outputs: ["plot.png"], limits })).images.length;
seen.traceback = (await run("python", "1 / 0")).texts[2].includes("ZeroDivisionError");
const wrong = await run("cobol", "");
seen.wrong = [wrong.error, wrong.texts[0].includes('there is no runtime "cobol"')];
seen.told = "";
await run("python", COUNT, {}, { onprogress: ({ message }) => (seen.told += message) });
const stop = new AbortController();
setTimeout(() => stop.abort("enough"), 300);
const stopped = run("python", "while True: pass", { limits }, { signal: stop.signal });
seen.cancelled = await stopped.then(() => false, () => true);
const began = performance.now();
seen.after = (await run("php", "echo 1;")).texts[2];
seen.after_ms = Math.round(performance.now() - began);
console.log(JSON.stringify(seen));
await client.close();
