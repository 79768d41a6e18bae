// How the machine was while this page was open: a sample every few seconds, for an hour.
//
// Owns the samples. The server keeps no history, so that a page that was just opened begins with none.

import { effect, signal } from "@preact/signals";
import { get, problem, type Problem, type Schemas } from "../api/client";
import { me } from "../state/session";

export type System = Schemas["SystemJson"];
export interface Sample { at: number; load: number; memory: number; running: number; pending: number }

const EVERY = 5000;
const KEPT = 720;

export const now = signal<System | null>(null);
export const failed = signal<Problem | null>(null);
export const samples = signal<Sample[]>([]);

export async function sample(): Promise<void> {
  try {
    const it = await get("/api/system");
    now.value = it;
    failed.value = null;
    const { load, memory_bytes: all, available_bytes: free } = it.machine;
    const next = { at: Date.now() / 1000, load, memory: all - free, running: it.jobs.running ?? 0, pending: it.jobs.pending ?? 0 };
    samples.value = [...samples.peek(), next].slice(-KEPT);
  } catch (error) {
    failed.value = problem(error);
  }
}

/** Samples for as long as somebody is logged in; a page that is hidden asks less often. */
export function watch(): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let skipped = 0;
  const turn = () => {
    skipped = document.hidden ? (skipped + 1) % 6 : 0;
    if (skipped === 0) void sample();
  };
  effect(() => {
    clearInterval(timer);
    if (me.value) timer = setInterval(turn, EVERY);
    else [samples.value, now.value] = [[], null];
  });
}
