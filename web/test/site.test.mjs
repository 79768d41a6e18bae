// The page as a whole: who sees what, what others cannot do to it, its size, and each view looked at by axe.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, browser, login, open, PASSWORD, Server } from "./harness.mjs";

const server = new Server();
let chromium;
before(async () => {
  [chromium] = await Promise.all([browser(), server.start()]);
  for (const [name, role, tenant] of [["ada", "runner", "red"], ["bob", "runner", "blue"], ["vera", "viewer", "red"]]) {
    await server.call("POST", "/api/users", { name, role, tenant, password: PASSWORD });
  }
});
after(async () => { await chromium?.close(); await server.remove(); });

const VIEWS = ["run", "runs", "tools", "command", "jobs", "files", "runtimes", "images", "system", "audit", "people", "profile"];

async function page(name, view = "run", options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const it = await open(context, server.url);
  await login(it, name);
  await it.goto(`${server.url}/#/${view}`);
  return it;
}

test("the page keeps its size", () => {
  const { all, early } = JSON.parse(readFileSync(new URL("../dist/sizes.json", import.meta.url), "utf8"));
  assert.ok(all <= 330_000, `${all} bytes of 330,000`);
  assert.ok(early <= 60_000, `${early} bytes of 60,000 at first`);
});

test("files come as they should: compressed, tagged, for ever, with a strict policy", async () => {
  const first = await fetch(`${server.url}/`);
  const policy = first.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.equal(first.headers.get("x-content-type-options"), "nosniff");
  assert.equal(first.headers.get("cache-control"), "no-cache");
  const html = await first.text();
  assert.doesNotMatch(html, /<script(?![^>]*src=)| style=| on\w+=/);
  const names = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map((match) => match[1]);
  assert.ok(names.length >= 3);
  for (const [accepted, encoding] of [["br, gzip", "br"], ["gzip", "gzip"], ["identity", null]]) {
    const answer = await fetch(server.url + names[1], { headers: { "accept-encoding": accepted } });
    assert.equal(answer.headers.get("content-encoding"), encoding);
    assert.match(answer.headers.get("cache-control"), /immutable/);
    const again = await fetch(server.url + names[1], { headers: { "accept-encoding": accepted, "if-none-match": answer.headers.get("etag") } });
    assert.equal(again.status, 304);
    await answer.arrayBuffer();
  }
  const known = await fetch(`${server.url}/`, { headers: { "if-none-match": first.headers.get("etag") } });
  assert.equal(known.status, 304);
  assert.equal((await fetch(`${server.url}/assets/nothing.js`)).status, 404);
});

