// The server tells the page what changes while one looks, and the page does not ask: the list of jobs, one job, the machine.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, browser, counts, login, open, Server } from "./harness.mjs";
import { build, IMAGE } from "./image.mjs";

const server = new Server();
let chromium;
before(async () => {
  build();
  [chromium] = await Promise.all([browser(), server.start()]);
});
after(async () => { await chromium?.close(); await server.remove(); });

/** A page whose requests of the API are kept. */
async function page(view) {
  const it = await open(await chromium.newContext({ viewport: { width: 1280, height: 800 } }), server.url);
  it.asked = [];
  it.on("request", (request) => { if (request.url().includes("/api/")) it.asked.push(new URL(request.url()).pathname); });
  await login(it);
  await it.goto(`${server.url}/#/${view}`);
  return it;
}

const submit = (tool, parameters = {}) => server.call("POST", "/api/jobs", { tool: `${IMAGE}::${tool}`, parameters });
const row = (it, id) => it.locator(".row.jobs", { has: it.locator(".number", { hasText: new RegExp(`^${id}$`) }) });

test("the list of jobs follows the server: new jobs, states, filters, and a server that was away", async () => {
  const first = await submit("tick", { seconds: 1 });
  await server.job(first.id);
  const it = await page("jobs");
  await row(it, first.id).waitFor();
  await it.getByText("1 job", { exact: true }).waitFor();
  const filtered = await page("jobs?status=running");
  await filtered.getByText("No such jobs").waitFor();
  it.asked = [];
  const second = await submit("tick", { seconds: 4 });
  await row(it, second.id).getByText("running").waitFor();
  await it.getByText("2 jobs", { exact: true }).waitFor();
  assert.deepEqual(it.asked.filter((path) => path.startsWith("/api/jobs")), [], "what was told needs no question");
  await row(filtered, second.id).waitFor();
  await row(it, second.id).getByText("finished").waitFor();
  await row(filtered, second.id).waitFor({ state: "detached" });
  // A job that is removed is gone.
  await server.call("DELETE", `/api/jobs/${first.id}`);
  await row(it, first.id).waitFor({ state: "detached" });
  // A server that was away: what happened meanwhile is read once it is back.
  await server.stop("SIGKILL");
  await it.getByText("The server does not answer").waitFor();
  await server.start();
  server.tokens = {};
  const third = await submit("tick", { seconds: 1 });
  await row(it, third.id).getByText("finished").waitFor();
  await it.getByText("The server does not answer").waitFor({ state: "detached" });
  // A stream at a time, and none when nobody looks at the page.
  const streams = () => it.asked.filter((path) => path === "/api/events").length;
  const before = streams();
  await it.evaluate(() => { Object.defineProperty(document, "hidden", { value: true, configurable: true }); document.dispatchEvent(new Event("visibilitychange")); });
  const fourth = await submit("tick", { seconds: 1 });
  await server.job(fourth.id);
  await counts(row(it, fourth.id), 0);
  await it.evaluate(() => { delete document.hidden; document.dispatchEvent(new Event("visibilitychange")); });
  await row(it, fourth.id).getByText("finished").waitFor();
  assert.equal(streams(), before + 1);
  assert.deepEqual([...it.complaints, ...filtered.complaints], []);
  await Promise.all([it.context().close(), filtered.context().close()]);
});

test("another tenant's jobs are not told", async () => {
  await server.call("POST", "/api/users", { name: "bob", role: "runner", tenant: "blue", password: "correct-horse-battery" });
  const { access_token } = await server.post("/api/auth/login", { name: "bob", password: "correct-horse-battery" });
  const answer = await fetch(`${server.url}/api/events`, { headers: { authorization: `Bearer ${access_token}` } });
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  const { id } = await submit("tick", { seconds: 1 });
  await server.job(id);
  await server.call("POST", "/api/jobs", { tool: `${IMAGE}::nap` }, "bob").then((job) => server.call("POST", `/api/jobs/${job.id}/cancel`, undefined, "bob"));
  let heard = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    heard += piece;
    if (heard.includes("cancelled")) break;
  }
  assert.match(heard, /^event: hello/);
  assert.doesNotMatch(heard, /tick/);
  assert.equal((await fetch(`${server.url}/api/events`)).status, 401);
});

test("a job that runs says what it uses, and its page draws it", async () => {
  const { id } = await submit("tick", { seconds: 60 });
  const it = await page(`jobs/${id}`);
  await it.locator(".facts").getByText("running").waitFor();
  await it.getByRole("tab", { name: "Usage" }).click();
  await it.locator(".chart canvas").first().waitFor();
  const used = await server.job(id, (job) => job.usage.peak_memory_bytes > 0 && job.usage.wall_ms > 0);
  assert.equal(used.status, "running");
  await it.waitForFunction(() => /memory [\d.]+ (KiB|MiB)/.test(document.querySelector(".chart [role=img]")?.getAttribute("aria-label") ?? ""));
  assert.deepEqual(await axe(it), []);
  await server.call("POST", `/api/jobs/${id}/cancel`);
  await it.locator(".facts").getByText("cancelled").waitFor();
  assert.equal(it.asked.filter((path) => path === `/api/jobs/${id}`).length <= 3, true, `it does not ask again and again: ${it.asked}`);
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});

test("the charts of the last hour are there at once, and go on", async () => {
  const history = () => server.call("GET", "/api/system/history");
  const blocker = await submit("tick", { seconds: 120 });
  while (!(await history()).samples.some((one) => one.jobs_running > 0)) await new Promise((wake) => setTimeout(wake, 300));
  const { every_ms, samples } = await history();
  assert.equal(every_ms, 5000);
  assert.ok(samples.every((one) => one.busy >= 0 && one.busy <= 1 && one.memory_bytes > 0), JSON.stringify(samples.at(-1)));
  const it = await page("system");
  const charts = it.locator(".chart");
  await charts.locator("canvas").nth(3).waitFor();
  // Before any sample is told: from what the server has kept.
  const label = (at) => charts.nth(at).locator("[role=img]").getAttribute("aria-label");
  await it.waitForFunction(() => /busy \d+ %/.test(document.querySelector(".chart [role=img]").getAttribute("aria-label")));
  assert.match(await label(1), /memory [\d.]+ [MG]iB/);
  assert.match(await label(2), /snippets \d+, jobs [1-9]/);
  assert.match(await label(3), /snippets 0, jobs 0/);
  await server.call("POST", `/api/jobs/${blocker.id}/cancel`);
  await it.waitForFunction(() => /jobs 0/.test(document.querySelectorAll(".chart [role=img]")[2].getAttribute("aria-label")));
  assert.equal(it.asked.filter((path) => path === "/api/system/history").length <= 2, true, "read once, then told");
  assert.deepEqual(await axe(it), []);
  await it.reload();
  await charts.locator("canvas").nth(3).waitFor();
  await it.waitForFunction(() => /busy \d+ %/.test(document.querySelector(".chart [role=img]").getAttribute("aria-label")));
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});
