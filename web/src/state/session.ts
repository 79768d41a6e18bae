// The user who is logged in: found out at the start, by the page's cookie.
//
// Owns login and logout. Where the browser does not keep the cookie (plain HTTP by another name than localhost), a token is held
// in memory instead, and is gone with the page.

import { computed, signal } from "@preact/signals";
import { bearer, get, onStranger, post, problem, type Problem, type Schemas } from "../api/client";

export type Me = Schemas["MeJson"];
export type Role = "viewer" | "runner" | "deployer" | "admin";

/** `undefined`: not known yet. `null`: nobody. */
export const me = signal<Me | null | undefined>(undefined);
export const startProblem = signal<Problem | null>(null);
export const inMemory = signal(false);

const ROLES: Role[] = ["viewer", "runner", "deployer", "admin"];
const rank = computed(() => ROLES.indexOf((me.value?.role ?? "") as Role));
/** Whether whoever is logged in has at least this role. The server checks it all the same. */
export const may = (role: Role) => rank.value >= ROLES.indexOf(role);

onStranger.call = () => {
  if (me.peek()) me.value = null;
};

export async function start(): Promise<void> {
  try {
    startProblem.value = null;
    me.value = await get("/api/auth/me");
  } catch (error) {
    const found = problem(error);
    if (found.status !== 401) startProblem.value = found;
    me.value = null;
  }
}

export async function login(name: string, password: string): Promise<void> {
  await post("/api/auth/page", { body: { name, password } });
  try {
    me.value = await get("/api/auth/me");
  } catch (error) {
    if (problem(error).status !== 401) throw error;
    await loginInMemory(name, password);
  }
}

async function loginInMemory(name: string, password: string): Promise<void> {
  let login = await post("/api/auth/login", { body: { name, password } });
  bearer.token = login.access_token;
  bearer.renew = async () => {
    try {
      login = await post("/api/auth/refresh", { body: { refresh_token: login.refresh_token } });
      bearer.token = login.access_token;
      return true;
    } catch {
      bearer.renew = null;
      return false;
    }
  };
  inMemory.value = true;
  me.value = await get("/api/auth/me");
}

export async function logout(everywhere: boolean): Promise<void> {
  await post("/api/auth/logout", { body: { everywhere } });
  bearer.token = null;
  bearer.renew = null;
  me.value = null;
}