test("a server that was built without the page says how to make it", async () => {
  // As the server answers it: the words and the policy are the program's.
  const source = readFileSync(new URL("../../crates/http/src/web.rs", import.meta.url), "utf8");
  const text = (name) => source.match(new RegExp(`const ${name}: &str = "((?:[^"\\\\]|\\\\[^])*)";`))[1].replace(/\\\n\s*/g, "").replaceAll('\\"', '"');
  const bare = createServer((_, answer) => answer.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": text("POLICY") }).end(text("ABSENT")));
  await new Promise((ready) => bare.listen(0, "127.0.0.1", ready));
  const it = await open(await chromium.newContext(), `http://127.0.0.1:${bare.address().port}/`);
  await it.getByText("cargo xtask web").waitFor();
  await it.getByText("Node.js with npm").waitFor();
  assert.equal(await it.getByRole("link").getAttribute("href"), "/api/docs");
  assert.deepEqual(await axe(it), []);
  assert.deepEqual([...it.complaints, ...it.strays], []);
  await it.context().close();
  bare.close();
});

test("every view passes axe, light and dark, wide and narrow", async () => {
  for (const [colorScheme, width] of [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]]) {
    const it = await page("admin", "run", { colorScheme, viewport: { width, height: 800 } });
    for (const view of VIEWS) {
      await it.goto(`${server.url}/#/${view}`);
      await it.locator("main h1").first().waitFor({ state: "attached" });
      await it.settled();
      assert.deepEqual(await axe(it), [], `${view} ${colorScheme} ${width}`);
      const wide = await it.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${view} is ${wide} px too wide at ${width}`);
    }
    assert.deepEqual(it.complaints, []);
    assert.deepEqual(it.strays, []);
    await it.context().close();
  }
  const it = await open(await chromium.newContext(), server.url);
  await it.getByLabel("Name").waitFor();
  assert.deepEqual(await axe(it), []);
  await it.getByLabel("Name").fill("admin");
  await it.getByLabel("Password").fill("wrong");
  await it.keyboard.press("Enter");
  await it.getByRole("alert").waitFor();
  assert.deepEqual(await axe(it), []);
  await it.context().close();
});

test("two tenants at the same time see their own things", async () => {
  const [ada, bob] = await Promise.all([page("ada", "files"), page("bob", "files")]);
  const upload = (it, name) => it.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
  await Promise.all([upload(ada, "of-ada.txt"), upload(bob, "of-bob.txt")]);
  // The row, not the name: a file that is on its way is named too, and a reload ends its way.
  const stored = (it, name) => it.locator(".row.stored", { hasText: name }).waitFor();
  await Promise.all([stored(ada, "of-ada.txt"), stored(bob, "of-bob.txt")]);
  for (const [it, others] of [[ada, "of-bob.txt"], [bob, "of-ada.txt"]]) {
    await it.reload();
    await it.locator(".row.stored").first().waitFor();
    assert.equal(await it.getByText(others).count(), 0);
    assert.equal(await it.getByRole("link", { name: "People" }).count(), 0, "nothing that the role may not do");
    await it.goto(`${server.url}/#/people`);
    await it.getByRole("heading", { name: "There is nothing here" }).waitFor();
  }
  // The browser kept snippets of ada's; another user who logs in after does not see them.
  await ada.goto(`${server.url}/#/run`);
  await ada.locator(".codemirror .cm-content").click();
  await ada.keyboard.press("Control+A");
  await ada.keyboard.insertText("secret = 1");
  await ada.goto(`${server.url}/#/profile`);
  await ada.getByRole("button", { name: "Log out", exact: true }).click();
  await login(ada, "bob");
  await ada.goto(`${server.url}/#/run`);
  await ada.waitForFunction(() => (document.querySelector(".codemirror")?.shadowRoot?.textContent ?? "").includes("matplotlib"));
  assert.doesNotMatch(await ada.evaluate(() => document.querySelector(".codemirror").shadowRoot.textContent), /secret/);
  await Promise.all([ada.context().close(), bob.context().close()]);
});

test("a page is not left by mistake while a file is on its way", async () => {
  const it = await page("ada", "files");
  let goOn;
  const held = new Promise((free) => { goOn = free; });
  await it.route("**/api/files", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await it.getByRole("heading", { name: "Files" }).click();
  await it.locator("input[type=file]").setInputFiles({ name: "slow.txt", mimeType: "text/plain", buffer: Buffer.from("slow") });
  await it.getByText("Uploading slow.txt").waitFor();
  const asked = it.waitForEvent("dialog");
  await it.evaluate(() => { setTimeout(() => location.reload()); });
  assert.equal((await asked).type(), "beforeunload");
  goOn();
  await it.locator(".row.stored", { hasText: "slow.txt" }).waitFor();
  await it.reload();
  await it.locator(".row.stored", { hasText: "slow.txt" }).waitFor();
  assert.equal(it.complaints.length, 1, "asked once, and not when nothing was on its way");
  await it.context().close();
});

test("a viewer is shown nothing that it may not do", async () => {
  const it = await page("vera");
  await it.locator("button:disabled").filter({ hasText: /^Run/ }).waitFor();
  await it.getByText("Your role reads only").waitFor();
  await it.goto(`${server.url}/#/files`);
  await it.settled();
  assert.equal(await it.getByText("Upload", { exact: true }).count(), 0);
  await it.goto(`${server.url}/#/runtimes`);
  await it.getByRole("heading", { name: "In cells" }).waitFor();
  await it.settled();
  assert.equal(await it.getByRole("button", { name: /Prepare/ }).count(), 0);
  await it.context().close();
});

test("a page of another origin can neither ask in the user's name nor show this page in a frame", async () => {
  const evil = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html" }).end(`<iframe id="f" src="${server.url}/"></iframe>
      <form id="g" method="post" enctype="text/plain" action="${server.url}/api/auth/logout"><input name='{"everywhere":true,"x":"' value='"}'></form>`);
  });
  await new Promise((ready) => evil.listen(0, "127.0.0.1", ready));
  const it = await page("ada");
  const there = await it.context().newPage();
  await there.goto(`http://127.0.0.1:${evil.address().port}/`);
  const asked = await there.evaluate(async (url) => {
    const send = (options) => fetch(`${url}/api/users`, options).then((one) => one.status, () => "refused");
    return Promise.all([send({ credentials: "include" }), send({ method: "POST", credentials: "include", mode: "no-cors", body: "{}" })]);
  }, server.url);
  assert.equal(asked[0], "refused");
  const posted = there.waitForResponse((response) => response.url().endsWith("/api/auth/logout"));
  await there.evaluate(() => document.getElementById("g").submit());
  assert.equal((await posted).status(), 403);
  const framed = await it.context().newPage();
  await framed.goto(`http://127.0.0.1:${evil.address().port}/`);
  await framed.waitForLoadState("load");
  const inside = framed.frames().find((frame) => frame !== framed.mainFrame());
  assert.equal(await inside.locator("#app").count(), 0, "the frame is empty");
  await it.reload();
  await it.getByRole("navigation").waitFor();
  evil.close();
  await it.context().close();
});
