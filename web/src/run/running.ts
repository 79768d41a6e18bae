// A run under way: started, listened to over as many connections as it takes, stopped.
//
// Owns the request that a snippet becomes and the state of the run that is shown. A server that restarts ends its runs: the
// record says so.

import { signal } from "@preact/signals";
import { get, problem, remove, send, type Problem, type Schemas } from "../api/client";
import { follow, type StreamEvent } from "../api/stream";
import { Lines } from "../ui/lines";
import { remember, type Snippet } from "./snippet";

export type Outcome = Schemas["ExecutedJson"];
export type Phase = "idle" | "sending" | "preparing" | "running" | "ended";
export interface Preparing { subject?: string; step?: string; percent?: number }

export const phase = signal<Phase>("idle");
export const preparing = signal<Preparing>({});
export const outcome = signal<Outcome | null>(null);
export const refusal = signal<Problem | null>(null);
export const broken = signal(false);
/** How a run ended whose outcome nobody has. */
export const lostAs = signal<string | null>(null);
/** `all`: what the program wrote to both of its streams, in order. A compiler's messages are apart. */
export const outputs = { all: new Lines(), stdout: new Lines(), stderr: new Lines(), compiler: new Lines() };
const NOTHING = { stdout: false, stderr: false, compiler: false };
export const wrote = signal(NOTHING);
export const ran = signal<Snippet | null>(null);
export const began = signal(0);
const id = signal<string | null>(null);
let current = new AbortController();
/** It was stopped before the server had said its id. */
let unwanted = false;

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);
/** Arguments as a shell takes them: quotes hold words together. */
export const argumentsOf = (text: string) =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double?.replace(/\\(.)/g, "$1") ?? single ?? bare ?? "");

export function request(it: Snippet): Schemas["RunCodeArguments"] {
  const named = (values: Record<string, string | number>) => Object.entries(values).map(([name, value]) => ({ name, value }));
  return {
    runtime: it.runtime,
    code: it.code,
    outputs: it.outputs.trim() === "" ? ["**/*"] : words(it.outputs),
    ...(it.stdin !== "" && { stdin: it.stdin }),
    ...(it.args.trim() !== "" && { args: argumentsOf(it.args) }),
    ...(it.packages.trim() !== "" && { packages: words(it.packages) }),
    ...(it.backend !== "auto" && { backend: it.backend }),
    ...(it.network && { network: true }),
    ...(Object.keys(it.limits).length > 0 && { limits: named(it.limits) as { name: string; value: number }[] }),
    ...(Object.keys(it.options).length > 0 && { options: named(it.options) as { name: string; value: string }[] }),
  } as Schemas["RunCodeArguments"];
}

function begin(it: Snippet): void {
  current.abort();
  current = new AbortController();
  for (const lines of Object.values(outputs)) lines.clear();
  [phase.value, preparing.value, outcome.value, refusal.value] = ["sending", {}, null, null];
  [broken.value, lostAs.value, id.value, ran.value] = [false, null, null, it];
  [wrote.value, began.value] = [NOTHING, Date.now()];
  unwanted = false;
}

async function opening(it: Snippet, files: File[], last: string | null, stop: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (id.peek() !== null) {
    if (last !== null) headers["last-event-id"] = last;
    return send(`/api/executions/${id.peek()}/stream`, { headers, signal: stop });
  }
  if (files.length === 0) {
    headers["content-type"] = "application/json";
    return send("/api/execute/stream", { method: "POST", headers, body: JSON.stringify(request(it)), signal: stop });
  }
  const form = new FormData();
  form.append("request", JSON.stringify(request(it)));
  for (const file of files) form.append("file", file, file.name);
  return send("/api/execute/stream", { method: "POST", headers, body: form, signal: stop });
}

/** Takes an event; says whether it was the last one. */
function hear(event: StreamEvent): boolean {
  const data = event.data as Record<string, never>;
  if (event.name === "started") heardOf(data.execution_id ?? null);
  else if (event.name === "progress") [phase.value, preparing.value] = ["preparing", data];
  else if (event.name === "output") wroteMore(event.data as Written);
  else if (event.name === "outcome" && event.data !== null) outcome.value = event.data as Outcome;
  else if (event.name === "problem" && event.data !== null) refusal.value = event.data as Problem;
  return event.name === "outcome" || event.name === "problem";
}

function heardOf(run: string | null): void {
  id.value = run;
  // Where that fails the run goes on, and Stop is there.
  if (unwanted) cancel().catch(() => {});
}

interface Written { stream: "stdout" | "stderr"; source?: "compiler"; text: string }

function wroteMore({ stream, source, text }: Written): void {
  phase.value = "running";
  const name = source ?? stream;
  if (name !== "compiler") outputs.all.push(text);
  outputs[name].push(text);
  if (!wrote.peek()[name]) wrote.value = { ...wrote.peek(), [name]: true };
}

export async function start(it: Snippet, files: File[]): Promise<void> {
  begin(it);
  const stop = current.signal;
  try {
    // A request that did not arrive is not sent again by itself: it might run twice.
    const first = await opening(it, files, null, stop);
    let opened: Response | null = first;
    const open = (last: string | null, signal: AbortSignal) => {
      const response = opened;
      opened = null;
      if (response) return Promise.resolve(response);
      if (id.peek() === null) throw new Error("the run was not heard of");
      return opening(it, files, last, signal);
    };
    await follow({ open, hear, lost: (lost) => { broken.value = lost; } }, stop);
    if (!outcome.peek() && !refusal.peek()) await recorded();
  } catch (error) {
    if (stop.aborted) return;
    refusal.value = problem(error);
  }
  if (stop.aborted) return;
  [phase.value, broken.value] = ["ended", false];
  remember(it, outcome.peek()?.status ?? lostAs.peek() ?? "refused");
}

/** How a run ended that nobody listened to. */
async function recorded(): Promise<void> {
  const it = id.peek();
  if (it === null) return;
  const record = await get("/api/executions/{id}", { path: { id: it } });
  lostAs.value = record.state;
}

async function cancel(): Promise<void> {
  await remove("/api/executions/{id}", { path: { id: id.peek() as string } });
}

/** Stops the run; one that the server has not named yet, as soon as it does. Asked a second time before that, the page gives it up. */
export async function stop(): Promise<void> {
  if (id.peek() !== null) return cancel();
  if (unwanted) {
    current.abort();
    phase.value = "idle";
  }
  unwanted = true;
}
