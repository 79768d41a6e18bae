// The view Run as a user has it: by keyboard, live, stopped, shared, hostile, over a restart.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, browser, login, open, Server, shows, until, wire } from "./harness.mjs";

const server = new Server();
let chromium;
before(async () => { [chromium] = await Promise.all([browser(), server.start()]); });
after(async () => { await chromium?.close(); await server.remove(); });

async function page(url = server.url) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"] });
  const it = await open(context, url);
  await login(it);
  await it.locator(".codemirror .cm-content").waitFor();
  return it;
}

/** Puts code into the editor, as pasting does. */
async function write(it, code) {
  await it.locator(".codemirror .cm-content").click();
  await it.keyboard.press("Control+A");
  await it.keyboard.press("Delete");
  await it.keyboard.insertText(code);
}

const ended = (it) => it.waitForFunction(() => /completed|failed|crashed|timed out|cancelled|lost|refused|terminated/.test(document.querySelector(".verdict .state")?.textContent ?? ""), null, );

function clean(it) {
  assert.deepEqual(it.complaints, []);
  assert.deepEqual(it.strays, []);
}

test("a newcomer logs in, writes and runs with the keyboard alone", async () => {
  const context = await chromium.newContext();
  const it = await open(context, server.url);
  await it.getByLabel("Name").waitFor();
  // The field of the name has the focus.
  await it.keyboard.type("admin");
  await it.keyboard.press("Tab");
  await it.keyboard.type("correct-horse-battery");
  await it.keyboard.press("Enter");
  await it.locator(".codemirror .cm-content").waitFor();
  await it.keyboard.press("Tab");
  assert.equal(await it.evaluate(() => document.activeElement?.textContent), "Skip to the content");
  await it.keyboard.press("Enter");
  assert.equal(await it.evaluate(() => document.activeElement?.id), "main");
  const inEditor = () => it.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.classList.contains("cm-content") ?? false);
  for (let tabs = 0; tabs < 12 && !(await inEditor()); tabs++) await it.keyboard.press("Tab");
  assert.ok(await inEditor(), "tab leads into the editor");
  await it.keyboard.press("Control+A");
  await it.keyboard.press("Delete");
  await it.keyboard.insertText("print(6 * 7)");
  await it.keyboard.press("Control+Enter");
  await ended(it);
  await shows(it.locator(".lines").first(), /42/);
  // And out of the editor again.
  const out = async () => {
    await it.keyboard.press("Escape");
    await it.keyboard.press("Tab");
    assert.ok(!(await inEditor()), "escape and tab lead out of the editor");
  };
  await out();
  // Also where completions are shown; a run closes them.
  const completions = it.locator(".cm-tooltip-autocomplete");
  const complete = async (word) => {
    await it.keyboard.press("Shift+Tab");
    assert.ok(await inEditor(), "tab leads back into the editor");
    await it.keyboard.press("Control+End");
    await it.keyboard.press("Enter");
    await it.keyboard.type(word);
    await completions.waitFor();
  };
  await complete("pri");
  await out();
  await completions.waitFor({ state: "detached" });
  await complete("nt(7)\npri");
  await it.keyboard.press("Control+Enter");
  await completions.waitFor({ state: "detached" });
  clean(it);
  await context.close();
});

test("outputs, colours, pictures, tables and trees show; the axe finds nothing", async () => {
  const it = await page();
  await write(it, `import sys, json
print("\\033[31mred\\033[0m and plain")
print("to stderr", file=sys.stderr)
open("t.csv", "w").write("name,n\\nada,1\\n")
json.dump({"deep": [1, {"x": True}]}, open("t.json", "w"))
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.savefig("p.png")`);
  await it.keyboard.press("Control+Enter");
  await ended(it);
  await shows(it.locator(".line .f1").first(), "red");
  assert.ok(await it.locator("img.picture").evaluate((picture) => picture.complete && picture.naturalWidth > 100));
  await shows(it.locator(".table-frame td").first(), "ada");
  await shows(it.locator(".tree"), /deep/);
  await it.getByRole("tab", { name: "stderr" }).click();
  await shows(it.locator(".lines"), /to stderr/);
  await it.getByRole("tab", { name: "Usage" }).click();
  await shows(it.locator(".usage"), /of 10\.0 s/);
  assert.deepEqual(await axe(it), []);
  clean(it);
  await it.context().close();
});

