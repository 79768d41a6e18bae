// Pictures of all views, light and dark, wide and narrow: `node test/shots.mjs FOLDER`. With `docs` behind it only the three small
// ones that stand in the documentation.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browser, login, open, PASSWORD, Server } from "./harness.mjs";
import { build, IMAGE } from "./image.mjs";

const folder = process.argv[2] ?? "shots";
mkdirSync(folder, { recursive: true });
const server = new Server();
const chromium = await browser();
await server.start();
build();

/** Something in every view. */
async function furnish() {
  for (const [name, role] of [["ada", "runner"], ["grace", "deployer"], ["linus", "viewer"]]) await server.call("POST", "/api/users", { name, role, password: PASSWORD });
  await server.call("POST", "/api/tokens", { label: "nightly report", role: "runner", expires_in_s: 7_776_000 });
  const submit = (tool, parameters) => server.call("POST", "/api/jobs", { tool: `${IMAGE}::${tool}`, parameters });
  const wave = await submit("wave", { note: "first" });
  await server.job(wave.id);
  await submit("wave", { note: "second", points: 40 });
  const tick = await submit("tick", { seconds: 600 });
  for (let n = 0; n < 4; n++) await submit("nap", {});
  for (const [code, runtime] of [["print(1)", "python"], ["raise SystemExit(2)", "python"], ["console.log(1)", "quickjs"]]) await server.call("POST", "/api/execute", { code, runtime });
  for (const [path, content] of [["measurements.csv", "a,b\n1,2\n"], ["model.json", "{}"], ["notes.md", "# notes\n"]]) await server.call("POST", "/api/files", { path, content });
  return { wave, tick };
}

const all = process.argv[3] !== "docs";
if (all) await empty();
const { wave, tick } = await furnish();
const VIEWS = ["runs", "tools", `tools/${encodeURIComponent(`${IMAGE}::wave`)}`, "command", "jobs", `jobs/${tick.id}`, `jobs/${wave.id}`, "files", "runtimes", "images", "system", "audit", "people", "profile"];

/** Views of which nothing is there yet. */
async function empty() {
  const page = await open(await chromium.newContext({ colorScheme: "light", viewport: { width: 1200, height: 760 } }), server.url);
  await login(page);
  for (const view of ["run", "runs", "tools", "jobs", "files", "images", "system"]) {
    await page.goto(`${server.url}/#/${view}`);
    await page.locator("main h1").first().waitFor({ state: "attached" });
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(folder, `empty-${view}.png`) });
  }
  await page.context().close();
}

/** A program whose compiler has something to say. */
const WARNED = '#include <stdio.h>\n\nint main(int argc, char **argv) {\n    int unused;\n    char name[4];\n    snprintf(name, 3, "hello");\n    printf("%s and %s\\n", name);\n    fputs("to stderr\\n", stderr);\n}\n';

async function compiled(page, shot) {
  await page.goto(`${server.url}/#/run`);
  await page.getByLabel("Language").selectOption("clang");
  await page.locator(".codemirror .cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(WARNED);
  await page.keyboard.press("Control+Enter");
  await page.locator(".compiler .line").first().waitFor();
  await page.getByRole("tab", { name: "Usage" }).waitFor();
  await shot("compiler");
  await page.getByRole("button", { name: "History" }).click();
  await shot("history");
  await page.keyboard.press("Escape");
}

async function shoot(colorScheme, width) {
  const context = await chromium.newContext({ colorScheme, viewport: { width, height: width > 600 ? 760 : 780 } });
  const page = await open(context, server.url);
  const shot = (name) => page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width > 600 ? "wide" : "narrow"}.png`) });
  await page.getByLabel("Name").waitFor();
  await shot("login");
  await login(page);
  await page.locator(".codemirror .cm-content").waitFor();
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.getByText("exit code 0").waitFor({ timeout: 240_000 });
  await page.locator("img.picture").waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await shot("run");
  await page.getByRole("tab", { name: "Usage" }).click();
  await page.getByRole("tab", { name: "Limits" }).click();
  await shot("usage");
  for (const view of VIEWS) {
    await page.goto(`${server.url}/#/${view}`);
    await page.locator("main h1").first().waitFor({ state: "attached" });
    await page.waitForTimeout(700);
    if (view === `jobs/${wave.id}`) {
      await page.getByRole("tab", { name: "Results" }).click();
      await page.locator("details.file > summary").first().waitFor();
      for (const summary of await page.locator("details.file > summary").all()) await summary.click();
      await page.waitForTimeout(500);
    }
    if (view === `jobs/${tick.id}`) {
      await page.getByRole("tab", { name: "Usage" }).click();
      await page.waitForTimeout(5000);
      await shot("job-usage");
      await page.getByRole("tab", { name: "Log" }).click();
    }
    await shot(view.replace(/\W+/g, "-").replace(/^jobs-\d+$/, view === `jobs/${tick.id}` ? "log" : "results").replace(/^tools-.+/, "tool"));
  }
  await page.goto(`${server.url}/#/tools/${encodeURIComponent(`${IMAGE}::wave`)}`);
  await page.getByLabel("points").fill("1000");
  await page.getByRole("button", { name: "Submit" }).click();
  await page.locator(".field .wrong").first().waitFor();
  await shot("tool-errors");
  await page.goto(`${server.url}/#/people`);
  await page.getByRole("button", { name: "Make a token" }).click();
  await shot("token");
  await page.keyboard.press("Escape");
  await compiled(page, shot);
  await context.close();
}

/** One view, small enough for a document. */
async function small(name, colorScheme, view, ready) {
  const context = await chromium.newContext({ colorScheme, viewport: { width: 960, height: 560 } });
  const page = await open(context, server.url);
  await login(page);
  await page.goto(`${server.url}/#/${view}`);
  await ready(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

if (!all) {
  await small("web-run", "light", "run", async (page) => {
    await page.locator(".codemirror .cm-content").waitFor();
    await page.getByRole("button", { name: /^Run/ }).click();
    await page.locator("img.picture").waitFor({ timeout: 240_000 });
    await page.evaluate(() => document.activeElement.blur());
  });
  await small("web-log", "dark", `jobs/${tick.id}`, (page) => page.getByText("tick 3", { exact: true }).waitFor({ timeout: 60_000 }));
  await small("web-jobs", "light", "jobs", (page) => page.locator(".row.jobs").first().waitFor());
} else for (const colorScheme of ["light", "dark"]) for (const width of [1200, 390]) await shoot(colorScheme, width);
await chromium.close();
await server.remove();
