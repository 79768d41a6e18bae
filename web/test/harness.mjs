// Chromium and a server for the tests of the page: started, logged in, ended.
//
// Owns what tests share. RUNCELL_BIN names the program; each server has a data folder of its own and a port that the system chooses.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer as createNet } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const PASSWORD = "correct-horse-battery";
/** How long a page is waited for, in milliseconds. */
export const PATIENCE = 180_000;

export const browser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });

/** A real server. `stop` ends it; `start` again keeps its port and its data. */
export class Server {
  constructor(configuration = "") {
    this.folder = mkdtempSync(join(tmpdir(), "runcell-web-"));
    this.configuration = join(this.folder, "config.toml");
    // Tests log in more often than people do.
    writeFileSync(this.configuration, `[accounts]\nattempts_per_account = 1000\nattempts_per_address = 1000\n${configuration}`);
    this.port = 0;
  }

  async start() {
    const environment = { ...process.env, RUNCELL_DATA_DIR: join(this.folder, "data"), RUNCELL_ADMIN_PASSWORD: PASSWORD, RUNCELL_CONFIG: this.configuration, ...this.environment };
    const program = process.env.RUNCELL_BIN ?? "../target/debug/runcell";
    this.said = "";
    this.child = spawn(program, ["serve", "--listen", `127.0.0.1:${this.port}`, "--prepare", "none"], { env: environment, stdio: ["ignore", "ignore", "pipe"] });
    const address = await new Promise((found, failed) => {
      this.child.stderr.on("data", (bytes) => {
        this.said += bytes;
        const match = /serving at http:\/\/127\.0\.0\.1:(\d+)/.exec(this.said);
        if (match) found(Number(match[1]));
      });
      this.child.on("exit", (code) => failed(new Error(`the server ended with ${code}: ${this.said}`)));
    });
    this.port = address;
    this.url ??= `http://localhost:${process.env.WEB_PROXY ? await this.proxy() : this.port}`;
    const page = await (await fetch(this.url)).text();
    if (!page.includes("/assets/")) throw new Error("the program was built without its page: run `cargo xtask web`, and build again");
    return this;
  }

  proxy() {
    const child = spawn(process.execPath, ["dev.mjs", `http://127.0.0.1:${this.port}`], { stdio: ["ignore", "pipe", "inherit"] });
    this.front = child;
    return new Promise((found) => child.stdout.on("data", (bytes) => found(/:(\d+)/.exec(String(bytes).slice(16))[1])));
  }

  async stop(signal = "SIGTERM") {
    if (!this.child || this.child.exitCode !== null) return;
    const ended = new Promise((done) => this.child.on("exit", done));
    this.child.kill(signal);
    await ended;
  }

  async remove() {
    await this.stop("SIGKILL");
    this.front?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A request as a program makes it. */
  async call(method, path, body, name = "admin") {
    this.tokens ??= {};
    this.tokens[name] ??= (await this.post("/api/auth/login", { name, password: PASSWORD })).access_token;
    const headers = { authorization: `Bearer ${this.tokens[name]}`, "content-type": "application/json" };
    const response = await fetch(this.url.replace("localhost", "127.0.0.1") + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async post(path, body) {
    const response = await fetch(this.url.replace("localhost", "127.0.0.1") + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  }

  async job(id, done = (job) => !["pending", "running"].includes(job.status)) {
    for (;;) {
      const job = await this.call("GET", `/api/jobs/${id}`);
      if (done(job)) return job;
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }
}

/** A way to a server that can be cut, and be slow: `delay` is the pause before each piece, in milliseconds. */
export async function wire(server) {
  const sockets = new Set();
  const way = { delay: 0 };
  const pass = (from, to) => from.on("data", (bytes) => {
    if (way.delay === 0) to.write(bytes);
    else setTimeout(() => to.writable && to.write(bytes), way.delay);
  });
  const listener = createNet((near) => {
    const far = connect(Number(new URL(server.url).port), "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      pass(one, other);
      one.on("error", () => other.destroy());
      one.on("close", () => { sockets.delete(one); if (way.delay === 0) other.destroy(); else setTimeout(() => other.destroy(), way.delay * 2); });
    }
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  way.url = `http://localhost:${listener.address().port}`;
  way.cut = () => sockets.forEach((socket) => socket.destroy());
  way.close = () => { listener.close(); way.cut(); };
  return way;
}

/** A page whose complaints are kept: of its code and of its policy. `strays` holds requests to other hosts. */
export async function open(context, url) {
  const page = await context.newPage();
  // Nothing here is about time: a machine that does much else at once is waited for.
  page.setDefaultTimeout(PATIENCE);
  page.complaints = [];
  page.strays = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4|5)\d\d|net::ERR|Failed to load resource/.test(message.text())) page.complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !/^(blob|data|about):/.test(request.url())) page.strays.push(request.url());
  });
  page.on("dialog", (dialog) => { page.complaints.push(`a dialog: ${dialog.message()}`); void dialog.dismiss(); });
  const going = new Set();
  page.on("request", (request) => { if (!request.url().includes("/api/events")) going.add(request); });
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => going.delete(request));
  /** Waits until nothing was asked for a moment, beside the stream of events that goes on. */
  page.settled = async () => {
    for (let quiet = 0; quiet < 5; quiet = going.size === 0 ? quiet + 1 : 0) await page.waitForTimeout(100);
  };
  await page.goto(url);
  return page;
}

export async function login(page, name = "admin", password = PASSWORD) {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").waitFor();
}

/** Waits until something holds. Of playwright's own, `waitForFunction` takes the promise of an async function for its answer. */
export async function until(what, holds) {
  for (const end = Date.now() + PATIENCE; !(await holds());) {
    assert.ok(Date.now() < end, `in vain: ${what}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** Waits until an element says a text, or one that matches: what a page shows comes a moment after what led to it. */
export async function shows(element, wanted) {
  const fits = (text) => (typeof wanted === "string" ? text === wanted : wanted.test(text));
  let said;
  await until(`${element} says ${wanted}`, async () => fits(said = await element.innerText()));
  return said;
}

/** Waits until there are so many of an element. */
export const counts = (element, wanted) => until(`${wanted} of ${element}`, async () => (await element.count()) === wanted);

/** The violations that axe-core finds. */
export async function axe(page) {
  const source = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  // The page's policy forbids scripts of others: axe comes through the debugger.
  const already = await page.evaluate("typeof axe");
  if (already === "undefined") await page.evaluate(source);
  const result = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return result.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`);
}