test("a compiler has a panel of its own, live and in the record", async () => {
  const it = await page();
  await it.getByLabel("Language").selectOption("clang");
  await write(it, '#include <stdio.h>\n#include <unistd.h>\n#warning hear <b>me</b>\nint main(void) {\n  puts("out");\n  fputs("err\\n", stderr);\n  return 0;\n}');
  await it.keyboard.press("Control+Enter");
  await ended(it);
  const said = (name) => it.getByRole("region", { name, exact: true });
  await shows(said("Compiler"), /hear <b>me<\/b>/);
  await shows(said("Output"), /^\s*out\s+err\s*$/);
  for (const [tab, region, words, others] of [["stdout", "Standard output", /^out$/, /err|hear/], ["stderr", "Standard error", /^err$/, /out|hear/], ["compiler", "Compiler", /hear/, /out\n|err\n/]]) {
    await it.getByRole("tab", { name: tab, exact: true }).click();
    const text = (await said(region).innerText()).trim();
    assert.match(text, words);
    assert.doesNotMatch(text, others);
  }
  await it.getByRole("tab", { name: "Output" }).click();
  assert.deepEqual(await axe(it), []);
  await write(it, "int main(void) { return x; }");
  await it.keyboard.press("Control+Enter");
  await it.getByText("If it did not compile, the compiler says why").waitFor();
  await shows(said("Compiler"), /undeclared identifier/);
  await shows(it.locator(".verdict"), /failed\s*exit code 1/);
  assert.deepEqual(await axe(it), []);
  await it.goto(`${server.url}/#/runs`);
  await it.locator(".row.runs").filter({ hasText: "clang" }).first().click();
  await it.getByRole("heading", { name: "compiler" }).waitFor();
  await shows(it.getByLabel("compiler", { exact: true }), /undeclared identifier/);
  assert.equal(await it.getByLabel("stderr", { exact: true }).count(), 0, "the program wrote nothing");
  clean(it);
  await it.context().close();
});

test("an error of the program, input, arguments and files", async () => {
  const it = await page();
  await write(it, "import sys\nprint(sys.argv[1:], input(), open('given.txt').read())\nraise SystemExit(3)");
  await it.getByLabel("Standard input").fill("hello");
  await it.getByLabel("Arguments").fill("one 'two words'");
  await it.getByRole("tab", { name: "Files", exact: true }).click();
  await it.getByLabel("Files of yours").setInputFiles({ name: "given.txt", mimeType: "text/plain", buffer: Buffer.from("content") });
  await it.keyboard.press("Control+Enter");
  await ended(it);
  await shows(it.locator(".lines").first(), /\['one', 'two words'\] hello content/);
  await shows(it.locator(".verdict"), /failed\s*exit code 3/);
  clean(it);
  await it.context().close();
});

test("a run is stopped, and a limit says its name", async () => {
  const it = await page();
  await write(it, "import time\nprint('begun', flush=True)\nwhile True: time.sleep(0.1)");
  await it.keyboard.press("Control+Enter");
  const output = it.getByRole("region", { name: "Output" });
  await output.getByText("begun").waitFor();
  await it.getByRole("button", { name: "Stop" }).click();
  await ended(it);
  await shows(it.locator(".verdict"), /cancelled/);
  // Before the server has said which run it is, as well.
  let pass;
  const held = new Promise((go) => { pass = go; });
  await it.route("**/api/execute/stream", async (route) => { await held; await route.continue(); });
  const left = (await server.call("GET", "/api/executions")).executions.length;
  await it.keyboard.press("Control+Enter");
  await it.getByRole("button", { name: "Stop" }).click();
  pass();
  await until("the run is recorded", async () => (await server.call("GET", "/api/executions")).executions.length === left + 1);
  await ended(it);
  await shows(it.locator(".verdict"), /cancelled/);
  await it.unroute("**/api/execute/stream");
  await it.getByRole("tab", { name: "Limits" }).click();
  await it.getByLabel("timeout_ms").fill("300");
  await it.keyboard.press("Control+Enter");
  await it.waitForFunction(() => /timed out/.test(document.querySelector(".verdict")?.textContent ?? ""));
  await it.getByLabel("timeout_ms").fill("99999999999");
  await it.keyboard.press("Control+Enter");
  await it.getByRole("alert").waitFor();
  await shows(it.getByRole("alert"), /timeout_ms/);
  clean(it);
  await it.context().close();
});

