// Requests to the server, typed by the description of its API.
//
// Owns how a request is made and how a refusal is read. Streams are in `stream.ts`; who is logged in is `state/session.ts`'s.

import type { components, paths } from "../../gen/api";

export type Schemas = components["schemas"];
export type Problem = Schemas["ProblemJson"];

type Method = "get" | "post" | "patch" | "delete";
type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]?: infer O } ? NonNullable<O> : never;
/** Paths that have the method. */
export type PathOf<M extends Method> = { [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P }[keyof paths];
type Part<O, K extends string> = O extends { parameters: { [N in K]?: infer Q } } ? NonNullable<Q> : Record<string, never>;
type BodyOf<O> = O extends { requestBody?: { content: infer C } }
  ? C extends { "application/json": infer B } ? B : never : never;
type Json<R> = R extends { content: { "application/json": infer A } } ? A : undefined;
type AnswerOf<O> = O extends { responses: infer R }
  ? R extends { 200: infer A } ? Json<A> : R extends { 201: infer A } ? Json<A> : undefined : undefined;

export interface Given<P extends keyof paths, M extends Method> {
  path?: Part<Operation<P, M>, "path">;
  query?: Partial<Part<Operation<P, M>, "query">>;
  body?: BodyOf<Operation<P, M>>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A request that the server refused, or that did not arrive. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Called when the server does not know who asks. */
export const onStranger: { call: () => void } = { call: () => {} };
/** The access token, where the browser does not keep the page's cookie. */
export const bearer: { token: string | null; renew: (() => Promise<boolean>) | null } = { token: null, renew: null };

/** The address of a path with its parts filled in. */
export function address(path: string, parts: object = {}, query: object = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String((parts as Record<string, unknown>)[name]);
    return name === "path" ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value);
  });
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return asked.length === 0 ? filled : `${filled}?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}`;
}

function unreachable(error: unknown): Problem {
  const words = error instanceof Error ? error.message : String(error);
  return {
    type: "about:blank", title: "No answer", status: 0, reason: "unavailable",
    detail: `the server does not answer (${words}): it may be restarting, or the network is down`,
  };
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => "");
  try {
    const read = JSON.parse(text) as Problem;
    if (typeof read.detail === "string") return read;
  } catch {
    // Something between the server and the page answered.
  }
  const reason = response.status === 401 ? "unauthenticated" : "unavailable";
  const detail = text.slice(0, 300) || `something on the way answered ${response.status}`;
  return { type: "about:blank", title: response.statusText, status: response.status, reason, detail };
}

/** Sends a request; whatever is not a success is thrown as [`Refused`]. */
export async function send(url: string, init: RequestInit = {}, again = true): Promise<Response> {
  const headers = new Headers(init.headers);
  if (bearer.token) headers.set("authorization", `Bearer ${bearer.token}`);
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, credentials: "same-origin", cache: init.cache ?? "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Refused(unreachable(error));
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && again && bearer.renew && (await bearer.renew())) return send(url, init, false);
  if (response.status === 401 && !url.startsWith("/api/auth/")) onStranger.call();
  throw new Refused(problem);
}

async function call<P extends keyof paths, M extends Method>(
  method: M, path: P, given: Given<P, M>,
): Promise<AnswerOf<Operation<P, M>>> {
  const headers: Record<string, string> = { ...given.headers };
  if (given.body !== undefined) headers["content-type"] = "application/json";
  const body = given.body === undefined ? undefined : JSON.stringify(given.body);
  const url = address(path, given.path, given.query);
  const response = await send(url, { method: method.toUpperCase(), headers, body, signal: given.signal });
  const type = response.headers.get("content-type") ?? "";
  return (type.startsWith("application/json") ? await response.json() : undefined) as AnswerOf<Operation<P, M>>;
}

export const get = <P extends PathOf<"get">>(path: P, given: Given<P, "get"> = {}) => call("get", path, given);
export const post = <P extends PathOf<"post">>(path: P, given: Given<P, "post"> = {}) => call("post", path, given);
export const patch = <P extends PathOf<"patch">>(path: P, given: Given<P, "patch"> = {}) => call("patch", path, given);
export const remove = <P extends PathOf<"delete">>(path: P, given: Given<P, "delete"> = {}) => call("delete", path, given);

/** An error as a problem. */
export function problem(error: unknown): Problem {
  if (error instanceof Refused) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: "about:blank", title: "A fault of the page", status: 0, reason: "internal", detail };
}
