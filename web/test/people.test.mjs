// People as an admin has them: users, roles, passwords, tokens; and logging out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, browser, login, open, PASSWORD, Server, until } from "./harness.mjs";

const server = new Server();
let chromium;
before(async () => {
  [chromium] = await Promise.all([browser(), server.start()]);
  await server.call("POST", "/api/users", { name: "bob", role: "runner", tenant: "blue", password: PASSWORD });
});
after(async () => { await chromium?.close(); await server.remove(); });

async function page(name, view = "run") {
  const it = await open(await chromium.newContext({ viewport: { width: 1280, height: 800 } }), server.url);
  await login(it, name);
  await it.goto(`${server.url}/#/${view}`);
  return it;
}

const me = (token) => fetch(`${server.url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } });

test("an admin adds a user, makes a token that is shown once, and the audit has both", async () => {
  const it = await page("admin", "people");
  await it.getByRole("button", { name: "Add a user" }).click();
  const dialog = it.getByRole("dialog");
  await dialog.getByLabel("Name").fill("carol");
  await dialog.getByLabel("Password").fill("short");
  await dialog.getByRole("button", { name: "Add" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("Password").fill("a-much-longer-password");
  await dialog.getByRole("button", { name: "Add" }).click();
  await it.getByText("carol", { exact: true }).first().waitFor();
  await it.getByRole("button", { name: "Make a token" }).click();
  await dialog.getByLabel("Label").fill("<b>robot</b>");
  await dialog.getByRole("button", { name: "Make it" }).click();
  const secret = await dialog.locator(".secret").innerText();
  assert.match(secret, /^rc_/);
  const answer = await fetch(`${server.url}/api/auth/me`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal(answer.status, 200);
  await dialog.getByRole("button", { name: "Done" }).click();
  await it.getByText("<b>robot</b>").waitFor();
  await it.reload();
  await it.getByText("<b>robot</b>").waitFor();
  assert.ok(!(await it.content()).includes(secret));
  await it.goto(`${server.url}/#/audit`);
  await it.getByText("tokens.make").first().waitFor();
  await it.getByLabel("Operation").fill("users.write");
  await it.waitForFunction(() => { const all = [...document.querySelectorAll(".row.audit")]; return all.length > 0 && all.every((one) => one.textContent.includes("users.write")); });
  assert.deepEqual(it.complaints, []);
  await it.context().close();
});

test("an admin changes roles, locks out, sets a password, and removes users and tokens", async () => {
  for (const name of ["dora", "emil"]) await server.call("POST", "/api/users", { name, role: "viewer", password: PASSWORD });
  const { token } = await server.call("POST", "/api/tokens", { label: "report", role: "viewer" });
  const it = await page("admin", "people");
  const row = (name) => it.locator(".rows > li", { has: it.locator("strong", { hasText: new RegExp(`^${name}$`) }) });
  const dora = await page("dora");
  await dora.getByText("Your role reads only").waitFor();
  await row("dora").getByLabel("Role of dora").selectOption("runner");
  await until("dora is a runner", async () => (await server.call("GET", "/api/users?limit=200")).users.some((one) => one.name === "dora" && one.role === "runner"));
  await dora.reload();
  await dora.locator("button:enabled").filter({ hasText: /^Run/ }).waitFor();
  // Locked out: what is open ends with the next thing that is asked, and nobody gets in.
  await row("dora").getByRole("button", { name: "Disable" }).click();
  await row("dora").getByText("disabled").waitFor();
  await dora.getByRole("link", { name: "Files" }).click();
  await dora.getByRole("button", { name: "Log in" }).waitFor();
  await dora.getByLabel("Name").fill("dora");
  await dora.getByLabel("Password").fill(PASSWORD);
  await dora.keyboard.press("Enter");
  await dora.getByRole("alert").waitFor();
  await row("dora").getByRole("button", { name: "Enable" }).click();
  await row("dora").getByText("disabled").waitFor({ state: "detached" });
  await row("dora").getByRole("button", { name: "New password" }).click();
  const dialog = it.getByRole("dialog");
  await dialog.getByLabel("Password").fill("short");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("alert").waitFor();
  assert.deepEqual(await axe(it), []);
  await dialog.getByLabel("Password").fill("another-long-password");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await login(dora, "dora", "another-long-password");
  await row("emil").getByRole("button", { name: "Remove" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await row("emil").waitFor({ state: "detached" });
  // Nobody removes or disables themselves here.
  assert.equal(await row("admin").getByRole("button", { name: /Remove|Disable/ }).count(), 0);
  assert.equal((await me(token)).status, 200);
  const made = it.locator(".rows > li", { hasText: "report" });
  await made.getByRole("button", { name: "Remove" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await made.waitFor({ state: "detached" });
  assert.equal((await me(token)).status, 401);
  await it.goto(`${server.url}/#/audit`);
  for (const operation of ["users.write", "users.remove", "tokens.remove"]) await it.getByText(operation).first().waitFor();
  assert.deepEqual([...it.complaints, ...dora.complaints], []);
  await Promise.all([it.context().close(), dora.context().close()]);
});

test("a login that ended elsewhere leads to the login, and back to the same place", async () => {
  const { access_token } = await server.post("/api/auth/login", { name: "bob", password: PASSWORD });
  assert.equal((await me(access_token)).status, 200);
  const it = await page("bob", "files");
  await it.locator("main h1").waitFor();
  const other = await page("bob", "profile");
  await other.getByRole("button", { name: "Log out everywhere" }).click();
  await other.getByRole("dialog").getByRole("button", { name: "Log out everywhere" }).click();
  await other.getByRole("button", { name: "Log in" }).waitFor();
  assert.equal((await me(access_token)).status, 401, "a program's login has ended as well");
  // The next thing that is asked leads to the login, without a reload.
  await it.getByRole("link", { name: "Images" }).click();
  await login(it, "bob");
  await it.getByRole("heading", { name: "Images", exact: true }).waitFor();
  assert.deepEqual([...it.complaints, ...other.complaints], []);
  await Promise.all([it.context().close(), other.context().close()]);
});