test("a link carries the snippet, runs nothing, and history brings it back", async () => {
  const it = await page();
  await write(it, "print('shared')");
  await it.keyboard.press("Control+Enter");
  await ended(it);
  await it.getByRole("button", { name: "Share" }).click();
  await it.getByText("Link copied").waitFor();
  const address = await it.evaluate(() => navigator.clipboard.readText());
  assert.match(address, /#\/run\?s=/);
  const other = await open(await chromium.newContext(), address);
  await login(other);
  await other.locator(".codemirror .cm-content").waitFor();
  await other.waitForFunction(() => document.querySelector(".codemirror")?.shadowRoot?.textContent?.includes("shared"));
  await shows(other.locator(".verdict"), /Nothing has run yet/);
  await it.reload();
  await it.locator(".codemirror .cm-content").waitFor();
  assert.match(await it.evaluate(() => document.querySelector(".codemirror").shadowRoot.textContent), /shared/);
  await it.getByRole("button", { name: "History" }).click();
  await it.getByRole("dialog").getByRole("button", { name: /shared/ }).waitFor();
  assert.deepEqual(await axe(it), []);
  clean(it);
  await it.context().close();
});

test("nothing that a program writes becomes markup", async () => {
  const it = await page();
  const trap = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
  await write(it, `trap = ${JSON.stringify(trap)}
print(trap)
print("\\x1b]8;;javascript:window.hacked=1\\x07link\\x1b]8;;\\x07")
open("<img src=x onerror=hacked=1>.txt", "w").write(trap)
open("t.csv", "w").write("a,b\\n" + trap.replace(",", "") + ",2\\n")
open("t.json", "w").write('{"' + trap.replace('"', "'") + '": "' + trap.replace('"', "'") + '"}')
open("page.html", "w").write("<h1>in a frame</h1><script>parent.hacked=1;top.hacked=1</script><img src=x onerror='top.hacked=1'><form action='https://evil.example'><button>go</button></form>")
open("a.svg", "w").write("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='parent.hacked=1'><script>parent.hacked=1</script><rect width='9' height='9'/></svg>")`);
  await it.keyboard.press("Control+Enter");
  await ended(it);
  await it.getByRole("tab", { name: /^Files \(/ }).click();
  for (const summary of await it.locator("details.file:not([open]) > summary").all()) await summary.click();
  await it.frameLocator("iframe.page").getByText("in a frame").waitFor();
  assert.equal(await it.locator("iframe.page").getAttribute("sandbox"), "");
  await it.locator("img.picture").waitFor();
  assert.equal(await it.evaluate(() => window.hacked), undefined);
  assert.equal(await it.locator("main img:not(.picture)").count(), 0);
  assert.deepEqual(it.strays, []);
  // The frame's script is refused by the browser, which says so; nothing else is said.
  assert.ok(it.complaints.every((one) => /sandbox|Content Security Policy/i.test(one)), it.complaints.join("\n"));
  await it.context().close();
});

test("a slow connection that breaks off is taken up again where it was", async () => {
  const way = await wire(server);
  way.delay = 150;
  const it = await page(way.url);
  await write(it, "import time\nfor n in range(6):\n    print('line', n, flush=True)\n    time.sleep(0.5)");
  await it.keyboard.press("Control+Enter");
  await it.getByText("line 1", { exact: true }).waitFor();
  way.cut();
  await ended(it);
  const lines = (await it.locator(".lines").first().innerText()).split("\n").filter((line) => line.startsWith("line"));
  assert.deepEqual(lines, [0, 1, 2, 3, 4, 5].map((n) => `line ${n}`));
  clean(it);
  await it.context().close();
  way.close();
});

test("a server that was restarted in the middle of a run says that it is lost", async () => {
  const it = await page();
  await write(it, "import time\nprint('waiting', flush=True)\ntime.sleep(9)");
  await it.keyboard.press("Control+Enter");
  await it.getByRole("region", { name: "Output" }).getByText("waiting").waitFor();
  await server.stop("SIGKILL");
  await it.getByText("The connection is lost").waitFor();
  await server.start();
  await it.getByText("The server was restarted while it ran").waitFor();
  await shows(it.locator(".verdict"), /lost/);
  clean(it);
  await it.context().close();
});
