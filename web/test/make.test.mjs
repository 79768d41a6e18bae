// A runtime and an image with packages are made ready, and languages run in containers.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, browser, login, open, Server, shows } from "./harness.mjs";

// The languages of the tests' own image.
const server = new Server(process.env.WEB_CONTAINERS ?? "");
const cache = mkdtempSync(join(tmpdir(), "runcell-web-cache-"));
const fresh = new Server();
fresh.environment = { RUNCELL_CACHE_DIR: cache };
let chromium;
before(async () => { [chromium] = await Promise.all([browser(), server.start(), fresh.start()]); });
after(async () => {
  await chromium?.close();
  await Promise.all([server.remove(), fresh.remove()]);
  rmSync(cache, { recursive: true, force: true });
});

async function page(view, at = server) {
  const it = await open(await chromium.newContext({ viewport: { width: 1280, height: 800 } }), at.url);
  await login(it);
  await it.goto(`${at.url}/#/${view}`);
  return it;
}

/** The texts that come to stand in an element, one after the other. */
async function watched(it, selector) {
  await it.evaluate((wanted) => {
    window.seen = [];
    new MutationObserver(() => {
      const text = document.querySelector(wanted)?.textContent;
      if (text && window.seen.at(-1) !== text) window.seen.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, selector);
  return () => it.evaluate(() => window.seen);
}

async function write(it, code) {
  await it.locator(".codemirror .cm-content").click();
  await it.keyboard.press("Control+A");
  await it.keyboard.press("Delete");
  await it.keyboard.insertText(code);
}

test("a runtime is prepared, and says how far it is", async () => {
  const it = await page("runtimes", fresh);
  const row = it.locator(".rows > li", { has: it.locator("code", { hasText: /^php$/ }) });
  await row.getByText("not prepared").waitFor();
  const seen = await watched(it, ".progress");
  await row.getByRole("button", { name: /^Prepare/ }).click();
  await row.locator(".progress progress").waitFor();
  assert.deepEqual(await axe(it), []);
  await row.getByText("ready", { exact: true }).waitFor();
  const steps = await seen();
  assert.ok(steps.length >= 2 && steps.some((text) => /\d+ %/.test(text)), `more than one step, one of them in parts: ${steps}`);
  await row.getByRole("link", { name: "Use" }).click();
  await it.locator(".codemirror .cm-content").waitFor();
  await it.keyboard.press("Control+Enter");
  await it.getByText("sum of squares: 385").waitFor();
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});

test("packages become an image, step by step, and a run starts from it", async () => {
  for (const image of (await server.call("GET", "/api/images")).images) {
    if (image.content === "pip: six==1.15.0") await server.call("DELETE", `/api/images/${encodeURIComponent(image.id)}`);
  }
  const it = await page("images");
  await it.getByLabel("Packages").fill("no such package!");
  await it.getByRole("button", { name: "Make an image" }).click();
  await it.getByRole("alert").waitFor();
  await it.getByLabel("Packages").fill("six==1.15.0");
  const seen = await watched(it, ".progress");
  await it.getByRole("button", { name: "Make an image" }).click();
  await it.locator(".progress").waitFor();
  const made = it.locator(".rows > li").filter({ hasText: "pip: six==1.15.0" });
  await made.waitFor();
  const steps = await seen();
  assert.ok(steps.length >= 2, `the server's steps are shown: ${steps}`);
  await shows(it.getByLabel("What was done"), /six/);
  assert.deepEqual(await axe(it), []);
  await it.goto(`${server.url}/#/run`);
  await write(it, "import six\nprint(six.__version__)");
  await it.getByRole("tab", { name: "Packages" }).click();
  await it.getByRole("textbox", { name: "Packages" }).fill("six==1.15.0");
  await it.getByLabel("Where it runs").selectOption("container");
  await it.keyboard.press("Control+Enter");
  await it.getByRole("region", { name: "Output" }).getByText("1.15.0").waitFor();
  await it.getByRole("tab", { name: "Usage" }).click();
  await shows(it.locator(".usage"), /Ran in a container/);
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});

test("a language in containers is coloured, and its program runs there", async () => {
  const it = await page("run");
  // Whoever chooses it among the languages in containers has asked for one: the site's policy is `ask`, as it comes.
  await it.getByLabel("Language").selectOption("bash");
  await write(it, "for i in 1 2; do echo \"line $i\"; done  # a comment\necho to stderr >&2\nexit 4");
  const colours = () => it.evaluate(() => {
    const spans = [...document.querySelector(".codemirror").shadowRoot.querySelectorAll(".cm-line span")];
    return Object.fromEntries(spans.map((one) => [one.textContent, getComputedStyle(one).color]));
  });
  await it.waitForFunction(() => document.querySelector(".codemirror").shadowRoot.querySelectorAll(".cm-line span").length > 3);
  const bash = await colours();
  assert.ok(bash.for && bash["# a comment"] && bash.for !== bash["# a comment"], JSON.stringify(bash));
  await it.keyboard.press("Control+Enter");
  await it.getByText("exit code 4").waitFor();
  const said = (await it.getByRole("region", { name: "Output" }).innerText()).split("\n").filter(Boolean);
  // Two pipes of an engine keep no order between them: a line of one may come between two lines of the other.
  assert.deepEqual(said.filter((line) => line !== "to stderr"), ["line 1", "line 2"]);
  assert.equal(said.length, 3, `the line to stderr is there once: ${said}`);
  assert.equal(await it.locator("details.file").count(), 0, "the snippet is no result");
  await it.getByRole("tab", { name: "Usage" }).click();
  await it.getByText("Ran in a container").waitFor();
  assert.deepEqual(await axe(it), []);
  await it.getByLabel("Language").selectOption("csharp");
  await it.waitForFunction(() => [...document.querySelector(".codemirror").shadowRoot.querySelectorAll(".cm-line span")].some((one) => one.textContent === "class"));
  assert.notEqual((await colours()).class, await it.evaluate(() => getComputedStyle(document.body).color));
  await it.keyboard.press("Control+Enter");
  await it.getByRole("region", { name: "Output" }).getByText("3 squared is 9").waitFor();
  // While it runs, nothing else is begun.
  await it.locator(".verdict").getByText("exit code 0").waitFor();
  await write(it, "#warning hear me\nclass P { static void Main() { System.Console.WriteLine(\"out\"); } }");
  await it.keyboard.press("Control+Enter");
  await it.getByRole("region", { name: "Compiler" }).getByText("hear me").waitFor();
  await it.locator(".verdict").getByText("exit code 0").waitFor();
  await shows(it.getByRole("region", { name: "Output" }), /^\s*out\s*$/);
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});
