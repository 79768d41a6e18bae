// Tools and jobs as a user has them: the form, live logs over a restart, floods, results, long lists.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, browser, counts, login, open, Server, shows } from "./harness.mjs";
import { build, IMAGE } from "./image.mjs";

const server = new Server("[jobs]\nmax_pending = 10000\n");
let chromium;
before(async () => {
  build();
  [chromium] = await Promise.all([browser(), server.start()]);
});
after(async () => { await chromium?.close(); await server.remove(); });

async function page(view) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  const it = await open(context, server.url);
  await login(it);
  await it.goto(`${server.url}/#/${view}`);
  return it;
}

const submit = (tool, parameters = {}) => server.call("POST", "/api/jobs", { tool: `${IMAGE}::${tool}`, parameters });
const state = (it, words) => it.locator(".facts").getByText(words).first().waitFor();

test("a form says the server's errors at its fields, and its job is watched to its results", async () => {
  const it = await page("tools");
  await it.getByLabel("Search").fill("wave");
  await it.getByRole("link", { name: /Wave/ }).click();
  await it.getByRole("heading", { name: "Wave" }).waitFor();
  // Markdown: emphasis and safe links are elements, everything else is text.
  await shows(it.locator(".markdown strong"), "wave");
  assert.deepEqual(await it.locator(".markdown a").evaluateAll((all) => all.map((one) => one.getAttribute("href"))), ["https://example.org/docs", "https://evil.example/x.png"]);
  assert.equal(await it.locator(".markdown img, .markdown script").count(), 0);
  await shows(it.locator(".citation"), /Ada Lovelace/);
  assert.deepEqual(await axe(it), []);
  await it.getByLabel("points").fill("1000");
  await it.getByRole("button", { name: "Submit" }).click();
  await it.locator(".field .wrong").first().waitFor();
  assert.equal(await it.getByLabel("points").getAttribute("aria-invalid"), "true");
  await counts(it.locator("[aria-invalid=true]"), 2); // the number and the missing note
  const beside = (label) => it.locator(".field", { has: it.getByLabel(label) }).locator(".wrong").innerText();
  assert.match(await beside("points"), /100/, "the word of the server stands at its field");
  assert.notEqual(await beside(/^note/), await beside("points"));
  await counts(it.locator(".field").filter({ has: it.getByLabel("factor") }).locator(".wrong"), 0);
  await it.getByLabel("points").fill("7");
  await it.getByLabel(/^note/).fill("it's \"quoted\"");
  await it.getByLabel("names").fill("a, b");
  await it.getByLabel("Upload a file for table").setInputFiles({ name: "t.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
  await it.waitForFunction(() => [...document.querySelectorAll(".pick select")].some((one) => one.value !== ""));
  await it.getByText("The same as a call").click();
  await shows(it.locator(".call pre"), /"points":7/);
  await it.getByRole("button", { name: "Submit" }).click();
  await state(it, "finished");
  const job = await server.call("GET", `/api/jobs/${/jobs\/(\d+)/.exec(it.url())[1]}`);
  assert.deepEqual([job.parameters.points, job.parameters.names, job.parameters.note], [7, ["a", "b"], "it's \"quoted\""]);
  await it.getByText("line <img").waitFor();
  await shows(it.locator(".line .f1"), "red");
  await it.getByRole("tab", { name: "Results" }).click();
  await it.locator("details.file").first().waitFor();
  for (const summary of await it.locator("details.file > summary").all()) await summary.click();
  await it.frameLocator("iframe.page").getByText("hello").waitFor();
  await it.locator("img.picture").waitFor();
  await shows(it.locator(".table-frame tbody td").nth(1), "<b>two</b>");
  assert.equal(await it.evaluate(() => window.hacked), undefined);
  const download = it.waitForEvent("download");
  await it.getByRole("link", { name: "Download all (zip)" }).click();
  const saved = await download;
  assert.match(saved.suggestedFilename(), /results\.zip/);
  const listed = execFileSync("python3", ["-m", "zipfile", "-l", await saved.path()], { encoding: "utf8" });
  for (const name of ["points.csv", "a.svg", "page.html", "tree.json"]) assert.match(listed, new RegExp(name.replace(".", "\\.")));
  assert.deepEqual(await axe(it), []);
  assert.deepEqual(it.strays, []);
  assert.ok(it.complaints.every((one) => /sandbox|Content Security Policy/i.test(one)), it.complaints.join("\n"));
  // Again, with what it had.
  await it.getByRole("link", { name: /Run again/ }).click();
  await it.waitForFunction(() => [...document.querySelectorAll("input")].some((one) => one.value === "7"));
  await it.getByLabel("points").fill("9");
  await it.getByRole("button", { name: "Submit" }).click();
  await it.waitForURL((url) => /jobs\/\d+$/.test(url.hash) && !url.hash.endsWith(`/${job.id}`));
  await state(it, "finished");
  const again = await server.call("GET", `/api/jobs/${/jobs\/(\d+)/.exec(it.url())[1]}`);
  assert.deepEqual([again.parameters.points, again.parameters.names, again.data], [9, ["a", "b"], job.data], "one thing is changed, the rest is as it was");
  await it.context().close();
});

test("a live log goes on over a restart of the server, without a line lost or told twice", async () => {
  const { id } = await submit("tick", { seconds: 10 });
  const it = await page(`jobs/${id}`);
  await it.getByText("tick 2", { exact: true }).waitFor();
  await server.stop("SIGKILL");
  await it.getByText("The connection is lost").waitFor();
  await server.start();
  await state(it, "finished");
  await it.getByText("The job has ended").waitFor();
  const lines = (await it.locator(".lines").innerText()).split("\n").filter((line) => line.startsWith("tick"));
  assert.deepEqual(lines, Array.from({ length: 10 }, (_, n) => `tick ${n + 1}`));
  await it.getByLabel("Search").fill("tick 1");
  await it.waitForFunction(() => document.querySelectorAll(".line").length === 2);
  assert.equal(await it.getByRole("link", { name: "Download these lines" }).getAttribute("href"), `/api/jobs/${id}/logs?stream=stdout&grep=tick+1`);
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});

test("ten thousand lines a second leave the page small and quick", async () => {
  const { id } = await submit("flood", { lines: 10000, seconds: 8 });
  const it = await page(`jobs/${id}`);
  await it.locator(".line").nth(5).waitFor();
  // Clicks while it floods.
  let slowest = 0;
  for (let n = 0; n < 8; n++) {
    slowest = Math.max(slowest, await it.evaluate(async () => {
      const began = performance.now();
      document.querySelector(".log input[type=checkbox]").click();
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - began;
    }));
    assert.ok(await it.locator("*").count() < 1500, "few elements, however many lines");
  }
  await state(it, "finished");
  await it.getByText("The job has ended").waitFor();
  await shows(it.locator(".note"), /are not shown/);
  const session = await it.context().newCDPSession(it);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  assert.ok(usedSize < 100_000_000, `the page's heap has ${usedSize} bytes`);
  console.log(`flood: the slowest click ${Math.round(slowest)} ms, heap ${(usedSize / 1e6).toFixed(1)} MB`);
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});

test("a job is cancelled and removed", async () => {
  const { id } = await submit("nap");
  const it = await page(`jobs/${id}`);
  await state(it, "running");
  await it.getByRole("button", { name: "Cancel" }).click();
  await state(it, "cancelled");
  await it.getByRole("button", { name: "Remove" }).click();
  await it.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await it.waitForURL(/#\/jobs$/);
  await counts(it.locator(".row.jobs").filter({ hasText: "nap" }), 0);
  await it.context().close();
});

test("five thousand jobs are one list, of which few are elements", async () => {
  const blocker = [await submit("nap"), await submit("nap")];
  const { id } = await submit("nap");
  const it = await page("jobs");
  await it.locator(".row.jobs").filter({ hasText: "pending" }).first().waitFor();
  // Another process writes them into the database: submitting so many one by one is not what is tested. The page hears of it.
  const script = `import sqlite3, sys
base = sqlite3.connect(sys.argv[1], timeout=120)
names = ", ".join(row[1] for row in base.execute("PRAGMA table_info(jobs)") if row[1] != "id")
with base:
    base.execute(f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO jobs ({names}) SELECT {names} FROM jobs, n WHERE id = ?", (int(sys.argv[2]),))`;
  execFileSync("python3", ["-c", script, join(server.folder, "data", "runcell.db"), String(id)]);
  await it.getByText(/5,\d\d\d jobs/).waitFor();
  await it.getByLabel("State").selectOption("pending");
  const list = it.getByRole("region", { name: "Jobs" });
  await list.locator("li").first().waitFor();
  // To the end, page by page, as somebody who scrolls.
  await it.waitForFunction(() => {
    const box = document.querySelector(".list");
    box.scrollTop = box.scrollHeight;
    return box.scrollHeight >= 4990 * 44;
  }, null, { polling: 100 });
  assert.ok(await list.locator("li").count() < 80, "only the rows in sight are elements");
  const last = list.locator("li").last();
  await shows(last, /nap/);
  assert.deepEqual(it.complaints, []);
  await it.context().close();
  for (const job of blocker) await server.call("POST", `/api/jobs/${job.id}/cancel`);
});
